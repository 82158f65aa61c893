"""Keeps one wiki's pages of events up to date: composed when something changed, then written.

A page that shall say something else becomes a row that waits. Rows are claimed one at a time, so
that processes which share a database never write one page together. Whoever claims a page looks
at it first: what stands there already, by an edit whose end nobody saw, is not saved again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.programme import Edition, Programme
from chatbot.publish.wikipages import Composed, Pages, Scene
from chatbot.publish.wikipages_keeping import Done, Keeping
from chatbot.publish.wikipages_stops import StopSigns
from commands.messages import reply
from commands.rules.pageblocks import digest_of
from commands.rules.pagekeeping import Failed, not_read, told
from commands.spreading import tell
from commands.wikis import SiteFacts, Wiki, WikiTrouble
from storage import publications
from storage.database import Database
from storage.publicationvalues import Kept, Publication
from storage.values import Destination

LEASE = timedelta(minutes=5)
"""How long a claim holds: longer than a wiki takes to read and save a page, with all tries."""

_WHILE_STOPPED = timedelta(minutes=1)
_WHILE_AWAY = timedelta(minutes=1)
_A_MOMENT = timedelta(seconds=1)
_AT_ONCE = 20
"""So many pages are composed before others have their turn."""


class WikiPages:
    """The pages of one wiki.

    Changes of the programme are gathered for `gather` before pages are written, and at most
    `edits_per_minute` are made. `told` is called after notices were planned.
    """

    def __init__(
        self,
        *,
        database: Database,
        programme: Programme,
        wiki: Wiki,
        pages: Sequence[Pages],
        keeping: Keeping,
        signs: StopSigns,
        coordinators: Sequence[Destination],
        edits_per_minute: float,
        gather: timedelta,
        holder: str,
        clock: Clock,
        told: Callable[[], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._programme = programme
        self._wiki = wiki
        self._pages = pages
        self._keeping = keeping
        self._signs = signs
        self._coordinators = coordinators
        self._between = timedelta(minutes=1 / edits_per_minute)
        self._gather = gather
        self._holder = holder
        self._clock = clock
        self._told = told
        self._log = log
        self._edition: Edition | None = None
        self._ripe_at: datetime | None = None
        self._turns_at: datetime | None = None
        self._free_at: datetime | None = None
        self._templated: frozenset[str] = frozenset()
        self._scenes: tuple[tuple[Pages, Scene], ...] = ()
        self._known: dict[int, tuple[str, datetime | None]] = {}

    async def look(self, now: datetime) -> datetime | None:
        """Do what is due. Return when something is due next."""
        try:
            site = await self._wiki.site()
            await self._plan(site, now)
            due_at = await self._write(site)
        except WikiTrouble as trouble:
            due_at = await self._away(trouble)
        return _first(due_at, self._ripe_at, self._turns_at)

    async def _plan(self, site: SiteFacts, now: datetime) -> None:
        """Compose anew what may have changed."""
        edition = await self._programme.now()
        if self._edition is None:
            await self._open(now)
            self._ripe_at = now
        elif edition is not self._edition and self._ripe_at is None:
            self._ripe_at = now + self._gather
        ripe = self._ripe_at is not None and (self._ripe_at <= now or await self._asked(now))
        turned = self._turns_at is not None and self._turns_at <= now
        if ripe or turned:
            await self._compose(edition, site, now)
            self._edition, self._ripe_at = edition, None

    async def _asked(self, now: datetime) -> bool:
        """Return whether somebody wants to see the pages now, with what has just changed."""
        async with self._database.reading() as session:
            return await publications.asked(session, self._wiki.name, now=now)

    async def _open(self, now: datetime) -> None:
        if self._database.is_sqlite:
            async with self._database.transaction() as session:
                await publications.release(session, now)

    async def _compose(self, edition: Edition, site: SiteFacts, now: datetime) -> None:
        """Have those pages looked at that shall say something else than they were given."""
        await self._look_for_templates(site)
        rows = await self._kept(edition, site, now)
        self._scenes = tuple(
            (each, Scene(edition, now, site, _of_events(each, rows), self._templated))
            for each in self._pages
        )
        stale: list[int] = []
        for count, kept in enumerate(rows, start=1):
            if not self._same(kept, edition, now) and self._changed(kept):
                stale.append(kept.key)
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)
        self._turns_at = _first(*(self._known[row.key][1] for row in rows))
        if stale:
            async with self._database.transaction() as session:
                await publications.wake(session, stale, now=now)

    def _changed(self, kept: Publication) -> bool:
        """Compose a page. Return whether it shall say something else than was known so far."""
        pages, scene = self._setting(kept)
        composed = pages.compose(kept, scene)
        digest = digest_of(composed.block)
        before, _ = self._known.get(kept.key, (kept.digest, None))
        self._known[kept.key] = digest, composed.turns_at
        return digest != before and kept.kind is not Kept.TEMPLATE

    def _setting(self, kept: Publication) -> tuple[Pages, Scene]:
        """Return whose page it is, and what it is made from."""
        return next(each for each in self._scenes if each[0].has(kept.name))

    async def _look_for_templates(self, site: SiteFacts) -> None:
        named = {title for each in self._pages if (title := each.template(site))}
        found = frozenset(await self._wiki.revisions(sorted(named))) if named else frozenset()
        if found != self._templated:
            self._templated = found
            self._known.clear()

    async def _kept(
        self, edition: Edition, site: SiteFacts, now: datetime
    ) -> tuple[Publication, ...]:
        """Return all that is kept, with what shall be from now on."""
        wiki = self._wiki.name
        async with self._database.transaction() as session:
            rows = await publications.kept(session, wiki)
            forgotten = [row.key for row in rows if not any(p.has(row.name) for p in self._pages)]
            if forgotten:
                await publications.forget(session, forgotten)
            shown = edition.events.values()
            wanted = [
                page
                for each in self._pages
                for page in (
                    *each.fixed(site),
                    *each.new_event_pages(shown, Scene(edition, now, site, _of_events(each, rows))),
                )
            ]
            names = {row.name for row in rows}
            new = [each for each in wanted if each.name not in names]
            if new:
                await publications.keep(session, wiki, new, now=now)
            if new or forgotten:
                rows = await publications.kept(session, wiki)
        return rows

    def _same(self, kept: Publication, edition: Edition, now: datetime) -> bool:
        """Return whether an event's page cannot but say what it did when it was composed last."""
        if kept.kind is not Kept.EVENT or kept.key not in self._known or self._edition is None:
            return False
        turns_at = self._known[kept.key][1]
        number = kept.event or 0
        return (turns_at is None or turns_at > now) and (
            edition.events.get(number) is self._edition.events.get(number)
        )

    async def _write(self, site: SiteFacts) -> datetime | None:
        """Write what waits, as fast as is allowed. Return when to go on."""
        while True:
            now = self._clock()
            async with self._database.reading() as session:
                due_at = await publications.next_due(session, self._wiki.name)
            if due_at is None or due_at > now:
                return due_at
            if self._free_at is not None and self._free_at > now:
                return self._free_at
            if self._ripe_at is not None and self._ripe_at <= now:
                # A template was made meanwhile, from which the rest is made.
                return now
            kept = await self._claim(now)
            if kept is None:
                # Another process was faster.
                return now + _A_MOMENT
            try:
                await self._attend(kept, site, now)
            except WikiTrouble as trouble:
                await self._failed(kept, not_read(trouble.reason, kept.setbacks))
            except Exception:  # noqa: BLE001 - one page must not stop the others
                self._log.exception("page.fault", wiki=self._wiki.name, page=kept.title)

    async def _away(self, trouble: WikiTrouble) -> datetime:
        """Count it against a page that waits, if any does. Return when to try again."""
        self._log.warning("pages.away", wiki=self._wiki.name, reason=trouble.reason)
        again = self._clock() + _WHILE_AWAY
        if (kept := await self._claim(self._clock())) is not None:
            await self._failed(kept, not_read(trouble.reason, kept.setbacks))
        return max(again, self._free_at or again)

    async def _claim(self, now: datetime) -> Publication | None:
        async with self._database.transaction() as session:
            return await publications.claim(
                session, self._wiki.name, holder=self._holder, now=now, lease=LEASE
            )

    async def _put_off(self, kept: Publication, until: datetime) -> None:
        async with self._database.transaction() as session:
            await publications.put_off(session, kept.key, holder=self._holder, until=until)

    async def _attend(self, kept: Publication, site: SiteFacts, now: datetime) -> None:
        """Bring a claimed page up to date, or put it off."""
        if kept.kind is Kept.TEMPLATE and kept.digest:
            await self._settle(kept, None)
            return
        pages, planned = self._setting(kept)
        scene = replace(planned, now=now)
        composed = pages.compose(kept, scene)
        digest = digest_of(composed.block)
        known = kept.digest == digest or kept.edition > scene.edition.version
        if known and kept.digest and kept.trouble is None:
            await self._settle(kept, None)
            return
        if await self._signs.stopped(site, since=kept.begun_at, now=now):
            self._free_at = now + _WHILE_STOPPED
            await self._put_off(kept, self._free_at)
            return
        ended = await self._keeping.keep(kept, composed, pages.wording, before=now + LEASE / 2)
        if isinstance(ended, Failed):
            await self._failed(kept, ended)
        else:
            await self._done(kept, composed, ended, scene.edition.version)

    async def _done(self, kept: Publication, composed: Composed, done: Done, edition: int) -> None:
        if done.saved_at is not None:
            self._free_at = self._clock() + self._between
            self._log.info("page.written", wiki=self._wiki.name, page=done.title, revid=done.revid)
        await self._settle(
            replace(
                kept,
                title=done.title,
                digest=digest_of(composed.block),
                edition=edition,
                revid=done.revid,
                written_at=done.saved_at or kept.written_at,
                shown_at=composed.shown_at,
                moved_from=composed.moved_from,
                setbacks=0,
                trouble=None,
                reason=None,
            ),
            None,
        )
        if kept.kind is Kept.TEMPLATE or (kept.trouble and kept.revid is None):
            # The pages of events are made from it from now on, or the lists link to it.
            self._ripe_at = self._clock()

    async def _failed(self, kept: Publication, failed: Failed) -> None:
        """Keep that a page could not be written; people are told once of one trouble."""
        until = self._clock() + failed.wait
        if failed.wide:
            self._free_at = until
        trouble = failed.trouble or kept.trouble
        reason = failed.reason if failed.trouble else kept.reason
        self._log.warning(
            "page.not_written", wiki=self._wiki.name, page=kept.title, reason=failed.reason
        )
        async with self._database.transaction() as session:
            news = failed.trouble is not None and failed.trouble != kept.trouble
            if news and failed.wide and failed.trouble is not None:
                news = not await publications.in_trouble(session, self._wiki.name, failed.trouble)
            later = replace(kept, setbacks=kept.setbacks + 1, trouble=trouble, reason=reason)
            held = await publications.settle(session, later, holder=self._holder, until=until)
            if held and news and failed.trouble is not None:
                said = told(kept, failed.trouble, failed.reason)
                await tell(session, self._coordinators, reply(said), now=self._clock())
        self._told()

    async def _settle(self, kept: Publication, until: datetime | None) -> None:
        async with self._database.transaction() as session:
            await publications.settle(session, kept, holder=self._holder, until=until)


def _of_events(pages: Pages, rows: Sequence[Publication]) -> dict[int, Publication]:
    return {row.event: row for row in rows if row.event is not None and pages.has(row.name)}


def _first(*instants: datetime | None) -> datetime | None:
    return min((each for each in instants if each is not None), default=None)
