"""What is due of plans and proposals is carried out once, whatever fails beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from commands.promotion import Carrier
from commands.wikis import WikiTrouble
from storage import linking, notices, people, proposals
from storage.database import Database
from storage.promotionvalues import Deed, ProposalState, StepState
from storage.values import Identity, NoticeState, Place
from tests.chatbot.promotions import Carried, Page, Stage
from tests.chatbot.ringing import Clockwork, QuietAlarm
from tests.commands.conversation import identity_of
from tests.commands.event_desks import HOUR, LOUNGE, NOW, TALKS

DAY = 24 * HOUR
START = NOW + 42 * DAY + 5 * HOUR
TALK = "12 january 2027 17:00 UTC | Write your first bot | speaker: Ada"


@pytest.fixture
def carriers() -> dict[Deed, Carrier]:
    return {}


@pytest.fixture
def page() -> Page | None:
    return None


@pytest.fixture
async def stage(
    database: Database, carriers: dict[Deed, Carrier], page: Page | None
) -> AsyncIterator[Stage]:
    running = Stage(database, carriers, page)
    await running.channel.appoint(["alice"])
    task = asyncio.create_task(running.engine().run())
    try:
        await running.rest()
        yield running
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_the_channels_are_told_two_weeks_before(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.jump(START - 15 * DAY - HOUR)
    assert await stage.told(Place.CHANNEL) == []
    await stage.jump(START - 15 * DAY)
    assert await stage.told(Place.CHANNEL) == [
        f"{TALKS.address} Save the date: Write your first bot (tech-talk),"
        " Tue 12 Jan 2027 17:00 UTC. It is event 1."
    ]
    step = (await stage.plan())[1]
    assert (step.state, step.done_at, step.done_by) == (StepState.DONE, stage.now(), None)
    await stage.jump(START - 15 * DAY + HOUR)
    assert await stage.told(Place.CHANNEL) == []


async def test_the_host_is_reminded_in_private_and_can_press_done(stage: Stage) -> None:
    await stage.say(f"propose | when: {TALK}", account="carol")
    await stage.say("accept 1")
    await stage.told(Place.PERSON)
    await stage.jump(START - 21 * DAY)
    (said,) = await stage.told(Place.PERSON)
    assert "pick an interesting topic" in said
    assert [each.command for each in (await stage.replies())[-1].buttons] == [
        "promote 1 done 1",
        "promote 1 skip 1",
    ]
    assert await stage.state(1) is StepState.TOLD
    await stage.channel.press("promote 1 done 1", account="carol")
    assert await stage.state(1) is StepState.DONE


async def test_whoever_registered_is_reminded_also_after_linking(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    async with stage.database.transaction() as session:
        alice = await people.find(session, identity_of("alice"))
        other = await people.ensure(session, Identity("oftc", "alice2"), NOW)
        assert alice is not None
        await linking.join(session, kept=other.key, joined=alice.key, now=NOW)
    await stage.jump(START - 21 * DAY)
    assert len(await stage.told(Place.PERSON)) == 1


async def test_coordinators_are_told_what_a_host_could_not_be(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.jump(START - 21 * DAY)
    async with stage.database.transaction() as session:
        claimed = await notices.claim(
            session, networks=["libera"], holder="t", now=stage.now(), lease=HOUR, limit=9
        )
        numbers = [each.number for each in claimed]
        await notices.finish(session, numbers, NoticeState.MISSED, holder="t", now=stage.now())
    await stage.jump(START - 21 * DAY + 3 * DAY + HOUR)
    (said,) = await stage.told(Place.CHANNEL)
    assert said.startswith(f"{LOUNGE.address} Whoever holds event 1, Write your first bot")
    assert "pick an interesting topic" in said


async def test_coordinators_hear_nothing_of_a_host_who_was_told(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.jump(START - 21 * DAY)
    await stage.told(Place.PERSON)
    await stage.jump(START - 21 * DAY + 4 * DAY)
    assert await stage.told(Place.CHANNEL) == []


class TestCarried:
    """Other parts carry out what is theirs."""

    @pytest.fixture
    def posts(self) -> Carried:
        return Carried()

    @pytest.fixture
    def carriers(self, posts: Carried) -> dict[Deed, Carrier]:
        return {Deed.POSTS: posts}

    async def test_on_the_day_and_once(self, stage: Stage, posts: Carried) -> None:
        await stage.say(f"event add tech-talk {TALK}")
        at = START - 10 * DAY
        await stage.jump(at)
        await stage.jump(at + HOUR)
        assert posts.done == [(1, at)]
        assert await stage.state(4) is StepState.DONE

    async def test_a_fault_stops_no_other_step_and_is_tried_again(
        self, stage: Stage, posts: Carried
    ) -> None:
        posts.fault = RuntimeError("a fault of ours")
        await stage.say(f"event add tech-talk {TALK}")
        await stage.jump(START - 7 * DAY)
        assert await stage.state(4) is StepState.OPEN
        assert await stage.state(2) is StepState.DONE
        posts.fault = None
        await stage.jump(START - 7 * DAY + timedelta(minutes=10))
        assert len(posts.done) == 1
        assert await stage.state(4) is StepState.DONE

    async def test_what_they_cannot_do_coordinators_are_told_to_do(
        self, stage: Stage, posts: Carried
    ) -> None:
        posts.answer = False
        await stage.say(f"event add tech-talk {TALK}")
        await stage.jump(START - 10 * DAY)
        said = (await stage.told(Place.CHANNEL))[-1]
        assert "It is time to post about event 1" in said
        assert "!promote 1 done 4" in said
        assert await stage.state(4) is StepState.TOLD


async def test_without_a_digest_coordinators_are_told_what_to_type(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.jump(START - 7 * DAY)
    said = await stage.told(Place.CHANNEL)
    assert any("!blurb 1" in each and "newsletter" in each for each in said)


async def test_what_was_due_while_the_bot_was_away_is_done_while_it_helps(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.jump(START - HOUR)
    assert await stage.state(2) is StepState.DONE
    assert await stage.state(1) is StepState.TOLD


async def test_nothing_is_announced_of_what_has_begun(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.jump(START + timedelta(minutes=5))
    assert await stage.told(Place.CHANNEL) == []
    assert await stage.told(Place.PERSON) == []
    assert {each.state for each in (await stage.plan())[:7]} == {StepState.PASSED}
    await stage.jump(START + 2 * DAY)
    (said,) = await stage.told(Place.PERSON)
    assert "follow up" in said


async def test_a_cancelled_event_is_not_promoted(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.say("event cancel 1 ill")
    await stage.told(Place.CHANNEL)
    await stage.jump(START + 3 * DAY)
    assert await stage.told(Place.CHANNEL) == []
    assert await stage.told(Place.PERSON) == []


async def test_two_processes_take_each_step_once(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    other = QuietAlarm(name="other", scheduler=Clockwork(), clock=stage.now)
    task = asyncio.create_task(stage.engine(other).run())
    try:
        stage.channel.now = START - 3 * DAY
        stage.alarm.ring()
        other.ring()
        while not (stage.alarm.quiet and other.quiet):
            await asyncio.sleep(0.001)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    announced = [each for each in await stage.told(Place.CHANNEL) if "Save the date" in each]
    assert len(announced) == 1
    assert len(await stage.told(Place.PERSON)) == 3


async def test_a_monthly_series_is_promoted_anew_each_time(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.say("event repeat 1 monthly on the 2nd tuesday")
    await stage.jump(START + timedelta(minutes=1))
    steps = await stage.plan()
    following = datetime(2027, 2, 9, 17, tzinfo=START.tzinfo)
    assert {each.occurrence for each in steps} == {following}
    assert [each.state for each in steps] == [StepState.OPEN] * 8
    await stage.jump(following - 15 * DAY)
    assert "9 Feb 2027" in (await stage.told(Place.CHANNEL))[-1]


async def test_a_weekly_series_is_promoted_once(stage: Stage) -> None:
    await stage.say(f"event add tech-talk {TALK}")
    await stage.say("event repeat 1 weekly")
    await stage.jump(START + timedelta(minutes=1))
    assert {each.occurrence for each in await stage.plan()} == {START}


async def test_an_unanswered_proposal_is_repeated_until_its_time_comes(stage: Stage) -> None:
    await stage.say("propose | Bots for all | when: 7 december 17:00 UTC", account="carol")
    (first,) = await stage.told(Place.CHANNEL)
    assert "Somebody has proposed an event" in first
    await stage.jump(NOW + 3 * DAY)
    (again,) = await stage.told(Place.CHANNEL)
    assert "This proposal has waited 3 days for an answer." in again
    assert "!accept 1" in again
    start = datetime(2026, 12, 7, 17, tzinfo=NOW.tzinfo)
    await stage.jump(start)
    (lapsed,) = await stage.told(Place.PERSON)
    assert "without a decision" in lapsed
    await stage.told(Place.CHANNEL)
    await stage.jump(start + 9 * DAY)
    assert await stage.told(Place.CHANNEL) == []
    async with stage.database.reading() as session:
        found = await proposals.get(session, 1)
    assert found is not None
    assert (found.state, found.repeated) == (ProposalState.LAPSED, 1)


@pytest.mark.parametrize("command", ["accept 1", "decline 1", "proposal withdraw 1"])
async def test_what_is_decided_is_repeated_no_more(stage: Stage, command: str) -> None:
    await stage.say(f"propose | when: {TALK}", account="carol")
    await stage.say(command)
    await stage.told(Place.CHANNEL)
    await stage.jump(NOW + 10 * DAY)
    assert await stage.told(Place.CHANNEL) == []


class TestPage:
    """Plans stand on a page of a wiki."""

    @pytest.fixture
    def page(self) -> Page:
        return Page("== tech-talk ==\n* 5d before, host: Bake a cake")

    async def test_the_page_holds_from_the_start(self, stage: Stage, page: Page) -> None:
        await stage.say(f"event add tech-talk {TALK}")
        assert [each.text for each in await stage.plan()] == ["Bake a cake"]
        assert page.reads == 1

    async def test_it_is_read_again_after_an_hour(self, stage: Stage, page: Page) -> None:
        page.text, page.revid = page.text.replace("cake", "pie"), 2
        await stage.jump(NOW + HOUR)
        await stage.say(f"event add tech-talk {TALK}")
        assert [each.text for each in await stage.plan()] == ["Bake a pie"]

    async def test_a_fault_is_told_once_and_the_rest_holds(self, stage: Stage, page: Page) -> None:
        page.text, page.revid = "== tech-talk ==\n* soon, host: Bake a cake", 2
        for hours in (1, 2, 3):
            await stage.jump(NOW + hours * HOUR)
        (said,) = await stage.told(Place.CHANNEL)
        assert "metawiki:Events/Plan" in said
        assert 'line 2, "* soon, host: Bake a cake"' in said
        await stage.say(f"event add tech-talk {TALK}")
        assert len(await stage.plan()) == 8

    async def test_a_page_that_is_gone_is_told_once(self, stage: Stage, page: Page) -> None:
        page.trouble = WikiTrouble("metawiki", "no such page", lasting=True)
        for hours in (1, 2, 3):
            await stage.jump(NOW + hours * HOUR)
        (said,) = await stage.told(Place.CHANNEL)
        assert "no such page" in said

    async def test_a_wiki_that_is_away_changes_nothing(self, stage: Stage, page: Page) -> None:
        page.trouble = WikiTrouble("metawiki", "timed out")
        await stage.jump(NOW + HOUR)
        assert await stage.told(Place.CHANNEL) == []
        await stage.say(f"event add tech-talk {TALK}")
        assert [each.text for each in await stage.plan()] == ["Bake a cake"]
