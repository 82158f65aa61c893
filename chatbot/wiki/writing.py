"""What is saved by `action=edit` (https://www.mediawiki.org/wiki/API:Edit): sections and pages."""

from __future__ import annotations

from datetime import datetime

from chatbot.wiki.answers import Answer
from chatbot.wiki.outcomes import result_of_failure, senseless
from chatbot.wiki.sending import Request, Writer, send
from commands.wikis import PageFacts
from commands.writes import Outcome, PageEdit, SaveResult, Section


def add_section(writer: Writer, section: Section, *, maxlag: int) -> SaveResult:
    """Save a new section and say how that ended."""
    parameters: dict[str, str | int | bool] = {
        **_edit(section.title, section.summary, section.tags, bot=section.bot, maxlag=maxlag),
        "section": "new",
        "sectiontitle": section.subject,
        "text": section.body,
        **_guard(section.base),
    }
    return send(writer, Request(parameters, _result))


def save_page(writer: Writer, edit: PageEdit, *, maxlag: int) -> SaveResult:
    """Save the whole text of a page, or undo one revision of it, and say how that ended."""
    parameters: dict[str, str | int | bool] = {
        **_edit(edit.title, edit.summary, edit.tags, bot=edit.bot, maxlag=maxlag),
        **({"undo": edit.undo} if edit.undo else {"text": edit.text}),
        **({"createonly": True} if edit.base is None else {"baserevid": edit.base}),
        "nocreate": edit.base is not None,
    }
    return send(writer, Request(parameters, _result))


def _edit(
    title: str, summary: str, tags: tuple[str, ...], *, bot: bool, maxlag: int
) -> dict[str, str | int | bool]:
    """Return what all edits have in common.

    `watchlist=nochange` keeps thousands of pages off the account's watchlist.
    """
    return {
        "action": "edit",
        "title": title,
        "summary": summary,
        "notminor": True,
        "bot": bot,
        "watchlist": "nochange",
        "tags": "|".join(tags),
        "maxlag": maxlag,
    }


def _guard(base: PageFacts | None) -> dict[str, str | int | bool]:
    """Return what makes the wiki answer a resend with a conflict instead of a second section."""
    if base is None:
        return {}
    return {"createonly": True} if base.revid is None else {"baserevid": base.revid}


def _result(answer: Answer) -> SaveResult:
    edit = answer.get("edit")
    if not isinstance(edit, dict):
        return senseless("edit")
    if edit.get("result") != "Success":
        return result_of_failure(edit)
    timestamp = edit.get("newtimestamp")
    return SaveResult(
        Outcome.SAVED,
        revid=edit.get("newrevid"),
        title=edit.get("title"),
        saved_at=datetime.fromisoformat(timestamp) if timestamp else None,
    )
