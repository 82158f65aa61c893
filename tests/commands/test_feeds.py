"""Everybody gets the address of his own feed once, in private, and can end it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from commands.feeds import Feeds
from commands.messages import Reply
from storage import feedtokens
from storage.database import Database
from storage.feedtokens import Holder
from tests.commands.conversation import Conversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def talk(database: Database) -> Conversation:
    numbers = count(1)
    desk = Feeds(
        new_token=lambda: f"token-{next(numbers)}",
        address=lambda token: f"https://events.example.org/feeds/person/{token}.ics",
    )
    return Conversation(database, desk.commands(), NOW)


async def said(talk: Conversation, text: str) -> Reply:
    answer = await talk.reply(text)
    assert answer is not None
    return answer


async def live(database: Database, token: str) -> bool:
    async with database.reading() as session:
        found = await feedtokens.holder(session, token)
    return isinstance(found, Holder) and not found.revoked


async def test_the_address_is_given_in_private_even_where_it_was_asked_for_in_public(
    database: Database, talk: Conversation
) -> None:
    answer = await said(talk, "feed")
    assert answer.private
    assert "https://events.example.org/feeds/person/token-1.ics" in talk.words(answer)
    assert await live(database, "token-1")


async def test_the_address_cannot_be_shown_again(talk: Conversation) -> None:
    await talk.say("feed")
    answer = await said(talk, "feed")
    assert answer.private
    assert "token" not in talk.words(answer)
    assert "!feed renew" in talk.words(answer)


async def test_a_new_address_ends_the_old_one(database: Database, talk: Conversation) -> None:
    await talk.say("feed")
    answer = await said(talk, "feed renew")
    assert answer.private
    assert "token-2" in talk.words(answer)
    assert not await live(database, "token-1")
    assert await live(database, "token-2")


async def test_a_feed_can_be_ended(database: Database, talk: Conversation) -> None:
    await talk.say("feed")
    assert "has ended" in await talk.say("feed revoke")
    assert not await live(database, "token-1")
    assert "have no feed" in await talk.say("feed revoke")
    assert "token-2" in await talk.say("feed")


async def test_only_whom_the_network_vouches_for_has_a_feed(
    database: Database, talk: Conversation
) -> None:
    await talk.say("feed", account=None)
    assert not await live(database, "token-1")


async def test_without_a_web_face_there_is_no_feed(database: Database) -> None:
    desk = Feeds(new_token=lambda: "token", address=lambda _: None)
    talk = Conversation(database, desk.commands(), NOW)
    assert "no calendar on the web" in await talk.say("feed")
    assert not await live(database, "token")
