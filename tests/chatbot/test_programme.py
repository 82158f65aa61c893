"""The programme in memory is in step with the database, and holds nothing that is not public."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from chatbot.programme import Edition, Programme
from storage import events, occurrences, people
from storage.database import Database
from storage.values import Event, EventState, Identity, Occurrence

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
TALK = Event(
    number=0,
    uid="",
    kind="tech-talk",
    title="Wikidata",
    starts_at=NOW,
    zone="UTC",
    duration=timedelta(hours=1),
)


class Stage:
    """A programme, a database to change, and a clock that jumps."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.seconds = 0.0
        self.programme = Programme(
            database=database, log=structlog.get_logger(), monotonic=lambda: self.seconds
        )

    async def later(self) -> Edition:
        self.seconds += 1
        return await self.programme.now()

    async def add(self, *those: Event) -> list[Event]:
        async with self.database.transaction() as session:
            alice = await people.ensure(session, Identity("libera", "alice"), NOW)
            return [
                await events.add(
                    session, replace(each, uid=f"{each.title}@test"), created_by=alice.key, now=NOW
                )
                for each in those
            ]

    async def save(self, event: Event) -> None:
        async with self.database.transaction() as session:
            await events.save(session, event, now=NOW)


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


async def test_an_event_is_there_once_it_is_registered(stage: Stage) -> None:
    assert (await stage.later()).events == {}
    [talk] = await stage.add(TALK)
    edition = await stage.later()
    assert [shown.event for shown in edition.events.values()] == [talk]


async def test_the_same_edition_comes_back_until_something_is_changed(stage: Stage) -> None:
    [talk] = await stage.add(TALK)
    first = await stage.later()
    assert await stage.later() is first
    await stage.save(replace(talk, title="Lua"))
    second = await stage.later()
    assert second.version > first.version
    assert second.events[talk.number].event.title == "Lua"
    assert first.events[talk.number].event.title == "Wikidata"


async def test_what_is_known_of_an_occurrence_makes_a_new_edition(stage: Stage) -> None:
    [talk] = await stage.add(TALK)
    await stage.later()
    known = Occurrence(talk.number, NOW, recording="https://example.org/v")
    async with stage.database.transaction() as session:
        await occurrences.save(session, known, now=NOW)
    assert (await stage.later()).events[talk.number].occurrences == (known,)


async def test_what_is_not_public_is_not_there_and_goes_when_it_becomes_so(stage: Stage) -> None:
    _, _, talk = await stage.add(
        replace(TALK, title="a", test=True),
        replace(TALK, title="b", state=EventState.PROPOSED),
        replace(TALK, title="c"),
    )
    assert list((await stage.later()).events) == [talk.number]
    await stage.save(replace(talk, test=True))
    assert (await stage.later()).events == {}


async def test_many_events_are_read_whole(stage: Stage) -> None:
    await stage.add(*(replace(TALK, title=str(number)) for number in range(450)))
    assert len((await stage.later()).events) == 450


async def test_the_database_is_asked_no_more_often_than_is_of_use(stage: Stage) -> None:
    edition = await stage.later()
    await stage.add(TALK)
    assert await stage.programme.now() is edition
    stage.seconds += 0.3
    assert len((await stage.programme.now()).events) == 1


async def test_who_has_just_changed_something_has_it_looked_at_again(stage: Stage) -> None:
    await stage.later()
    await stage.add(TALK)
    stage.programme.look_again()
    assert len((await stage.programme.now()).events) == 1
