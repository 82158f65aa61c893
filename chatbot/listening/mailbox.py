"""The outreach mailbox over IMAP (RFC 9051): looked into, never changed. Blocking: for a thread."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from chatbot.listening.settings import Mailbox

_SECONDS = 30
_MOST_BYTES = 65_536
_MOST = 50


class MailboxAway(Exception):  # noqa: N818 - a state of the world that the engine plans around
    """The mailbox could not be read; `reason` is for the log and holds no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where a mailbox was read: the last UID, valid as long as UIDVALIDITY is the same."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Read:
    """The first bytes of new mails, oldest first, and up to where it was read.

    With `more`, others wait.
    """

    mails: tuple[bytes, ...]
    place: Place
    more: bool = False


def read(mailbox: Mailbox, after: Place | None, *, since: date) -> Read:
    """Return what has come after a place. Raises MailboxAway.

    A mailbox that was never read has nothing new. Where its UIDs are not valid any more, all
    mails from the day `since` on are returned again.
    """
    with _opened(mailbox) as server:
        validity = int(_response(server, "UIDVALIDITY"))
        newest = int(_response(server, "UIDNEXT")) - 1
        if after is None:
            return Read((), Place(validity, newest))
        uids = _new(server, after, validity, since)
        taken = uids[:_MOST]
        mails = tuple(_fetch(server, uid) for uid in taken)
        last = taken[-1] if taken else max(newest, after.uid if validity == after.validity else 0)
        return Read(mails, Place(validity, last), more=len(uids) > _MOST)


def _new(server: imaplib.IMAP4, after: Place, validity: int, since: date) -> list[int]:
    if validity == after.validity:
        # `n:*` names the last mail, too, where its UID is smaller (RFC 9051, section 9, seq-range).
        found = _search(server, f"UID {after.uid + 1}:*")
        return [uid for uid in found if uid > after.uid]
    return _search(server, f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _search(server: imaplib.IMAP4, criterion: str) -> list[int]:
    _, data = server.uid("SEARCH", criterion)
    return sorted(int(uid) for uid in (data[0] or b"").split())


def _fetch(server: imaplib.IMAP4, uid: int) -> bytes:
    _, data = server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{_MOST_BYTES}>)")
    return next((bytes(part[1]) for part in data if isinstance(part, tuple)), b"")


def _response(server: imaplib.IMAP4, name: str) -> bytes:
    _, data = server.response(name)
    value = data[0]
    if not isinstance(value, bytes):
        raise MailboxAway(f"the server tells no {name}")
    return value


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    server: imaplib.IMAP4 | None = None
    try:
        server = _connected(mailbox)
        # imaplib quotes the password, and nothing else.
        server.login(_quoted(mailbox.user), mailbox.password)
        answer, _ = server.select(_quoted(mailbox.folder), readonly=True)
        if answer != "OK":
            raise MailboxAway(f"there is no folder {mailbox.folder}")
        yield server
    except imaplib.IMAP4.error as fault:
        # The server's own words: they name no password.
        raise MailboxAway(str(fault).replace(mailbox.password, "…")[:200]) from None
    except (OSError, ValueError) as fault:
        raise MailboxAway(getattr(fault, "strerror", None) or type(fault).__name__) from fault
    finally:
        if server is not None:
            _log_out(server)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _connected(mailbox: Mailbox) -> imaplib.IMAP4:
    if not mailbox.tls:
        return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_SECONDS)
    context = ssl.create_default_context(cafile=mailbox.ca_file or None)
    return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=_SECONDS)


def _log_out(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        server.shutdown()
