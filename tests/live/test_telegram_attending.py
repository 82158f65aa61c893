"""People say by buttons that they come, over real HTTP, and the card says how things stand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from chatbot.clock import Alarm
from chatbot.telegram.cards import TelegramCards
from chatbot.telling import Telling
from commands.cards import Cards
from commands.dispatch import Dispatch
from commands.eventcard import EventCard
from commands.planning import Planning
from commands.policy import EventPolicy
from commands.previewcard import PreviewCard
from commands.rate import RateLimit
from commands.runcard import RunCard
from commands.rundesk import Records
from commands.standing import Standing
from storage import notices, people
from storage.database import Database
from storage.values import Destination, Identity, Place
from tests.chatbot.ringing import Clockwork
from tests.commands import event_desks, rundesks
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, settings
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import found_in
from tests.peers.telegram_server.messages import Message
from tests.peers.telegram_server.person import Person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

ADD = "/event_add tech-talk in 5 hours | Wikidata for @admins | speaker: @ada_l"


@dataclass
class Stage:
    """A bot in a group, with all desks for events and the engine that edits cards."""

    bot: Bot
    telling: Telling
    talks: Chat
    card: Message
    people: dict[str, Person]

    async def press(self, name: str, label: str, message: Message | None = None) -> str:
        """Press a button, and return what is shown for a moment over the chat."""
        return (await self.people[name].press(message or self.card, label).answered()).text

    async def say_what_is_due(self) -> None:
        """Say the notices that are due, as their engine does."""
        async with self.bot.database.transaction() as session:
            due = await notices.claim(
                session,
                networks=["telegram"],
                holder="one",
                now=now(),
                lease=timedelta(minutes=1),
                limit=9,
            )
        for notice in due:
            await self.telling.tell(notice)

    async def becomes(self, words: str) -> None:
        await eventually(lambda: words in self.card.text)

    def labels(self, message: Message | None = None) -> list[str]:
        return [button.text for button in (message or self.card).all_buttons()]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def stage(telegram: Telegram, database: Database) -> AsyncIterator[Stage]:
    talks = telegram.supergroup("Talks")
    names = ("Alice", "Bob", "Carol", "Dora", "Emil", "Fay")
    persons = {name: telegram.user(1001 + at, name) for at, name in enumerate(names)}
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("telegram", "1001"), now())
        await people.appoint(session, alice.key, now())
    policy = EventPolicy(kinds=event_desks.POLICY.kinds, networks=("telegram",))
    desk = Destination("telegram", Place.CHANNEL, str(talks.id))
    promotion = replace(event_desks.PROMOTION, coordinators=(desk,), networks=("telegram",))
    commands = event_desks.event_desks(policy, promotion)
    bot = Bot(settings(telegram, talks.id), database, commands=commands)
    alarm = Alarm(name="cards", scheduler=Clockwork(), clock=now)
    bot.hear = Dispatch(
        database=database,
        commands=commands,
        limit=RateLimit(most=1000, span=timedelta(seconds=30)),
        fresh=timedelta(minutes=5),
        clock=now,
        wake=alarm.ring,
        log=structlog.get_logger(),
    ).hear
    async with running(bot):
        standing = Standing(policy=rundesks.POLICY, records=Records(policy=rundesks.POLICY))
        engine = TelegramCards(
            database=database,
            compose=Cards(
                event_card=EventCard(planning=Planning(policy=policy)),
                run_card=RunCard(policy=rundesks.POLICY, standing=standing),
                preview_card=PreviewCard(policy=rundesks.POLICY, standing=standing),
                prefix="/",
            ).compose,
            screen=bot.client,
            alarm=alarm,
            # A card is due as soon as it stands there.
            clock=lambda: now() + timedelta(hours=1),
            log=structlog.get_logger(),
            spacing=0.01,
        )
        task = asyncio.create_task(engine.run())
        persons["Alice"].say(f"{ADD} | capacity: 6", in_=talks)
        card = await telegram.heard(talks, "Wikidata")
        telling = Telling(
            database=database,
            transports={"telegram": bot.client},
            clock=now,
            holder="one",
            grace=timedelta(minutes=1),
            languages={},
            log=structlog.get_logger(),
        )
        yield Stage(bot, telling, talks, card, persons)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_buttons_say_who_comes_and_who_does_not(stage: Stage) -> None:
    assert stage.labels() == ["I'm coming", "Not coming", "Remind me", "Add to calendar"]
    shown = await stage.press("Bob", "I'm coming")
    assert shown.startswith("You are on the list for event 1")
    assert "1 hour" in shown
    await stage.becomes("A few people come.")
    assert "already" in await stage.press("Bob", "I'm coming")
    assert "off the list" in await stage.press("Bob", "Not coming")
    await eventually(lambda: "A few people come." not in stage.card.text)


async def test_a_figure_stands_on_the_card_from_five_people_on(stage: Stage) -> None:
    for name in ("Alice", "Bob", "Carol", "Dora"):
        await stage.press(name, "I'm coming")
    await stage.becomes("A few people come.")
    shown = await stage.press("Emil", "I'm coming")
    assert "5 people come." in shown
    await stage.becomes("5 people come.")
    assert all(f"{few} p" not in content.text for content in stage.card.versions for few in "1234")


async def test_who_waits_is_offered_the_place_in_private_with_buttons(
    stage: Stage, telegram: Telegram
) -> None:
    stage.people["Alice"].say("/event_edit 1 | capacity: 1", in_=stage.talks)
    await telegram.heard(stage.talks, "changed")
    bob, carol = stage.people["Bob"], stage.people["Carol"]
    for person in (bob, carol):
        person.start()
    assert "on the list" in await stage.press("Bob", "I'm coming")
    await stage.becomes("All places are taken")
    assert "Wait for a place" in stage.labels()
    assert "number 1 in line" in await stage.press("Carol", "Wait for a place")
    assert "off the list" in await stage.press("Bob", "Not coming")
    await stage.say_what_is_due()
    offer = await telegram.heard(carol.private, "is free, and yours until")
    assert stage.labels(offer) == ["Take the place", "Leave it"]
    assert "on the list" in await stage.press("Carol", "Take the place", offer)
    await stage.becomes("All places are taken")


async def test_in_private_a_card_knows_its_reader(stage: Stage, telegram: Telegram) -> None:
    alice = stage.people["Alice"]
    alice.start()
    alice.say("/event 1")
    card = await telegram.heard(alice.private, "Nobody has said")
    assert "on the list" in await stage.press("Alice", "I'm coming", card)
    await eventually(lambda: "1 person comes." in card.text)
    await eventually(lambda: stage.labels(card) == ["Not coming", "Remind me", "Add to calendar"])
    await stage.press("Alice", "Not coming", card)
    await eventually(lambda: "I'm coming" in stage.labels(card))


async def test_a_start_line_calls_who_speaks_and_nobody_else(
    stage: Stage, telegram: Telegram
) -> None:
    stage.people["Alice"].say("/event_start 1", in_=stage.talks)
    await telegram.heard(stage.talks, "has begun")
    await stage.say_what_is_due()
    line = await telegram.heard(stage.talks, "starts now")
    mentions = [
        line.text.encode("utf-16-le")[2 * each["offset"] : 2 * (each["offset"] + each["length"])]
        for each in found_in(line.text)
        if each["type"] == "mention"
    ]
    assert [each.decode("utf-16-le") for each in mentions] == ["@ada_l"]
