"""Saves pages of a dry wiki so that a killed process neither loses nor doubles an edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chatbot.wiki.dry import markup
from chatbot.wiki.dry.journal import Entry, Journal
from chatbot.wiki.dry.pages import Pages, revid_of
from commands.rules.titles import USER_TALK, Title, normalise, prefixed
from commands.wikis import OwnEdit, PageText, SiteFacts
from commands.writes import Outcome, PageEdit, SaveResult, Section


class Saving:
    """The bot's account on a dry wiki. Edits that a killed process began are made first."""

    def __init__(
        self,
        *,
        account: str,
        pages: Pages,
        journal: Journal,
        site: SiteFacts,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._pages = pages
        self._journal = journal
        self._site = site
        self._clock = clock

    def add_section(self, section: Section) -> SaveResult:
        """Save a new section, or say why not, as a real wiki does."""
        self.recover()
        title = normalise(section.title, self._site)
        if not isinstance(title, Title):
            return SaveResult(Outcome.INVALID, code="invalidtitle", detail=title.reason)
        text = self._pages.text(title)
        if conflict := self._conflict(section, prefixed(title, self._site), text):
            return SaveResult(Outcome.CONFLICT, code=conflict)
        addition = f"== {section.subject} ==\n\n{section.body}"
        return self._save(title, text, section.summary, addition)

    def save_page(self, edit: PageEdit) -> SaveResult:
        """Save the whole text of a page, or say why not, as a real wiki does."""
        self.recover()
        title = normalise(edit.title, self._site)
        if not isinstance(title, Title):
            return SaveResult(Outcome.INVALID, code="invalidtitle", detail=title.reason)
        before = self._pages.text(title)
        if edit.base != _revid(title, before):
            code = "articleexists" if edit.base is None else "editconflict"
            return SaveResult(Outcome.CONFLICT, code=code)
        text = self._without(edit.undo, before or "") if edit.undo else edit.text
        return self._save(title, before, edit.summary, text, whole=True)

    def as_saved(self, revids: Sequence[int]) -> dict[int, PageText]:
        """Return what these edits of the account added, or saved."""
        return {
            each.revid: PageText(each.title, USER_TALK, each.revid, "wikitext", each.addition)
            for each in self._journal.entries()
            if each.revid in revids
        }

    def own_edits(self, since: datetime) -> list[OwnEdit]:
        """Return the account's edits since then, oldest first."""
        self.recover()
        edits = (
            OwnEdit(each.summary, each.title, each.revid, datetime.fromisoformat(each.saved_at))
            for each in self._journal.entries()
        )
        return [edit for edit in edits if edit.saved_at >= since]

    def recover(self) -> None:
        """Make the edit that was begun and perhaps not made."""
        entry = self._journal.unfinished()
        if entry is None:
            return
        title = normalise(entry.title, self._site)
        if isinstance(title, Title):
            text = self._pages.text(title)
            if _revid(title, text) == entry.before:
                self._pages.write(title, entry.applied(text))
        self._journal.finish()

    def _conflict(self, section: Section, title: str, text: str | None) -> str | None:
        """Return a real wiki's code for what would be sent twice."""
        if section.base is None:
            return None
        if section.base.revid is None:
            return None if text is None else "articleexists"
        earlier = [entry for entry in self._journal.entries() if entry.title == title]
        last = earlier[-1] if earlier else None
        resent = last and (last.before, last.summary) == (section.base.revid, section.summary)
        return "editconflict" if resent else None

    def _without(self, revid: int, text: str) -> str:
        """Return a page's text without what an edit added at its end."""
        undone = next(entry for entry in self._journal.entries() if entry.revid == revid)
        return text.rstrip().removesuffix(undone.addition.rstrip()).rstrip()

    def _save(
        self, title: Title, text: str | None, summary: str, addition: str, *, whole: bool = False
    ) -> SaveResult:
        now, name = self._clock(), prefixed(title, self._site)
        signed = markup.signed(addition, self._account, now)
        draft = Entry(name, summary, signed, _revid(title, text), 0, now.isoformat(), whole)
        new = draft.applied(text)
        entry = replace(draft, revid=revid_of(title, new))
        self._journal.begin(entry)
        self._pages.write(title, new)
        self._journal.finish()
        return SaveResult(Outcome.SAVED, revid=entry.revid, title=name, saved_at=now)


def _revid(title: Title, text: str | None) -> int | None:
    return None if text is None else revid_of(title, text)
