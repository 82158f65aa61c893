"""What the digest's mails are made with, as the configuration decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Encryption = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes our mails. Without a `user` we do not log in.

    `ca_file` replaces the system's authorities. `patience_seconds` is how long an answer of it
    may take.
    """

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    patience_seconds: float = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose mails they are: mailboxes as in a header, `Bellringer <bot@example.org>`."""

    mailbox: str
    reply_to: str = ""

    @property
    def address(self) -> str:
        """The bare address, for the envelope."""
        from email.utils import parseaddr

        return parseaddr(self.mailbox)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingList:
    """A mailing list. `unsubscribe` is its own address for that: `mailto:…` or `https://…`.

    `list_id` is the header of that name (RFC 2919), for a list whose software sets none.
    """

    address: str
    unsubscribe: str
    name: str = ""
    language: str | None = None
    zone: str | None = None
    list_id: str = ""
