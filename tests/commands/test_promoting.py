"""An event's promotion plan is shown, ticked and changed by those who hold it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.promotionpolicy import PlanBook
from commands.rules.advice import Holiday
from commands.rules.promotion import Template
from storage import events, ledger, promotion
from storage.database import Database
from storage.promotionvalues import Deed, Doer, Step, StepState
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, PROMOTION, event_desks

DAY = 24 * HOUR
ADD = (
    "event add tech-talk 12 january 2027 17:00 UTC | Write your first bot | speaker: Ada"
    " | about: From an idea to a bot that edits | link: https://meet.example.org/talks"
)
START = NOW + 42 * DAY + 5 * HOUR


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    return conversation


async def plan(channel: Conversation, number: int = 1) -> tuple[Step, ...]:
    async with channel.database.reading() as session:
        return await promotion.latest(session, number)


async def states(channel: Conversation) -> list[StepState]:
    return [each.state for each in await plan(channel)]


async def test_a_new_event_has_a_plan_and_it_is_said(channel: Conversation) -> None:
    said = await channel.say(ADD)
    assert (
        "Its promotion plan has 8 steps ahead; first Tue 22 Dec 2026 17:00 UTC, the host: pick an"
        " interesting topic" in said
    )
    assert [each.due_at for each in await plan(channel)][1] == START - 15 * DAY


async def test_the_plan_is_shown_with_what_there_is_to_advise(channel: Conversation) -> None:
    await channel.say(ADD.partition(" | about")[0])
    said = (await channel.say("promote 1", account="dave")).splitlines()
    assert said[0] == ("Promotion plan of event 1, Write your first bot: 0 of 8 steps done.")
    assert said[2] == "2. ☐ Mon 28 Dec 2026 17:00 UTC, the bot: I announce it in its channels"
    assert said[-2] == "Still missing: a description, a link. !event edit 1 | about: …"
    assert said[-1].startswith("Change it: !promote 1 done 2")
    assert len(said) == 11


async def test_a_step_is_ticked_and_the_tick_taken_back(channel: Conversation) -> None:
    await channel.say(ADD)
    said = await channel.say("promote 1 done 1")
    assert said.splitlines()[0].startswith("1. ✓ Tue 22 Dec 2026")
    assert said.splitlines()[1].endswith("1 of 8 steps done.")
    step = (await plan(channel))[0]
    assert (step.state, step.done_at, step.wake_at) == (StepState.DONE, channel.now, None)
    assert step.done_by is not None
    await channel.say("promote 1 undo 1")
    step = (await plan(channel))[0]
    assert (step.state, step.done_at, step.done_by) == (StepState.OPEN, None, None)
    assert step.wake_at == step.due_at


async def test_a_step_is_left_out(channel: Conversation) -> None:
    await channel.say(ADD)
    said = await channel.say("promote 1 skip #3")
    assert said.splitlines()[1].endswith("0 of 7 steps done.")
    assert (await plan(channel))[2].wake_at is None


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("3d before", START - 3 * DAY),
        ("1d after", START + DAY),
        ("2026-12-15 12:00 UTC", NOW + 14 * DAY),
    ],
)
async def test_a_step_is_moved(channel: Conversation, when: str, due: object) -> None:
    await channel.say(ADD)
    await channel.say(f"promote 1 move 5 {when}")
    step = next(each for each in await plan(channel) if each.number == 5)
    assert (step.due_at, step.wake_at) == (due, due)


async def test_a_step_is_added_for_the_host(channel: Conversation) -> None:
    await channel.say(ADD)
    said = await channel.say("promote 1 add 5d before | Tell the chapter about {title}")
    assert said.splitlines()[0] == (
        "9. ☐ Thu 7 Jan 2027 17:00 UTC, the host: Tell the chapter about Write your first bot"
    )
    shown = (await channel.say("promote 1")).splitlines()
    assert [each[:2] for each in shown[6:9]] == ["6.", "9.", "7."]


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ("dance 1", 'I do not know what "dance" does to a plan'),
        ("done 77", 'There is no step "77"'),
        ("done", 'There is no step ""'),
        ("move 1", 'I do not understand "" as a time'),
        ("move 1 some day", 'I do not understand "some day" as a time'),
        ("move 1 90d before", "which is past"),
        ("add | Something", "Say when, and what is to be done"),
        ("add 1d before", "Say when, and what is to be done"),
        ("add blue | Something", 'I do not understand "blue" as a time'),
    ],
)
async def test_what_is_not_understood_changes_nothing(
    channel: Conversation, change: str, answer: str
) -> None:
    await channel.say(ADD)
    before = await plan(channel)
    assert answer in await channel.say(f"promote 1 {change}")
    assert await plan(channel) == before


async def test_whoever_proposed_an_event_ticks_its_steps_and_others_do_not(
    channel: Conversation,
) -> None:
    await channel.say(ADD.replace("event add tech-talk ", "propose | when: "), account="carol")
    await channel.say("accept 1")
    assert "Only coordinators" in await channel.say("promote 1 done 1", account="dave")
    assert "✓" in await channel.say("promote 1 done 1", account="carol")
    assert "✓" in await channel.say("promote 1 done 2")


async def test_what_others_do_is_offered_as_buttons(channel: Conversation) -> None:
    await channel.say(ADD)
    answer = await channel.press("promote 1")
    assert [each.command for each in answer.buttons] == [
        f"promote 1 done {number}" for number in (1, 5, 7, 8)
    ]


async def test_a_plan_follows_its_event(channel: Conversation) -> None:
    await channel.say(ADD)
    await channel.say("promote 1 done 1")
    await channel.say("event move 1 19 january 2027 17:00 UTC")
    steps = await plan(channel)
    assert {each.occurrence for each in steps} == {START + 7 * DAY}
    assert steps[1].due_at == START + 7 * DAY - 15 * DAY
    assert steps[0].state is StepState.DONE
    await channel.say("event cancel 1 The speaker is ill")
    assert await states(channel) == [StepState.DONE] + [StepState.DROPPED] * 7
    assert "is cancelled" in await channel.say("promote 1")


async def test_a_kind_has_a_plan_of_its_own(database: Database) -> None:
    own = (
        Template("step-1", 2 * DAY, Doer.HOST, text="Bake a cake for {speakers}"),
        Template("announce", 20 * DAY, Doer.BOT, Deed.ANNOUNCE),
    )
    policy = replace(PROMOTION, book=PlanBook(configured={"tech-talk": own}))
    channel = Conversation(database, event_desks(promotion=policy), NOW)
    await channel.appoint(["alice"])
    await channel.say(ADD)
    said = (await channel.say("promote 1")).splitlines()
    assert [each.rpartition(": ")[2] for each in said[1:3]] == [
        "I announce it in its channels",
        "Bake a cake for Ada",
    ]


async def test_the_page_goes_before_the_configuration(database: Database) -> None:
    book = PlanBook(configured={"default": (Template("a", DAY, Doer.HOST, text="Configured"),)})
    assert [each.text for each in book.plan("workshop")] == ["Configured"]
    book.turn_to({"workshop": (Template("b", DAY, Doer.HOST, text="From the page"),)})
    assert [each.text for each in book.plan("Workshop")] == ["From the page"]
    assert [each.text for each in book.plan("tech-talk")] == ["Configured"]
    book.turn_to({})
    assert [each.text for each in book.plan("workshop")] == ["Configured"]
    assert len(PlanBook().plan("workshop")) == 8


async def test_at_most_three_sentences_are_said_at_once_and_all_by_the_plan(
    database: Database,
) -> None:
    policy = replace(
        PROMOTION,
        holidays=lambda _day: (Holiday("SE", "Lucia"),),
        zones={"bots": "Asia/Tokyo"},
    )
    channel = Conversation(database, event_desks(promotion=policy), NOW)
    await channel.appoint(["alice"])
    said = await channel.say("event add tech-talk 5 december 17:00 UTC | Talk | topic: #bots")
    advice = said.splitlines()[1:4]
    assert [each.split(" ")[0] for each in advice] == ["That", "2026-12-05", "For"]
    assert "02:00 in Asia/Tokyo (bots)" in advice[2]
    assert said.splitlines()[4].startswith("I remind")
    shown = (await channel.say("promote 1")).splitlines()
    assert [each.split(" ")[0] for each in shown[9:-1]] == [
        "That",
        "2026-12-05",
        "For",
        "2026-12-05",
        "Could",
        "Still",
    ]


async def test_an_event_from_before_gets_its_plan_when_it_is_asked_for(
    channel: Conversation,
) -> None:
    await channel.say(ADD)
    async with channel.database.transaction() as session:
        event = await events.get(session, 1)
        assert event is not None
        old = replace(event, uid="another")
        await events.add(session, old, created_by=1, now=NOW)
    assert "0 of 8 steps done" in await channel.say("promote 2")
    assert len(await plan(channel, 2)) == 8


async def test_a_test_has_no_plan(channel: Conversation) -> None:
    await channel.say("event test tech-talk 12 january 2027 17:00 UTC | A trial")
    assert await plan(channel) == ()
    assert "has no promotion plan" in await channel.say("promote 1")


async def test_what_is_changed_is_on_record(channel: Conversation) -> None:
    await channel.say(ADD)
    await channel.say("promote 1 done 2")
    async with channel.database.reading() as session:
        (entry,) = await ledger.latest(session, 1)
    assert (entry.action, entry.details) == ("promotion.done", {"step": 2})


async def test_a_series_is_planned_for_what_comes_next(channel: Conversation) -> None:
    await channel.say(ADD)
    await channel.say("event repeat 1 monthly on the 2nd tuesday")
    assert {each.occurrence for each in await plan(channel)} == {START}
