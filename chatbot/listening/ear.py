"""Hears what happens on one wiki, from where the last look ended: nothing missed, nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from commands.heard import Change, Hearing
from commands.rules.hearsay import Listener
from commands.rules.titles import USER_TALK, Title, normalise, prefixed
from commands.rules.unsubscribing import StopWords
from commands.wikis import SiteFacts
from storage import reactions, watermarks
from storage.database import Database
from storage.heard import Reaction, ReactionKind, Sent

OVERLAP = timedelta(minutes=2)
"""So far before the last look each begins: an edit may be listed later than it was made, and
clocks may differ."""

_LONG_AWAY = timedelta(days=1)
_BETWEEN_THANKS = timedelta(minutes=10)

Missed = Callable[[AsyncSession, str, datetime, datetime], Awaitable[None]]
"""Tells, in this transaction, that a wiki forgot what happened between two instants."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose words count: what was sent on the wiki, to whom on any, and by which coordinators.

    `coordinators` are their user names on the wikis.
    """

    here: Sequence[Sent]
    writers: Mapping[str, Sent]
    coordinators: Collection[str]


class Ear:
    """Listens on one wiki. `missed` is told of gaps. Raises WikiTrouble."""

    def __init__(
        self,
        *,
        wiki: Hearing,
        database: Database,
        stop: Collection[StopWords],
        missed: Missed,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._wiki = wiki
        self._database = database
        self._stop = stop
        self._missed = missed
        self._clock = clock
        self._log = log.bind(wiki=wiki.name)
        self._pages: dict[int, int] = {}
        self._titles: dict[int, str] = {}
        self._talk: frozenset[str] = frozenset()
        self._judged: dict[int, datetime] = {}
        self._thanked_at: datetime | None = None

    @property
    def name(self) -> str:
        """The wiki's configured name."""
        return self._wiki.name

    def watches(self, title: str) -> bool:
        """Return whether an edit to this page may be meant for us, as far as is known by now."""
        return title in self._talk or title in self._titles.values()

    async def listen(self, audience: Audience) -> tuple[Reaction, ...]:
        """Hear all that happened since the last look. Return what was not known before."""
        await self._find(audience.here)
        listener = await self._listener(audience)
        self._talk = listener.talk | {listener.own_talk}
        first = min(each.saved_at for each in audience.here)
        earliest = min((each.revid for each in audience.here if each.revid), default=0)
        new: tuple[Reaction, ...] = ()
        more = True
        while more:
            since = await self._since(first)
            began = self._clock()
            heard = await self._wiki.changes(
                since - OVERLAP, namespaces=await self._namespaces(listener)
            )
            # The overlap may reach back to before there was anything to answer, and a wiki tells
            # the time in whole seconds.
            answers = [
                each for each in heard.changes if each.saved_at >= first and each.revid >= earliest
            ]
            found = await self._judge(listener, answers)
            through = heard.changes[-1].saved_at if heard.more else began
            more = heard.more and through > since
            new += await self._keep(found, through)
            self._remember(listener, heard.changes, through)
        return (*new, *await self._thanks(audience, first))

    async def _find(self, here: Sequence[Sent]) -> None:
        """Learn on which pages new messages stand."""
        unknown = [each.revid for each in here if each.revid and each.revid not in self._pages]
        for revid, place in (await self._wiki.whereabouts(unknown)).items():
            self._pages[revid], self._titles[revid] = place.page, place.title

    async def _listener(self, audience: Audience) -> Listener:
        site, bot = await self._wiki.site(), await self._wiki.own_name()
        pages: dict[int, tuple[Sent, ...]] = {}
        for each in audience.here:
            page = self._pages.get(each.revid or 0)
            if page is not None:
                pages[page] = (*pages.get(page, ()), each)
        return Listener(
            wiki=self.name,
            bot=bot,
            own_talk=_talk_of(bot, site),
            talk=frozenset(_talk_of(name, site) for name in audience.coordinators),
            pages=pages,
            writers=audience.writers,
            stop=self._stop,
        )

    async def _namespaces(self, listener: Listener) -> Collection[int]:
        site = await self._wiki.site()
        titles = (normalise(title, site) for title in self._titles.values())
        return {USER_TALK, *(each.namespace for each in titles if isinstance(each, Title))}

    async def _since(self, first: datetime) -> datetime:
        async with self._database.reading() as session:
            kept = await watermarks.get(session, self._mark)
        since = max(datetime.fromisoformat(kept), first) if kept else first
        if self._clock() - since > _LONG_AWAY:
            await self._look_for_gap(since)
        return since

    async def _look_for_gap(self, since: datetime) -> None:
        oldest = await self._wiki.changes_kept_since()
        if oldest is None or oldest <= since:
            return
        self._log.warning("listening.gap", since=since.isoformat(), until=oldest.isoformat())
        async with self._database.transaction() as session:
            await self._missed(session, self.name, since, oldest)
            await watermarks.put(session, self._mark, oldest.isoformat())

    async def _judge(self, listener: Listener, changes: Iterable[Change]) -> list[Reaction]:
        fresh = [
            each for each in changes if each.revid not in self._judged and listener.concerns(each)
        ]
        if not fresh:
            return []
        needed = {revid for each in fresh for revid in listener.needed(each)}
        read = await self._wiki.as_saved(sorted(needed))
        texts = {revid: page.text for revid, page in read.items()}
        # Pages can be large, and are whatever their writers wish: the event loop does not wait.
        found = await asyncio.to_thread(
            lambda: [one for each in fresh for one in listener.judge(each, texts)]
        )
        return [*found, *await self._opt_outs(listener, fresh)]

    async def _opt_outs(self, listener: Listener, fresh: Sequence[Change]) -> list[Reaction]:
        """Return whose page bears the mark of those who want no messages, after an edit to it."""
        changed = {each.title: each for each in fresh if each.page in listener.pages}
        facts = await self._wiki.pages(list(changed)) if changed else {}
        return [
            Reaction(
                once=f"{sent.run}:{ReactionKind.OPT_OUT}:{sent.number}",
                kind=ReactionKind.OPT_OUT,
                at=change.saved_at,
                run=sent.run,
                recipient=sent.number,
                wiki=self.name,
                who=sent.user or change.title,
                revid=change.revid,
            )
            for title, change in changed.items()
            if title in facts and facts[title].opted_out
            for sent in listener.pages[change.page]
        ]

    async def _keep(self, found: Iterable[Reaction], through: datetime) -> tuple[Reaction, ...]:
        async with self._database.transaction() as session:
            await watermarks.put(session, self._mark, through.isoformat())
            return await reactions.add(session, found)

    def _remember(self, listener: Listener, changes: Iterable[Change], through: datetime) -> None:
        """Keep in mind what need not be judged again when the next look overlaps this one."""
        self._judged |= {each.revid: each.saved_at for each in changes if listener.concerns(each)}
        after = through - 2 * OVERLAP
        self._judged = {revid: at for revid, at in self._judged.items() if at >= after}
        moved = {each.page: each.title for each in changes}
        self._titles = {
            revid: moved.get(self._pages[revid], title) for revid, title in self._titles.items()
        }

    async def _thanks(self, audience: Audience, first: datetime) -> tuple[Reaction, ...]:
        now = self._clock()
        if self._thanked_at and now < self._thanked_at + _BETWEEN_THANKS:
            return ()
        self._thanked_at = now
        found = [
            Reaction(
                once=f"{ReactionKind.THANKS}:{self.name}:{each.log_id}",
                kind=ReactionKind.THANKS,
                at=each.at,
                run=sent.run,
                recipient=sent.number,
                wiki=self.name,
                who=each.user,
            )
            for each in await self._wiki.thanks(first)
            if (sent := audience.writers.get(each.user))
        ]
        async with self._database.transaction() as session:
            return await reactions.add(session, found)

    @property
    def _mark(self) -> str:
        return f"changes:{self.name}"


def _talk_of(user: str, site: SiteFacts) -> str:
    return prefixed(Title(USER_TALK, user), site)
