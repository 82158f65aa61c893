"""The rule of two over random histories: no run ever starts by the word of one human.

What is true is kept here in a way of its own: accounts that were ever joined are one group, and
a word is what somebody said since the proposal that stands.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from commands.overseeing import Overseeing
from commands.rules.lifecycle import PROPOSABLE, UNDER_WAY
from commands.rundesk import Act, Records
from commands.standing import Standing
from storage import confirmations, people, runs
from storage.database import Database
from storage.runvalues import RunState
from storage.values import Identity, Person
from tests.commands.rundesks import POLICY, RunConversation

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ACCOUNTS = ("alice", "bob", "carol", "dora")
TEXTS = ("Come!", "Go!")

Action = tuple[Any, ...]

accounts = st.sampled_from(ACCOUNTS)
pairs = st.sampled_from([("alice", "bob"), ("bob", "alice"), ("carol", "bob")])
turns: st.SearchStrategy[Action] = st.one_of(
    st.tuples(st.just("confirm_by_some_code"), accounts, st.integers(0, 9)),
    st.tuples(st.just("say"), accounts, st.sampled_from(["object N no", "withdraw N", "halt N"])),
    st.tuples(st.just("edit"), accounts, st.sampled_from(TEXTS)),
    st.tuples(st.just("let_time_pass"), st.sampled_from([1, 40, 73])),
    st.tuples(st.just("look_after")),
    st.tuples(st.just("revoke"), accounts, accounts),
    st.tuples(st.just("appoint"), accounts),
    st.tuples(st.just("link"), pairs),
    st.tuples(st.just("play_two"), pairs),
)


@st.composite
def rounds(draw: st.DrawFn) -> list[Action]:
    """Return a proposal and words for it, with whatever may come between."""
    one, two, *_ = draw(st.permutations(ACCOUNTS))
    aimed: list[Action] = [("revoke", one, two), ("let_time_pass", 73), ("appoint", two)]
    between = st.lists(st.sampled_from(aimed) | turns, max_size=2)
    words: list[Action] = [("confirm", one), *draw(between), ("confirm", two)]
    proposal: Action = ("propose", draw(accounts))
    return [("appoint", *ACCOUNTS), *draw(between), proposal, *draw(between), *words]


@dataclass(frozen=True)
class Word:
    """What somebody said: by which account, whose it was then, of which text, and when."""

    account: str
    person: int
    text: str
    said_at: datetime


class History:
    """Alice, Bob, Carol and Dora do to runs, one after another, whatever comes to their minds."""

    def __init__(self, *, database: Database, folder: Path) -> None:
        self.database = database
        self.chat = RunConversation.of(database, NOON, folder=folder)
        self.groups = [{account} for account in ACCOUNTS]
        self.codes: list[str] = []
        self.started = 0

    async def begin(self) -> None:
        """Have a new run prepared, whoever may do so by now."""
        async with self.database.transaction() as session:
            person = await people.ensure(session, Identity("libera", "operator"), self.chat.now)
            run = await runs.add(session, "Run", created_by=person.key, now=self.chat.now)
            ready = replace(run, subject="A", draft="Come!", audience_source="metawiki:List")
            await runs.save(session, replace(ready, state=RunState.AUDIENCE_BUILT))
        self.number, self.text = run.number, TEXTS[0]
        self.words: list[Word] = []
        self.proposed_at: datetime | None = None

    async def propose(self, account: str) -> None:
        if await self.state() in PROPOSABLE:
            await self.chat.propose(self.number, by=account, body=self.text)
            self.words, self.proposed_at = [], self.chat.now

    async def confirm(self, account: str) -> None:
        self.codes.append(await self.chat.code(account, self.number))
        await self.say_code(account, self.codes[-1])

    async def confirm_by_some_code(self, account: str, which: int) -> None:
        if self.codes:
            await self.say_code(account, self.codes[which % len(self.codes)])

    async def say_code(self, account: str, code: str) -> None:
        said = await self.say(account, f"confirm N {code}")
        if "has confirmed run" in said or "starts" in said:
            person = await self.person(account)
            self.words.append(Word(account, person.key, self.text, self.chat.now))

    async def edit(self, account: str, text: str) -> None:
        if "I read the message" not in await self.say(account, f"run message N | A | {text}"):
            return
        run = await self.chat.run(self.number)
        async with self.database.transaction() as session:
            # What follows is the errand's part.
            if run.draft != text:
                await confirmations.lift_objections(session, run.number, self.chat.now)
            changed = replace(run, draft=text, state=RunState.AUDIENCE_BUILT)
            await runs.save(session, changed)
        self.text = text

    async def let_time_pass(self, hours: int) -> None:
        self.chat.now += timedelta(hours=hours)

    async def look_after(self) -> None:
        records = Records(policy=POLICY)
        standing = Standing(policy=POLICY, records=records)
        overseeing = Overseeing(policy=POLICY, records=records, standing=standing)
        async with self.database.transaction() as session:
            await overseeing.look(Act(session, self.chat.now))

    async def revoke(self, account: str, by: str) -> None:
        await self.say(by, f"coordinator remove {account}")

    async def appoint(self, *some: str) -> None:
        self.chat.now += timedelta(minutes=1)
        await self.chat.appoint(some)

    async def link(self, pair: tuple[str, str]) -> None:
        if "now one person" in await self.chat.join(*pair):
            one, other = (self.group(account) for account in pair)
            if one is not other:
                self.groups.remove(other)
                one.update(other)

    async def play_two(self, pair: tuple[str, str]) -> None:
        """Link, part again, and be a coordinator with both accounts: one human all the same."""
        await self.link(pair)
        for account in pair:
            await self.say(account, "unlink")
            await self.appoint(account)

    async def say(self, account: str, text: str) -> str:
        return await self.chat.say(text.replace(" N", f" {self.number}"), account=account)

    async def judge(self) -> None:
        """Look whether a run has just started that may not, and then go on with another."""
        if await self.state() in UNDER_WAY:
            self.started += 1
            fit = [word.account for word in self.words if await self.fits(word)]
            assert len({id(self.group(account)) for account in fit}) >= 2
            await self.begin()

    async def fits(self, word: Word) -> bool:
        person = await self.person(word.account)
        since = person.coordinator_since
        if since is None or self.proposed_at is None or since > self.proposed_at:
            return False
        if person.key != word.person:
            return False
        young = self.chat.now - word.said_at < POLICY.expiry
        return young and self.proposed_at <= word.said_at and word.text == self.text

    async def person(self, account: str) -> Person:
        async with self.database.transaction() as session:
            return await people.ensure(session, Identity("libera", account), self.chat.now)

    async def state(self) -> RunState:
        return (await self.chat.run(self.number)).state

    def group(self, account: str) -> set[str]:
        return next(each for each in self.groups if account in each)


async def live(history: Sequence[Action], template: Path) -> int:
    """Let a history happen, and return how many runs started in it."""
    with TemporaryDirectory() as folder:
        path = shutil.copy(template, Path(folder) / "bellringer.sqlite")
        database = Database.open(f"sqlite+aiosqlite:///{path}")
        lived = History(database=database, folder=Path(folder))
        await lived.chat.appoint(ACCOUNTS)
        await lived.begin()
        for name, *what in history:
            await getattr(lived, name)(*what)
            await lived.judge()
        await database.close()
    return lived.started


def test_no_history_starts_a_run_by_one_human(sqlite_template: Path) -> None:
    started: list[int] = []

    @settings(max_examples=40)
    @given(st.lists(rounds(), min_size=2, max_size=6).map(chain.from_iterable).map(tuple))
    def lived(history: tuple[Action, ...]) -> None:
        started.append(asyncio.run(live(history, sqlite_template)))

    lived()
    assert sum(started) > 10, "histories in which nothing starts prove nothing"
