"""Anybody proposes an event; coordinators decide, and whoever proposed is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from commands.messages import Reply, recalled
from storage import events, ledger, promotion, proposals, reminders
from storage.database import Database
from storage.notices import NoticeRow
from storage.promotionvalues import Proposal, ProposalState
from storage.values import Card, CardKind, Event, EventState, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, LOUNGE, NOW, TALKS, event_desks
from tests.commands.test_cards import compose

DAY = 24 * HOUR
PROPOSE = (
    "propose | Write your first bot | when: 12 january 2027 17:00 UTC | speaker: Ada"
    " | about: From an idea to a bot that edits | link: https://meet.example.org/talks"
)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    return conversation


async def event(channel: Conversation, number: int = 1) -> Event:
    async with channel.database.reading() as session:
        found = await events.get(session, number)
    assert found is not None
    return found


async def proposal(channel: Conversation, number: int = 1) -> Proposal:
    async with channel.database.reading() as session:
        found = await proposals.get(session, number)
    assert found is not None
    return found


async def card(channel: Conversation) -> Reply:
    """Return what a message that shows the proposal must show now."""
    shown = await compose(channel, Card(CardKind.EVENT, 1))
    assert shown is not None
    return shown[0]


async def told(channel: Conversation) -> list[tuple[str, str, str]]:
    """Return what is to be told where: place, address (a key for persons) and words."""
    async with channel.database.reading() as session:
        rows = await session.scalars(
            select(NoticeRow).where(NoticeRow.reply.is_not(None)).order_by(NoticeRow.number)
        )
        return [(row.place, row.address, channel.words(recalled(row.reply or {}))) for row in rows]


async def test_a_proposal_is_kept_and_put_before_the_coordinators(channel: Conversation) -> None:
    said = await channel.say(PROPOSE, account="carol")
    assert said.splitlines() == [
        "Thank you! Proposal 1 is kept: Write your first bot (tech-talk). It starts"
        " Tue 12 Jan 2027 17:00 UTC, in 42 days 5 hours, for 1 hour.",
        "The coordinators are asked, and I tell you in private what they decide. Until then:"
        " !proposal edit 1 | about: …, or !proposal withdraw 1.",
    ]
    ((place, address, words),) = await told(channel)
    assert (place, address) == (Place.CHANNEL, LOUNGE.address)
    assert words.splitlines()[:2] == ["Somebody has proposed an event.", "Proposal 1, by carol:"]
    assert "Ada" in words
    assert "From an idea to a bot that edits" in words
    assert "!accept 1" in words


async def test_the_coordinators_can_press_what_they_decide(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    async with channel.database.reading() as session:
        row = await session.scalar(select(NoticeRow))
    assert row is not None
    pressed = recalled(row.reply or {})
    assert [each.command for each in pressed.buttons] == ["accept 1", "decline 1"]
    assert pressed.card is not None


async def test_the_card_of_a_proposal_goes_on_as_what_becomes_of_it(
    channel: Conversation,
) -> None:
    await channel.say(PROPOSE, account="carol")
    posted = await card(channel)
    assert [each.command for each in posted.buttons] == ["accept 1", "decline 1"]
    await channel.say("decline 1 | Not now")
    declined = await card(channel)
    assert declined.buttons == ()
    assert "was declined: Not now" in channel.words(declined)
    await channel.say("accept 1")
    assert "remindme 1" in [each.command for each in (await card(channel)).buttons]


async def test_a_proposal_stands_in_no_list_and_reminds_nobody(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    assert (await event(channel)).state is EventState.PROPOSED
    assert not (await event(channel)).public
    assert "Write your first bot" not in await channel.say("events", account=None)
    assert "Write your first bot" not in await channel.say("next", account=None)
    async with channel.database.reading() as session:
        assert await reminders.pending(session, 1) == ()
        assert await promotion.latest(session, 1) == ()


@pytest.mark.parametrize("command", ["event 1", "coming 1", "remindme 1", "calendar 1"])
async def test_nothing_of_a_proposal_is_shown_to_others(
    channel: Conversation, command: str
) -> None:
    await channel.say(PROPOSE, account="carol")
    said = await channel.say(command, account="dave")
    assert said == "Event 1 is only a proposal; nothing is decided yet."


@pytest.mark.parametrize(
    "command",
    [
        "event edit 1 | title: X",
        "event move 1 friday 18:00",
        "event cancel 1 ill",
        "promote 1 add 1d before | Bake a cake",
    ],
)
async def test_what_is_not_decided_is_not_handled_as_an_event(
    channel: Conversation, command: str
) -> None:
    await channel.say(PROPOSE, account="carol")
    said = await channel.say(command)
    assert said == "Event 1 is only a proposal; nothing is decided yet."
    assert (await event(channel)).state is EventState.PROPOSED


async def test_a_proposal_clashes_with_nothing_that_is_planned(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    said = await channel.say("event add tech-talk 12 january 17:30 UTC | Another fine talk")
    assert "clashes" not in said


async def test_whoever_proposes_hears_of_a_clash(channel: Conversation) -> None:
    await channel.say("event add tech-talk 12 january 17:30 UTC | Another fine talk")
    said = await channel.say(PROPOSE, account="carol")
    assert "It clashes with event 1: Another fine talk" in said


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("propose", "What shall it be called?"),
        ("propose | when: friday 17:00", "What shall it be called?"),
        (
            "propose | Bots | speaker: Ada",
            "!propose | Bots | when: next tuesday 17:00 UTC | speaker: Ada",
        ),
        (
            "propose | Bots | when: some day | speaker: Ada",
            "!propose | Bots | when: next tuesday 17:00 UTC | speaker: Ada",
        ),
        (
            f"propose | Bots | about: {'long ' * 100}",
            'Say the same again with "| when: next tuesday 17:00 UTC" at its end.',
        ),
        (f"propose | {'long ' * 100}", "Nothing is kept yet"),
        ("propose | Bots | when: yesterday 17:00", "That is past"),
        ("propose | Bots | when: friday 17:00 | link: nowhere", "Nothing is kept yet"),
    ],
)
async def test_what_lacks_is_asked_for(channel: Conversation, line: str, answer: str) -> None:
    assert answer in await channel.say(line, account="carol")
    async with channel.database.reading() as session:
        assert await events.get(session, 1) is None


async def test_the_line_that_is_offered_is_taken(channel: Conversation) -> None:
    said = await channel.say("propose | One \\| two | about: x \\| y", account="carol")
    offered = said.splitlines()[1].partition("!")[2]
    await channel.say(offered, account="carol")
    kept = await event(channel)
    assert (kept.title, kept.description) == ("One | two", "x | y")


async def test_people_say_it_as_it_comes(channel: Conversation) -> None:
    await channel.say(
        "propose Write your first bot | Time: 12 january 17:00 UTC | description: From an idea"
        " | bring a laptop | type: office hour | speakers: Ada | speaker: Grace | tags: #bots",
        account="carol",
    )
    kept = await event(channel)
    assert (kept.title, kept.kind) == ("Write your first bot", "office-hours")
    assert kept.description == "From an idea. bring a laptop"
    assert (kept.speakers, kept.topics) == (("Ada", "Grace"), ("bots",))


async def test_what_was_guessed_is_said(channel: Conversation) -> None:
    said = await channel.say(f"{PROPOSE} | kind: concert | bring a laptop", account="carol")
    assert "I took it for a tech-talk. Other kinds: tech-talk, office-hours." in said
    assert "I put this into the description: bring a laptop." in said


async def test_it_can_be_proposed_in_private(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol", private=True)
    await channel.say("accept 1")
    assert (await event(channel)).channels == (TALKS,)


async def test_nobody_unknown_proposes(channel: Conversation) -> None:
    await channel.say(PROPOSE, account=None)
    async with channel.database.reading() as session:
        assert await events.get(session, 1) is None


async def test_an_accepted_proposal_is_an_event(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    said = await channel.say("accept 1")
    assert said.splitlines()[0].startswith("Event 1 is registered: Write your first bot")
    assert "Its promotion plan has 8 steps ahead" in said
    kept = await event(channel)
    assert (kept.state, kept.sequence) == (EventState.SCHEDULED, 1)
    async with channel.database.reading() as session:
        assert len(await reminders.pending(session, 1)) == 4
        assert len(await promotion.latest(session, 1)) == 8
    assert (await proposal(channel)).state is ProposalState.ACCEPTED
    assert "Write your first bot" in await channel.say("events", account=None)


async def test_whoever_proposed_is_told_in_private_that_it_is_accepted(
    channel: Conversation,
) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say("accept 1")
    in_private = [words for place, _, words in await told(channel) if place == Place.PERSON]
    assert in_private == [
        "Good news: your proposal is accepted. Event 1, Write your first bot:"
        " Tue 12 Jan 2027 17:00 UTC. See how it is made known: !promote 1"
    ]


async def test_a_coordinator_chooses_another_kind_and_time(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say("accept 1 office-hours 14 january 18:00 Europe/Stockholm")
    kept = await event(channel)
    assert kept.kind == "office-hours"
    assert kept.starts_at.isoformat() == "2027-01-14T17:00:00+00:00"
    assert kept.zone == "Europe/Stockholm"


async def test_a_proposal_is_accepted_once(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say("accept 1")
    assert await channel.say("accept 1") == "Proposal 1 is accepted already."
    assert await channel.say("decline 1") == "Proposal 1 is accepted already."


async def test_only_coordinators_decide(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say("accept 1", account="carol")
    await channel.say("decline 1", account="carol")
    assert (await proposal(channel)).state is ProposalState.OPEN


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("decline 1 | We had it last month", "The coordinators say: We had it last month."),
        ("decline 1", "was not taken up this time. Thank you for it"),
    ],
)
async def test_whoever_proposed_is_told_kindly_that_it_is_declined(
    channel: Conversation, command: str, words: str
) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say(command)
    (in_private,) = [said for place, _, said in await told(channel) if place == Place.PERSON]
    assert words in in_private
    assert not (await event(channel)).public


async def test_what_was_declined_can_be_accepted_after_all(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say("decline 1 | Not now")
    assert "Proposal 1 was declined: Not now" in await channel.say("decline 1")
    await channel.say("accept 1")
    assert (await event(channel)).state is EventState.SCHEDULED


async def test_a_proposal_is_made_better_by_whoever_made_it(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    said = await channel.say(
        "proposal edit 1 | title: Bots for all | when: 13 january 18:00 UTC", account="carol"
    )
    assert said.startswith("Proposal 1 is changed: Bots for all (tech-talk). It starts Wed 13 Jan")
    assert (await event(channel)).title == "Bots for all"
    assert "somebody else's" in await channel.say("proposal edit 1 | title: X", account="dave")
    assert "somebody else's" in await channel.say("proposal withdraw 1", account="dave")


async def test_a_proposal_is_taken_back_for_good(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say("proposal withdraw 1", account="carol")
    assert "taken back" in await channel.say("accept 1")
    assert "does not wait any more" in await channel.say("proposal withdraw 1", account="carol")
    assert await channel.say("proposals") == (
        "No proposal waits. Make one: !propose | TITLE | when: TIME"
    )
    assert not (await event(channel)).public


async def test_coordinators_see_all_that_waits_and_others_their_own(
    channel: Conversation,
) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say(PROPOSE.replace("first", "second"), account="dave")
    channel.now += 2 * DAY
    answer = await channel.reply("proposals")
    assert answer is not None
    assert answer.private
    assert channel.words(answer).splitlines() == [
        "Proposal 1: Write your first bot (tech-talk), Tue 12 Jan 2027 17:00 UTC, by carol,"
        " has waited 2 days.",
        "Proposal 2: Write your second bot (tech-talk), Tue 12 Jan 2027 17:00 UTC, by dave,"
        " has waited 2 days.",
        "Decide with !accept N or !decline N | reason.",
    ]
    assert len((await channel.say("proposals", account="dave")).splitlines()) == 1


async def test_nobody_drowns_the_coordinators(channel: Conversation) -> None:
    for _ in range(5):
        await channel.say(PROPOSE, account="carol")
    assert "5 proposals of yours wait already" in await channel.say(PROPOSE, account="carol")
    for number in range(1, 6):
        await channel.say(f"proposal withdraw {number}", account="carol")
    assert "5 proposals within a day" in await channel.say(PROPOSE, account="carol")
    assert "Thank you!" in await channel.say(PROPOSE, account="dave")
    channel.now += DAY + timedelta(seconds=1)
    assert "Thank you!" in await channel.say(PROPOSE, account="carol")


async def test_a_time_that_is_past_must_be_chosen_anew(channel: Conversation) -> None:
    await channel.say("propose | Bots for all | when: tomorrow 17:00 UTC", account="carol")
    channel.now += 3 * DAY
    assert "is past. Accept it with another" in await channel.say("accept 1")
    await channel.say("accept 1 friday 17:00 UTC")
    assert (await event(channel)).state is EventState.SCHEDULED


async def test_what_is_decided_is_on_record_without_names(channel: Conversation) -> None:
    await channel.say(PROPOSE, account="carol")
    await channel.say("accept 1")
    async with channel.database.reading() as session:
        entries = await ledger.latest(session, 9)
    assert [each.action for each in entries] == ["event.accepted", "event.proposed"]
    assert "carol" not in repr([each.details for each in entries])


async def test_hostile_words_stay_words(channel: Conversation) -> None:
    title = "<b>x</b> {{delete}} =1+1\u202e"
    await channel.say(f"propose | {title} | when: 12 january 17:00 UTC", account="carol")
    kept = (await event(channel)).title
    assert kept == "<b>x</b> {{delete}} =1+1"
