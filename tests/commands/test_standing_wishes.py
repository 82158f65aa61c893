"""What people want for every event that they come to holds for those now and later."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage import ledger, people, reminders, standingwishes
from storage.database import Database
from storage.values import Identity, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW
from tests.commands.every_desk import every_command

START = NOW + 5 * HOUR
HALF = timedelta(minutes=30)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, every_command(), NOW)
    await conversation.appoint(["alice"])
    for _ in range(2):
        await conversation.say("event add tech-talk in 5 hours | Wikidata")
    return conversation


async def planned(channel: Conversation, number: int) -> list[tuple[str, datetime]]:
    async with channel.database.reading() as session:
        pending = await reminders.pending(session, number)
    persons = [each for each in pending if each.destination.place is Place.PERSON]
    return [(f"{each.destination.address}", each.due_at) for each in persons]


@pytest.mark.parametrize(
    "text",
    ["remindme always 2h", "always two hours before", "Always 2 hours before!"],
)
async def test_it_holds_for_what_he_comes_to_now_and_later(
    channel: Conversation, text: str
) -> None:
    await channel.say("coming 1", account="bob")
    await channel.say(text.replace("two", "2").rstrip("!"), account="bob")
    await channel.say("coming 2", account="bob")
    for number in (1, 2):
        assert await planned(channel, number) == [("bob", START - 2 * HOUR)]


async def test_an_hour_before_is_understood(channel: Conversation) -> None:
    said = await channel.say("always an hour before", account="bob")
    assert said == (
        "From now on I remind bob@libera in private of every event that you come to, this long"
        " before: 1 hour. To stop: !remindme never"
    )


async def test_never_means_only_where_he_asked_for_it(channel: Conversation) -> None:
    await channel.say("coming 1", account="bob")
    await channel.say("coming 2 30m", account="bob")
    await channel.say("remindme never", account="bob")
    assert await planned(channel, 1) == []
    assert await planned(channel, 2) == [("bob", START - HALF)]


async def test_what_he_said_of_one_event_stands(channel: Conversation) -> None:
    await channel.say("remindme always 2h", account="bob")
    await channel.say("coming 1 30m", account="bob")
    await channel.say("remindme 2 30m", account="bob")
    await channel.say("coming 2", account="bob")
    for number in (1, 2):
        assert await planned(channel, number) == [("bob", START - HALF)]


async def test_no_word_about_what_is_no_span(channel: Conversation) -> None:
    assert "remindme always OFFSET" in await channel.say("remindme always soon", account="bob")


async def test_the_ledger_keeps_it_without_names(channel: Conversation) -> None:
    await channel.say("remindme always 1h", account="bob")
    async with channel.database.reading() as session:
        (entry,) = await ledger.latest(session, 1)
    assert (entry.action, entry.details) == ("person.standing_wish", {"offsets": [3600]})


async def code(channel: Conversation, account: str) -> str:
    said = await channel.say("link", account=account, private=True)
    return next(word for word in said.split() if "-" in word).strip(".,:")


async def test_it_is_one_humans_once_his_accounts_are_linked(channel: Conversation) -> None:
    await channel.say("remindme always 2h", account="bob")
    await channel.say("coming 1", account="bob")
    await channel.say("coming 1", account="77@telegram")
    await channel.say(f"link {await code(channel, 'bob')}", account="77@telegram", private=True)
    assert await planned(channel, 1) == [("bob", START - 2 * HOUR)]
    await channel.say("event edit 1 | title: Other")
    assert await planned(channel, 1) == [("bob", START - 2 * HOUR)]
    await channel.say("coming 2", account="77@telegram")
    assert await planned(channel, 2) == [("bob", START - 2 * HOUR)]


async def test_what_an_account_said_goes_with_it_when_it_is_unlinked(
    channel: Conversation,
) -> None:
    await channel.say("coming 1", account="77@telegram")
    await channel.say(f"link {await code(channel, 'bob')}", account="77@telegram", private=True)
    await channel.say("remindme always 2h", account="77@telegram")
    await channel.say("unlink", account="77@telegram", private=True)
    async with channel.database.reading() as session:
        bob = await people.find(session, Identity("libera", "bob"))
        alone = await people.find(session, Identity("telegram", "77"))
        assert bob is not None
        assert alone is not None
        assert [*await standingwishes.of(session, [bob.key, alone.key])] == [alone.key]
    assert "You are off the list" in await channel.say("notcoming 1", account="77@telegram")
