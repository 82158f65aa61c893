"""Adds a section to a talk page: one request at most, and how it ended by name."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from chatbot.wiki.answers import Answer, Ask, NoAnswer, Refused
from chatbot.wiki.outcomes import result_of_failure, result_of_refusal, result_of_silence
from commands.wikis import Outcome, PageFacts, SaveResult, Section


class Writer(Protocol):
    """What saving needs of a session."""

    @property
    def ask(self) -> Ask:
        """Ask as the account."""
        ...

    def token(self) -> str:
        """Return the token that edits need. Raises Refused or NoAnswer."""
        ...

    def forget_token(self) -> None:
        """Let the next call fetch a fresh one."""
        ...


def add_section(writer: Writer, section: Section, *, maxlag: int) -> SaveResult:
    """Save a new section and say how that ended. Raises nothing that a wiki can cause."""
    try:
        token = writer.token()
    except NoAnswer as silence:
        return SaveResult(Outcome.UNREACHABLE, detail=f"before the edit: {silence.reason}")
    except Refused as refusal:
        return result_of_refusal(refusal)
    try:
        answer = writer.ask(**_parameters(section, maxlag), token=token)
    except NoAnswer as silence:
        return result_of_silence(silence)
    except Refused as refusal:
        result = result_of_refusal(refusal)
        if result.outcome is Outcome.BAD_TOKEN:
            writer.forget_token()
        return result
    return _result(answer)


def _parameters(section: Section, maxlag: int) -> dict[str, str | int | bool]:
    """Return the request, see https://www.mediawiki.org/wiki/API:Edit.

    `watchlist=nochange` keeps thousands of pages off the account's watchlist.
    """
    return {
        "action": "edit",
        "title": section.title,
        "section": "new",
        "sectiontitle": section.subject,
        "text": section.body,
        "summary": section.summary,
        "notminor": True,
        "bot": section.bot,
        "watchlist": "nochange",
        "tags": "|".join(section.tags),
        "maxlag": maxlag,
        "formatversion": 2,
        **_guard(section.base),
    }


def _guard(base: PageFacts | None) -> dict[str, str | int | bool]:
    """Return what makes the wiki answer a resend with a conflict instead of a second section."""
    if base is None:
        return {}
    return {"createonly": True} if base.revid is None else {"baserevid": base.revid}


def _result(answer: Answer) -> SaveResult:
    edit = answer.get("edit")
    if not isinstance(edit, dict):
        return SaveResult(Outcome.UNKNOWN, detail="an answer that says nothing of the edit")
    if edit.get("result") != "Success":
        return result_of_failure(edit)
    timestamp = edit.get("newtimestamp")
    return SaveResult(
        Outcome.SAVED,
        revid=edit.get("newrevid"),
        title=edit.get("title"),
        saved_at=datetime.fromisoformat(timestamp) if timestamp else None,
    )
