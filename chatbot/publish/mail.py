"""Hands a mail over to an SMTP server, and says what is certain of it afterwards.

What was said before the text of a mail is certain: the server has not taken it. Once the text is
under way, only the server's answer tells (RFC 5321, section 4.2.5 and 4.5.3.2.6: who sends must
wait, and may have sent twice when he does not).
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum, auto
from typing import TYPE_CHECKING

from chatbot.publish.digestsettings import MailServer

if TYPE_CHECKING:
    import aiosmtplib

OnWire = Callable[[], Awaitable[bool]]


class Handed(Enum):
    """What became of a mail."""

    TAKEN = auto()
    LATER = auto()
    """Certainly not taken, and worth another try."""
    REFUSED = auto()
    """Certainly not taken, for good."""
    UNKNOWN = auto()
    GIVEN_UP = auto()
    """`on_wire` said that it is not ours any more; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Handing:
    """The end of one attempt; `reason` is what the server said, or what went wrong."""

    outcome: Handed
    reason: str = ""


class Mailer:
    """Sends mails through one server, each over a connection of its own."""

    def __init__(self, *, server: MailServer) -> None:
        self._server = server

    async def send(
        self, message: EmailMessage, *, sender: str, recipient: str, on_wire: OnWire
    ) -> Handing:
        """Hand a mail over. `on_wire` is called right before its text is sent."""
        import aiosmtplib

        under_way = False
        raw = message.as_bytes(policy=SMTP)
        try:
            async with self._connected() as client:
                await client.mail(sender)
                await client.rcpt(recipient)
                if not await on_wire():
                    return Handing(Handed.GIVEN_UP)
                under_way = True
                await client.data(raw)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused) as refused:
            return _answered(refused)
        except aiosmtplib.SMTPDataError as refused:
            return _answered(refused)
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            outcome = Handed.UNKNOWN if under_way else Handed.LATER
            return Handing(outcome, _words(fault))
        return Handing(Handed.TAKEN)

    async def check(self) -> str | None:
        """Connect and log in. Return what is wrong, None when all is well."""
        import aiosmtplib

        try:
            async with self._connected() as client:
                await client.noop()
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            return _words(fault)
        return None

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        # Only who sends mails loads it.
        import aiosmtplib

        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.encryption == "tls",
            start_tls=server.encryption == "starttls",
            tls_context=_context(server),
            username=server.user or None,
            password=server.password or None,
            timeout=server.patience_seconds,
        )
        await client.connect()
        try:
            yield client
        finally:
            # A QUIT would wait for an answer that changes nothing.
            client.close()


def _context(server: MailServer) -> ssl.SSLContext | None:
    if server.encryption == "none":
        return None
    return ssl.create_default_context(cafile=server.ca_file)


def _answered(refused: aiosmtplib.SMTPResponseException) -> Handing:
    outcome = Handed.LATER if 400 <= refused.code < 500 else Handed.REFUSED
    return Handing(outcome, _words(refused))


def _words(fault: Exception) -> str:
    """Return what went wrong in one line; no fault of these names a password."""
    code, message = getattr(fault, "code", None), getattr(fault, "message", None)
    said = f"{code} {message}" if code else str(message or fault) or type(fault).__name__
    return " ".join(said.split())[:200]
