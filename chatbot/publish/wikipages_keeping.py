"""Writes one page: looked at first, changed between our marks alone, saved on what was read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from chatbot.clock import Clock
from chatbot.publish.wikipages import Composed
from chatbot.publish.wikipages_wording import Wording
from commands.rules.pageblocks import Damage, Found, between_marks, digest_of, find, merged
from commands.rules.pagekeeping import (
    Failed,
    Trouble,
    block_name,
    not_ours,
    not_read,
    not_saved,
)
from commands.wikis import PageText, Wiki, WikiTrouble
from commands.writes import Outcome, PageEdit, SaveResult
from storage.publicationvalues import Kept, Publication

_TRIES = 3
_MARKUP = re.compile(r"[\[\]{}<>|*]+")
_WIKITEXT = "wikitext"


@dataclass(frozen=True, slots=True)
class Done:
    """A page says what it shall. `saved_at` is None where it did so already."""

    title: str
    revid: int | None
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A text to be saved, and whether it takes the place of words that others wrote."""

    text: str
    replaces: bool = False


class Keeping:
    """Brings pages of one wiki up to date. `about` is the page that edit summaries link to."""

    def __init__(self, *, wiki: Wiki, about: str, clock: Clock) -> None:
        self._wiki = wiki
        self._about = about
        self._clock = clock

    async def keep(
        self, kept: Publication, composed: Composed, wording: Wording, *, before: datetime
    ) -> Done | Failed:
        """Have a page say what was composed, with one edit at most, which leaves `before` then.

        Raises nothing that a wiki can be the reason of.
        """
        try:
            return await self._keep(kept, composed, wording, before)
        except WikiTrouble as trouble:
            if trouble.code == "invalidtitle":
                return not_ours(Trouble.NO_TITLE, kept.setbacks)
            return not_read(trouble.reason, kept.setbacks)

    async def _keep(
        self, kept: Publication, composed: Composed, wording: Wording, before: datetime
    ) -> Done | Failed:
        saved = SaveResult(Outcome.CONFLICT)
        for _ in range(_TRIES):
            page = await self._page(kept.title)
            ready = _ready(kept, composed, wording, page)
            if not isinstance(ready, _Ready):
                return ready
            if self._clock() >= before:
                # This process stood still: somebody else may have the page by now.
                return not_saved(SaveResult(Outcome.UNREACHABLE), 0)
            saved = await self._save(kept, composed, wording, page, ready)
            if saved.outcome is Outcome.SAVED:
                revid = saved.revid or (page.revid if page else None)
                title = saved.title or kept.title
                return Done(title, revid, saved.saved_at or self._clock())
            if saved.outcome is not Outcome.CONFLICT:
                break
        return not_saved(saved, kept.setbacks)

    async def _page(self, title: str) -> PageText | None:
        """Return a page as it stands, where it was moved to, None where there is none."""
        try:
            return await self._wiki.read(title)
        except WikiTrouble as trouble:
            if trouble.code == "missingtitle":
                return None
            raise

    async def _save(
        self,
        kept: Publication,
        composed: Composed,
        wording: Wording,
        page: PageText | None,
        ready: _Ready,
    ) -> SaveResult:
        words = [_plain(wording.plain(composed.summary.key, **composed.summary.values))]
        if page and ready.replaces:
            others = _plain(wording.plain("wikipages.summary.replaces"))
            words.append(f"{others} [[Special:PermanentLink/{page.revid}]]")
        summary = f"{'; '.join(words)} ([[{self._about}|Bellringer]])"
        title, base = (page.title, page.revid) if page else (kept.title, None)
        return await self._wiki.save_page(PageEdit(title, ready.text, summary, base, bot=True))


def _ready(
    kept: Publication, composed: Composed, wording: Wording, page: PageText | None
) -> _Ready | Done | Failed:
    """Return what is to be saved, or that nothing is, or why nothing can be."""
    if page is None:
        if kept.revid is not None:
            # Whoever deleted it had a reason that a bot does not know.
            return not_ours(Trouble.GONE, kept.setbacks)
        return _Ready(_whole(kept, composed, wording))
    if kept.kind is Kept.TEMPLATE:
        return Done(page.title, page.revid)
    name = block_name(kept)
    found = find(page.text, name)
    if isinstance(found, Damage) or page.content_model != _WIKITEXT:
        return not_ours(_unfit(page, found), kept.setbacks)
    if not found.touched and digest_of(found.block) == digest_of(composed.block):
        return Done(page.title, page.revid)
    text = merged(found, name, composed.block, warning=_warning(wording))
    return _Ready(text, replaces=found.touched)


def _unfit(page: PageText, found: Found | Damage) -> Trouble:
    """Return why the bot may not write on a page as it stands."""
    if page.content_model != _WIKITEXT:
        return Trouble.NOT_WIKITEXT
    return Trouble.NO_MARKS if found is Damage.NONE else Trouble.DAMAGED


def _whole(kept: Publication, composed: Composed, wording: Wording) -> str:
    if kept.kind is Kept.TEMPLATE:
        return composed.block
    return between_marks(block_name(kept), composed.block, warning=_warning(wording))


def _warning(wording: Wording) -> str:
    return wording.plain("wikipages.mark")


def _plain(words: str) -> str:
    return " ".join(_MARKUP.sub(" ", words).split())
