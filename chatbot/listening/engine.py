"""The engine that listens after runs: to each wiki, to the mailbox, to those who sign up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.listening.ear import Audience, Ear
from chatbot.listening.settings import ListeningSettings
from chatbot.listening.signups import SignUps
from chatbot.listening.teller import Teller
from commands.heard import Hearing
from commands.rules.hearsay import writers
from commands.rules.unsubscribing import StopWords
from commands.wikis import WikiTrouble
from storage import editors, listening, people
from storage.database import Database
from storage.heard import Reaction, Sent, Suggestion
from storage.runvalues import Run

if TYPE_CHECKING:
    from chatbot.listening.mail import Mail

_BETWEEN_SIGN_UPS = timedelta(minutes=10)
_BETWEEN_RINGS = timedelta(seconds=5)
_AT_ONCE = 8

AskedToStop = Callable[[int, str, str], Awaitable[None]]
"""Told of a recipient who asks for no more: the run, the wiki, and a link to his words."""


class ListeningEngine:
    """Listens to all runs that are under way or were not long ago.

    `asked_to_stop` is called once for each reaction that asks for no more messages.
    """

    def __init__(
        self,
        *,
        database: Database,
        wikis: Mapping[str, Hearing],
        settings: ListeningSettings,
        stop: Sequence[StopWords],
        teller: Teller,
        sign_ups: SignUps,
        mail: Mail | None,
        asked_to_stop: AskedToStop,
        alarm: Alarm,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._settings = settings
        self._teller = teller
        self._sign_ups = sign_ups
        self._mail = mail
        self._asked_to_stop = asked_to_stop
        self._alarm = alarm
        self._clock = clock
        self._log = log
        self._ears = {
            name: Ear(
                wiki=wiki, database=database, stop=stop, missed=teller.missed, clock=clock, log=log
            )
            for name, wiki in wikis.items()
        }
        self._due: dict[str, datetime] = {}
        self._looked_at: dict[str, datetime] = {}
        self._look_at: datetime | None = None
        self._mail_due: datetime | None = None
        self._sign_ups_due: datetime | None = None
        self._limit = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            self._alarm.hush()
            self._alarm.set(await self._work())
            await self._alarm.wait()

    def changed(self, wiki: str, title: str) -> None:
        """Look at a wiki soon: a page was changed there that may concern us."""
        ear = self._ears.get(wiki)
        if ear is not None and ear.watches(title):
            looked_at = self._looked_at.get(wiki)
            soon = looked_at + _BETWEEN_RINGS if looked_at else self._clock()
            self._due[wiki] = min(self._due.get(wiki, soon), soon)
            self._look_at = min(self._look_at or soon, soon)
            self._alarm.ring()

    async def _work(self) -> datetime | None:
        """Do what is due. Return when to look again; an alarm waits for a minute at most."""
        try:
            # Whatever is done anywhere rings this alarm as well: mostly nothing is due.
            if self._look_at is None or self._look_at <= self._clock():
                self._look_at = await self._look()
            tell_at = await self._teller.tell()
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("listening.fault")
            return self._clock() + self._settings.interval
        return self._look_at if tell_at is None else min(self._look_at, tell_at)

    async def _look(self) -> datetime:
        """Hear all that is due. Return when something is due next."""
        now = self._clock()
        runs = await self._runs()
        sent = await self._sent(runs)
        await self._listen(sent, now)
        await self._read_mail(runs, sent, now)
        await self._count_sign_ups(runs, now)
        return min([now + self._settings.interval, *self._due.values()])

    async def _runs(self) -> tuple[Run, ...]:
        async with self._database.reading() as session:
            return await listening.listened(session, self._clock(), self._settings.listens)

    async def _sent(self, runs: Iterable[Run]) -> tuple[Sent, ...]:
        numbers = [run.number for run in runs]
        if not numbers:
            return ()
        async with self._database.reading() as session:
            return await listening.sent(session, numbers)

    async def _listen(self, sent: Sequence[Sent], now: datetime) -> None:
        here: dict[str, list[Sent]] = {}
        for each in sent:
            if each.revid is not None and each.wiki in self._ears:
                here.setdefault(each.wiki, []).append(each)
        self._due = {wiki: self._due.get(wiki, now) for wiki in here}
        due = [wiki for wiki, at in self._due.items() if at <= now]
        self._due |= dict.fromkeys(due, now + self._settings.interval)
        if due:
            last, coordinators = writers(sent), await self._coordinators()
            await asyncio.gather(
                *(self._listen_to(wiki, Audience(here[wiki], last, coordinators)) for wiki in due)
            )

    async def _listen_to(self, wiki: str, audience: Audience) -> None:
        self._looked_at[wiki] = self._clock()
        try:
            async with self._limit:
                await self._pass_on(await self._ears[wiki].listen(audience))
        except WikiTrouble as trouble:
            self._log.warning("listening.wiki_away", wiki=wiki, reason=trouble.reason)
        except Exception:  # noqa: BLE001 - what is odd on one wiki silences no other
            self._log.exception("listening.fault", wiki=wiki)

    async def _pass_on(self, new: Iterable[Reaction]) -> None:
        for each in new:
            self._log.info("listening.heard", kind=each.kind, run=each.run, wiki=each.wiki)
            if each.suggestion is not Suggestion.NONE and each.run is not None:
                link = self._settings.link(each.wiki, each.revid)
                await self._asked_to_stop(each.run, each.wiki, link)

    async def _coordinators(self) -> frozenset[str]:
        async with self._database.reading() as session:
            those = await people.coordinators(session)
            names = [await editors.name_of(session, each.key) for each in those]
        return frozenset(name for name in names if name)

    async def _read_mail(self, runs: Sequence[Run], sent: Sequence[Sent], now: datetime) -> None:
        if self._mail is None or (self._mail_due and now < self._mail_due):
            return
        self._mail_due = now + self._settings.interval
        await self._pass_on(await self._mail.read(runs, sent))

    async def _count_sign_ups(self, runs: Iterable[Run], now: datetime) -> None:
        if self._sign_ups_due and now < self._sign_ups_due:
            return
        self._sign_ups_due = now + _BETWEEN_SIGN_UPS
        for run in runs:
            try:
                await self._sign_ups.look(run)
            except WikiTrouble as trouble:
                self._log.warning("listening.no_sign_ups", run=run.number, reason=trouble.reason)
