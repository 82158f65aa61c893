"""What was heard after a run, and who wants no messages, as frozen values free of SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReactionKind(StrEnum):
    """What somebody did about a run's message."""

    REPLY = "reply"
    """Wrote in our section."""
    TALK = "talk"
    """Wrote to the bot or to a coordinator on a talk page of theirs."""
    REVERT = "revert"
    """Took our section away by an undo or a rollback."""
    THANKS = "thanks"
    MAIL = "mail"
    SIGN_UP = "sign-up"
    OPT_OUT = "opt-out"
    """Put the mark of those who want no messages on a talk page."""


class Suggestion(StrEnum):
    """What became of the suggestion that somebody be put on the opt-out list."""

    NONE = ""
    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Reaction:
    """One thing that somebody did.

    `once` is the same however often it is heard of. `run` and `recipient` (his number in the
    run) are None where they are not known. `who` is an account's name on `wiki`, or the name
    that a mail shows. `at` is when it was done, `revid` the revision that did it. `words` are
    the first ones in plain text. `number` is given when it is kept.
    """

    once: str
    kind: ReactionKind
    at: datetime
    run: int | None = None
    recipient: int | None = None
    wiki: str = ""
    who: str = ""
    revid: int | None = None
    words: str = ""
    suggestion: Suggestion = Suggestion.NONE
    number: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message to recipient `number` of a run was saved. `revid` is None for a mail."""

    run: int
    number: int
    wiki: str
    user: str | None
    revid: int | None
    title: str | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Addressee:
    """One whom we might write to: an account of a wiki, and which human's it is.

    `human` is that of `storage.values.Recipient`, empty where it is not known; `user` is in
    normal form.
    """

    wiki: str
    user: str
    human: str = ""


@dataclass(frozen=True, slots=True)
class OptOut:
    """One who wants none of our messages: on one wiki, or with an empty `wiki` anywhere.

    `by` is the person whose word it was.
    """

    number: int
    user: str
    wiki: str
    human: str
    by: int
    why: str
    at: datetime
