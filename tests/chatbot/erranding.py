"""Coordinators, dry wikis, and the engines that do for them what is slow, on a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from chatbot.clock import Clock
from chatbot.errands.engine import ErrandEngine
from chatbot.errands.works import all_works
from chatbot.watch import watch_engine
from chatbot.wiki.dry.wiki import DryWiki
from commands.census import Articles, Contribution, HistoryTrouble, Window
from commands.overseeing import Overseeing
from commands.policy import RunPolicy
from commands.rules.recipe import Significance
from commands.rundesk import Records
from commands.standing import Standing
from commands.wikis import PageText
from commands.writes import Outcome, SaveResult, Section
from storage.database import Database
from tests.chatbot.ringing import Clockwork, QuietAlarm
from tests.commands.rundesks import POLICY, RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
FOOTER = "<small>Sent on behalf of {sender}, because {reason}. [[{optout}|Stop]]</small>"
USUAL = replace(POLICY, footer=FOOTER)
WIKIS = ("metawiki", "svwiki")
PAGES = {
    "List.wiki": """\
* {{#target:User talk:Ada}}
* {{#target:User talk:ada}}
* {{#target:User talk:Grace}}
* {{#target:User talk:Edsger}}
* {{#target:User talk:Cleo|svwiki}}
* {{#target:User talk:Dora|nowhere.example}}
""",
    "Newsletter.wiki": "== Tech talk ==\n\nHello {{Greeting}}!\n\nCome.\n",
    "Template/Greeting.wiki": "dear reader",
    "User_talk/Grace.wiki": "Welcome.\n",
    "User_talk/Edsger.wiki": "[[Category:Opted-out of message delivery]]\n",
    "User/Fay.wiki": "[[Category:Readers]]",
    "User_talk/Fay.wiki": "[[Category:Readers]]",
    "import/people.tsv": "metawiki\tAda\nsvwiki\tBo\n",
}


class Shaky(DryWiki):
    """A dry wiki that is away for a while, which a folder never is: `faults` are used up.

    `loses` is what gets lost of a save: nothing, its "answer", or the "edit" as well.
    """

    def __init__(self, *, name: str, folder: Path, clock: Clock) -> None:
        super().__init__(name=name, folder=folder, clock=clock)
        self.faults: list[Exception] = []
        self.loses = ""
        self.saves = 0

    async def add_section(self, section: Section) -> SaveResult:
        self.saves += 1
        if self.loses == "edit":
            return SaveResult(Outcome.UNKNOWN)
        result = await super().add_section(section)
        return SaveResult(Outcome.UNKNOWN) if self.loses else result

    async def read(self, title: str) -> PageText:
        if self.faults:
            raise self.faults.pop(0)
        return await super().read(title)


class Office:
    """Desks and engines put together as the composition root does."""

    def __init__(self, *, database: Database, folder: Path, policy: RunPolicy) -> None:
        self.folder = folder
        self.report = "It went well."
        self.chat = RunConversation.of(database, NOW, folder=folder / "reports", policy=policy)
        self.wikis = {
            name: Shaky(name=name, folder=folder / name, clock=self._now) for name in WIKIS
        }
        self.clockwork = Clockwork()
        self.alarm = self._alarm("errands")
        self.watch_alarm = self._alarm("watch")
        records = Records(policy=policy)
        standing = Standing(policy=policy, records=records)
        log = structlog.get_logger()
        self.engine = ErrandEngine(
            database=database,
            works=all_works(
                database=database,
                wikis=self.wikis,
                census=self.wikis,
                history=NoHistory(),
                policy=policy,
                imports=folder / "metawiki/import",
                fresh=timedelta(days=1),
                words=self.chat.text.words,
                spoken=self.chat.text.languages,
                clock=self._now,
                revision_urls={"metawiki": "https://meta.example/?oldid={revid}"},
                told=lambda: None,
                report=self._report,
            ),
            alarm=self.alarm,
            clock=self._now,
            answered=lambda: None,
            holder="this process",
            log=log,
        )
        self.watch = watch_engine(
            database=database,
            overseeing=Overseeing(policy=policy, records=records, standing=standing),
            alarm=self.watch_alarm,
            clock=self._now,
            told=lambda: None,
            log=log,
        )
        for name, text in PAGES.items():
            self.place(name, text)

    def place(self, name: str, text: str, wiki: str = "metawiki") -> None:
        """Put a page's file where a wiki has it."""
        path = self.folder / wiki / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    async def ask(self, text: str, *, account: str = "alice") -> str:
        """Say a line and return what the engine answers to it."""
        await self.chat.say(text, account=account)
        return await self.answer()

    async def answer(self) -> str:
        """Let the engine do all it can do now, and return its last answer."""
        self.alarm.ring()
        await self.rest()
        return (await self.chat.answers() or [""])[-1]

    async def rest(self) -> None:
        """Return once the engines have nothing left to do at this instant."""
        while not (self.alarm.quiet and self.watch_alarm.quiet and not self.engine._under_way):
            await asyncio.sleep(0.001)

    async def jump(self, span: timedelta) -> None:
        """Let time pass."""
        self.chat.now += span
        self.clockwork.fire(self.chat.now)
        await self.rest()

    async def prepare(self) -> None:
        """Prepare run 1 from the pages that there are."""
        await self.chat.say("run new December")
        await self.ask("run audience 1 [[List]] | you came to a talk")
        await self.ask("run message 1 [[Newsletter]]")

    async def code(self, account: str) -> str:
        """Read the preview and return the code at its end."""
        preview = await self.ask("run preview 1", account=account)
        return preview.rpartition("confirm 1 ")[2]

    def _alarm(self, name: str) -> QuietAlarm:
        return QuietAlarm(name=name, scheduler=self.clockwork, clock=self._now)

    async def _report(self, run: int) -> str:
        return f"<!-- Bellringer: report of run {run} -->\n{self.report}"

    def _now(self) -> datetime:
        return self.chat.now


class NoHistory:
    """No dumps were imported."""

    def missing(self, wikis: Iterable[str]) -> tuple[str, ...]:
        return tuple(wikis)

    async def contributions(
        self, articles: Articles, window: Window, significance: Significance | None = None
    ) -> Sequence[Contribution]:
        raise HistoryTrouble("nothing was imported yet")


@asynccontextmanager
async def office(
    database: Database,
    folder: Path,
    *,
    coordinators: Sequence[str] = ("alice", "bob", "carol"),
    policy: RunPolicy = USUAL,
) -> AsyncIterator[Office]:
    """Run the engines until the end of the block."""
    opened = Office(database=database, folder=folder, policy=policy)
    await opened.chat.appoint(coordinators)
    tasks = [asyncio.create_task(each.run()) for each in (opened.engine, opened.watch)]
    try:
        await opened.rest()
        yield opened
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
