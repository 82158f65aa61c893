"""The errand `run report N [[Page]]`: write a run's report to a page of its own on a wiki.

A page is made where there is none. It is written anew only while its last edit is the bot's and
what stands there is the report of the same run: nobody's words are ever replaced.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from chatbot.errands.footers import Words
from chatbot.errands.survey import Survey
from chatbot.errands.work import Settle, answer
from commands.goingon import stopped
from commands.messages import Line, Value, line
from commands.policy import RunPolicy
from commands.rules.marks import described
from commands.rules.sources import Page, place_of
from commands.rules.titles import PROJECT, USER, Title, normalise, prefixed
from commands.wikis import SiteFacts, Wiki, WikiTrouble
from commands.writes import Outcome, PageEdit
from storage import stops
from storage.database import Database
from storage.runvalues import Errand, Stop


@dataclass(frozen=True, slots=True)
class _Place:
    """A page on a wiki, by its title in normal form."""

    wiki: str
    title: str
    address: str


class PublishWork:
    """Writes reports to wikis.

    `compose` returns a run's report as wikitext, which begins with a comment that is the same for
    all reports of that run, and for nothing else.
    """

    def __init__(
        self,
        *,
        database: Database,
        wikis: Mapping[str, Wiki],
        survey: Survey,
        policy: RunPolicy,
        compose: Callable[[int], Awaitable[str]],
        words: Words,
    ) -> None:
        self._database = database
        self._wikis = wikis
        self._survey = survey
        self._policy = policy
        self._compose = compose
        self._words = words

    async def prepare(self, errand: Errand) -> Settle:
        """Write the report, unless the page is not for it. Raises WikiTrouble."""
        place = self._place(errand.arguments["page"], await self._survey.sites())
        if isinstance(place, Line):
            return answer(place)
        if stop := await self._stop(place.wiki):
            return answer(stopped(stop))
        text = await self._compose(errand.run)
        base = await self._base(errand.run, place, text)
        if isinstance(base, Line):
            return answer(base)
        return answer(await self._save(errand.run, place, text, base))

    async def _stop(self, wiki: str) -> Stop | None:
        async with self._database.reading() as session:
            return next((each for each in await stops.standing(session) if each.wiki == wiki), None)

    def _place(self, name: str, sites: Mapping[str, SiteFacts]) -> _Place | Line:
        meant = place_of(Page(name), home=self._policy.home, sites=sites)
        title = normalise(meant[1], sites[meant[0]]) if meant else None
        if meant is None or not isinstance(title, Title):
            return line("report.page.elsewhere", page=name)
        site = sites[meant[0]]
        if title.namespace not in {PROJECT, USER}:
            return line("report.page.not_talk", page=name, wiki=site.wiki)
        shown = prefixed(title, site)
        return _Place(site.wiki, shown, site.page_url.replace("$1", shown.replace(" ", "_")))

    async def _base(self, run: int, place: _Place, text: str) -> int | Line | None:
        """Return the revision that is to be replaced, None for a new page, or why neither."""
        wiki = self._wikis[place.wiki]
        if not await wiki.revisions([place.title]):
            return None
        now = await wiki.read(place.title)
        if now.title != place.title or not now.text.startswith(_marker(text)):
            return line("report.page.not_ours", page=place.title, wiki=place.wiki, run=run)
        signs = await wiki.signs([place.title])
        last = next((each for each in signs.edits if each.title == place.title), None)
        if last is None or last.user != signs.account:
            who = last.user if last else ""
            return line("report.page.changed", page=place.title, wiki=place.wiki, who=who)
        return last.revid

    async def _save(self, run: int, place: _Place, text: str, base: int | None) -> Line:
        said = self._words(line("report.page.summary", run=run))
        summary = described(run, self._policy.about, said)
        saved = await self._wikis[place.wiki].save_page(
            PageEdit(place.title, text, summary, base, bot=True)
        )
        if saved.outcome in {Outcome.UNKNOWN, Outcome.CONFLICT}:
            # Looked at anew, the page tells whether it was our own edit.
            raise WikiTrouble(place.wiki, saved.detail or saved.code or saved.outcome)
        where: dict[str, Value] = {"run": run, "page": place.title, "wiki": place.wiki}
        if saved.outcome is not Outcome.SAVED:
            reason = ": ".join(filter(None, (saved.outcome, saved.detail)))
            return line("report.page.not_saved", reason=reason, **where)
        return line("report.page.saved", link=place.address, **where)


def _marker(text: str) -> str:
    """Return the comment that a report begins with."""
    return text[: text.index("-->")]
