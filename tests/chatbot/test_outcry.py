"""Several recipients who ask for no more messages halt a run; whoever goes on has heard them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from chatbot.delivery.announcing import Announcing
from chatbot.delivery.course import Course
from chatbot.outcry import Outcry
from storage import ledger, reactions
from storage.database import Database
from storage.heard import Reaction, ReactionKind, Suggestion
from storage.runvalues import Run, RunState
from tests import prepared
from tests.commands.rundesks import POLICY

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def no_report(_run: int) -> Sequence[Path]:
    return ()


class Voices:
    """A run under way, and people who ask it to stop."""

    def __init__(self, database: Database, run: Run) -> None:
        self.database = database
        self.run = run
        self.now = NOW
        course = Course(
            database=database,
            policy=POLICY,
            announcing=Announcing(policy=POLICY, clock=lambda: self.now),
            write_report=no_report,
            clock=lambda: self.now,
            told=lambda: None,
            log=structlog.get_logger(),
        )
        self._outcry = Outcry(database=database, course=course, limit=3, told=lambda: None)

    async def ask(self, *people: str) -> None:
        """Let people write that they want no more."""
        for who in people:
            self.now += timedelta(minutes=1)
            once, kind = f"{who}{self.now}", ReactionKind.REPLY
            asked = Reaction(once, kind, self.now, run=1, who=who, suggestion=Suggestion.OPEN)
            async with self.database.transaction() as session:
                await reactions.add(session, [asked])
            await self._outcry.asked_to_stop(1, "metawiki", "https://example.org/1")

    async def go_on(self) -> None:
        """Let coordinators resume the run."""
        self.now += timedelta(minutes=1)
        await prepared.resume(self.database, self.run)
        async with self.database.transaction() as session:
            await ledger.append(
                session, at=self.now, actor=None, action="run.resumed", subject="run:1"
            )

    async def halted(self) -> bool:
        """Return whether the run is halted."""
        return await prepared.stands(self.database, self.run) is RunState.HALTED


@pytest.fixture
async def voices(database: Database) -> Voices:
    audience = prepared.recipients([("metawiki", "Ada")])
    return Voices(database, await prepared.confirmed(database, audience, state=RunState.RUNNING))


async def test_three_people_halt_a_run(voices: Voices) -> None:
    await voices.ask("Ada", "Bo")
    assert not await voices.halted()
    await voices.ask("Cleo")
    assert await voices.halted()
    assert await prepared.said(voices.database, voices.run) == ["run.progress.halted"]


async def test_one_person_who_asks_often_does_not(voices: Voices) -> None:
    await voices.ask("Ada", "Ada", "Ada", "Bo")
    assert not await voices.halted()


async def test_whoever_lets_it_go_on_has_heard_those_before(voices: Voices) -> None:
    await voices.ask("Ada", "Bo", "Cleo")
    await voices.go_on()
    await voices.ask("Dora", "Ed")
    assert not await voices.halted()
    await voices.ask("Fay")
    assert await voices.halted()
