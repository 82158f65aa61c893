"""When a run may be sent, and whether it would be through in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.rules.pace import WikiPace
from storage import events
from storage.database import Database
from storage.runvalues import Run, RunState
from storage.values import Event, EventState
from tests.commands.rundesks import POLICY, RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PACED = replace(POLICY, paces={"metawiki": WikiPace(1 / 30), "svwiki": WikiPace(20)})


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Run 1 is prepared, metawiki takes an edit in half an hour; event 1 is on Thursday."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path, policy=PACED)
    await conversation.appoint(["alice", "bob", "carol"])
    await conversation.prepare()
    async with database.transaction() as session:
        await events.add(session, talk(), created_by=1, now=NOW)
    return conversation


def talk() -> Event:
    return Event(1, "uid-1", "tech-talk", "Talk", NOW + 48 * HOUR, "UTC", HOUR)


def window(run: Run) -> tuple[datetime | None, datetime | None, int | None]:
    return run.not_before, run.not_after, run.event


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("not before tomorrow 08:00 UTC", (NOW + 20 * HOUR, None, None)),
        ("Not After: in 3 hours", (None, NOW + 3 * HOUR, None)),
        ("event #1", (None, NOW + 48 * HOUR, 1)),
        ("not after in 3 hours | event 1", (None, NOW + 3 * HOUR, 1)),
        ("event 1 | not after none", (None, None, 1)),
        ("event 1 | event none", (None, NOW + 48 * HOUR, None)),
        (
            "not before in 1 hour | not after in 2 hours | event 1",
            (NOW + HOUR, NOW + 2 * HOUR, 1),
        ),
    ],
)
async def test_a_window_is_said_in_people_s_words(
    channel: RunConversation,
    said: str,
    expected: tuple[datetime | None, datetime | None, int | None],
) -> None:
    await channel.say(f"run window 1 {said}")
    assert window(await channel.run()) == expected


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("whenever", "says no time for a run"),
        ("event 7", "There is no event"),
        ("event soon", "There is no event"),
        ("not before blue monday", "understand"),
        ("not before in 3 hours | not after in 2 hours", "end"),
    ],
)
async def test_what_is_no_window_is_said_to_be_none(
    channel: RunConversation, said: str, answer: str
) -> None:
    assert answer in await channel.say(f"run window 1 {said}")
    assert window(await channel.run()) == (None, None, None)


async def test_a_cancelled_event_is_none_to_invite_to(channel: RunConversation) -> None:
    async with channel.database.transaction() as session:
        await events.save(session, replace(talk(), state=EventState.CANCELLED), now=NOW)
    assert "There is no event" in await channel.say("run window 1 event 1")


async def test_another_window_voids_a_proposal(channel: RunConversation) -> None:
    await channel.propose()
    before = (await channel.run()).digest
    await channel.say("run window 1 event 1")
    assert (await channel.run()).state is RunState.AUDIENCE_BUILT
    await channel.propose()
    assert (await channel.run()).digest != before


async def test_a_proposal_tells_its_window_and_when_it_would_be_through(
    channel: RunConversation,
) -> None:
    await channel.say("run window 1 event 1")
    await channel.propose()
    told = (await channel.told())[-1]
    assert "Nothing of it is sent from Thu 3 Dec 2026" in told
    assert "metawiki Tue 1 Dec 2026 13:00 UTC (2 at 0.0333 a minute)" in told
    assert "Nothing of it is sent from" in await channel.say("run show 1")


async def test_a_run_that_cannot_be_through_in_time_is_not_proposed(
    channel: RunConversation,
) -> None:
    await channel.say("run window 1 not after in 59 minutes")
    (refusal,) = await channel.propose()
    assert refusal.key == "propose.too_late"
    assert refusal.values == {
        "wiki": "metawiki",
        "count": 2,
        "rate": 0.0333,
        "end": NOW + HOUR,
        "not_after": NOW + 59 * HOUR / 60,
    }
    assert (await channel.run()).state is RunState.AUDIENCE_BUILT


async def test_nobody_confirms_after_the_end_of_the_window(channel: RunConversation) -> None:
    await channel.say("run window 1 not after in 2 hours")
    await channel.propose()
    await channel.confirm("alice")
    channel.now += 2 * HOUR
    assert "expired" in await channel.confirm("bob")
    assert (await channel.run()).state is RunState.PROPOSED
