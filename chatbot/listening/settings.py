"""How the engine listens, as the configuration says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An IMAP account (RFC 9051) to which people write about our messages.

    With `tls` the connection is encrypted from its first byte. `ca_file` replaces the system's
    authorities.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class ListeningSettings:
    """How long and how often.

    `listens` is how long after the end of a run that says nothing of its own. `interval` is the
    time between two looks at a wiki's recent changes and at the mailbox, `between` that between
    two messages to the coordinators. `change_urls` are addresses of edits by wiki, with
    `{revid}` in them. `event_streams` is the address of the stream that tells when to look
    sooner, empty for none.
    """

    listens: timedelta = timedelta(days=14)
    interval: timedelta = timedelta(seconds=60)
    between: timedelta = timedelta(minutes=3)
    change_urls: dict[str, str] = field(default_factory=dict)
    event_streams: str = ""
    mailbox: Mailbox | None = None

    def link(self, wiki: str, revid: int | None) -> str:
        """Return the address of an edit, empty where there is none."""
        url = self.change_urls.get(wiki, "")
        return url.replace("{revid}", str(revid)) if revid else ""
