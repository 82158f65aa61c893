"""What is written to a wiki, and how an attempt to write ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commands.wikis import PageFacts


class Outcome(StrEnum):
    """How an attempt to save ended, by a name of ours; `SaveResult.code` keeps the wiki's."""

    SAVED = "saved"
    CONFLICT = "conflict"
    """`editconflict` or `articleexists`: perhaps our own earlier edit. Look before retrying."""
    UNKNOWN = "unknown"
    """The request left but no answer came: it may stand. Look before retrying."""
    UNREACHABLE = "unreachable"
    """It certainly never left (connection refused, no such host)."""
    READ_ONLY = "read-only"
    LAGGED = "lagged"
    RATE_LIMITED = "rate-limited"
    BAD_TOKEN = "bad-token"  # noqa: S105 - the name of an outcome
    SESSION_LOST = "session-lost"
    SENDER_BLOCKED = "sender-blocked"
    PERMISSION_DENIED = "permission-denied"
    PROTECTED = "protected"
    TITLE_BLACKLISTED = "title-blacklisted"
    SPAM_BLACKLISTED = "spam-blacklisted"
    ABUSE_FILTERED = "abuse-filtered"
    CAPTCHA = "captcha"
    TOO_BIG = "too-big"
    HOOK_ABORTED = "hook-aborted"
    INVALID = "invalid"
    """The wiki says the request is wrong (bad title, bad tag, content model)."""
    SERVER_ERROR = "server-error"
    """An error of the wiki's own with a code, answered before anything was saved."""
    NOT_EMAILABLE = "not-emailable"
    """The account takes no mail, or none of ours."""
    REFUSED = "refused"
    """Refused with a code that nobody listed."""


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The end of one attempt. `revid`, `title` and `saved_at` (UTC) are set when saved."""

    outcome: Outcome
    code: str = ""
    detail: str = ""
    revid: int | None = None
    title: str | None = None
    saved_at: datetime | None = None
    retry_after: timedelta | None = None
    """What the wiki asked for (Retry-After), where it did."""
    count: int | None = None
    """To how many pages a message that was handed over will go."""


@dataclass(frozen=True, slots=True)
class Section:
    """A new section to be added: one edit. `summary` ends with the mark."""

    title: str
    subject: str
    body: str
    summary: str
    bot: bool
    base: PageFacts | None = None
    """The facts that it was decided on: with them a resend conflicts instead of standing twice."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageEdit:
    """The whole text of a page to be saved: one edit.

    `base` is the revision that the text was made from; None creates the page, and conflicts
    where it exists. With `undo`, that revision is taken back, whatever the text says.
    """

    title: str
    text: str
    summary: str
    base: int | None
    bot: bool = False
    tags: tuple[str, ...] = ()
    undo: int | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A new topic on a Structured Discussions board (`action=flow&submodule=new-topic`)."""

    title: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Email:
    """A mail by the wiki itself (`action=emailuser`), in plain text."""

    user: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class MassMessage:
    """A message handed to the MassMessage extension (`action=massmessage`)."""

    list_page: str
    subject: str
    body: str
