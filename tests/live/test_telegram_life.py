"""What becomes of the bot in its chats: removed, silenced, blocked, and moved with them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.telegram.faces import Face
from commands.messages import Button, Unreachable, line
from storage import cards, people
from storage.database import Database
from storage.values import Card, CardKind, Identity
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, saying, settings
from tests.peers.telegram_server.chats import Chat

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def talks(telegram: Telegram) -> Chat:
    return telegram.supergroup("Talks")


@pytest.fixture
async def bot(telegram: Telegram, talks: Chat, database: Database) -> AsyncIterator[Bot]:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        yield bot


async def test_being_removed_is_told_once_and_being_back_too(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    telegram.remove_bot(talks)
    await eventually(lambda: bot.losses)
    for _ in range(2):
        with pytest.raises(Unreachable, match="kicked") as caught:
            await bot.say(talks.id, "hello")
        assert not caught.value.lasting
    assert bot.losses == [(f"telegram/{talks.id}", "removed")]
    assert bot.rung == ["back", "told"]
    telegram.add_bot(talks)
    await eventually(lambda: bot.rung == ["back", "told", "back"])
    assert await bot.say(talks.id, "hello")


async def test_being_muted_is_told_once(telegram: Telegram, bot: Bot, talks: Chat) -> None:
    telegram.mute_bot(talks)
    await eventually(lambda: bot.losses)
    with pytest.raises(Unreachable, match="Not enough rights"):
        await bot.say(talks.id, "hello")
    telegram.unmute_bot(talks)
    await eventually(lambda: bot.rung.count("back") == 2)
    assert bot.losses == [(f"telegram/{talks.id}", "muted")]


async def test_what_no_update_tells_is_noticed_when_something_is_said(
    telegram: Telegram, database: Database
) -> None:
    group = telegram.group("Basic")
    async with running(Bot(settings(telegram, group.id), database)) as bot:
        telegram.mute_bot(group)
        with pytest.raises(Unreachable):
            await bot.say(group.id, "hello")
        assert bot.losses == [(f"telegram/{group.id}", "muted")]
        telegram.unmute_bot(group)
        assert await bot.say(group.id, "hello")
        assert bot.rung.count("back") == 2


async def test_a_loss_is_remembered_across_a_restart(
    telegram: Telegram, talks: Chat, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        telegram.remove_bot(talks)
        await eventually(lambda: bot.losses)
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        with pytest.raises(Unreachable):
            await bot.say(talks.id, "hello")
        assert bot.losses == []
        telegram.add_bot(talks)
        await eventually(lambda: bot.rung.count("back") == 2)


async def test_a_chat_that_is_none_of_ours_is_not_missed(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    telegram.remove_bot(telegram.supergroup("Other"))
    telegram.remove_bot(talks)
    await eventually(lambda: bot.losses)
    assert bot.losses == [(f"telegram/{talks.id}", "removed")]


async def test_a_closed_topic_is_lost_alone(telegram: Telegram, database: Database) -> None:
    forum = telegram.forum("Talks", topics={17: "Reminders"})
    async with running(Bot(settings(telegram, f"{forum.id}/18"), database)) as bot:
        with pytest.raises(Unreachable, match="thread not found"):
            await bot.say(f"{forum.id}/18", "hello")
        assert bot.losses == [(f"telegram/{forum.id}/18", "topic")]
        assert await bot.say(forum.id, "hello")
        assert bot.rung == ["back", "told"]


async def test_a_person_who_blocks_the_bot_is_lost_until_he_unblocks_it(
    telegram: Telegram, bot: Bot, database: Database
) -> None:
    alice = telegram.user(1001, "Alice")
    async with database.transaction() as session:
        await people.ensure(session, Identity("telegram", "1001"), datetime.now(UTC))
    alice.start()
    await telegram.heard(alice.private, "heard help")
    alice.block()
    await eventually(lambda: bot.losses == [("telegram/1001", "blocked")])
    with pytest.raises(Unreachable, match="blocked") as caught:
        await bot.say(1001, "hello")
    assert not caught.value.lasting
    alice.unblock()
    await eventually(lambda: bot.rung.count("back") == 2)
    assert await bot.say(1001, "hello")


@pytest.mark.parametrize(
    ("deleted", "reason"), [(True, "deactivated"), (False, "can't initiate|not found")]
)
async def test_only_a_deleted_account_is_out_of_reach_for_good(
    telegram: Telegram, bot: Bot, deleted: bool, reason: str
) -> None:
    alice = telegram.user(1001, "Alice")
    alice.private.met = True
    if deleted:
        alice.delete_account()
    with pytest.raises(Unreachable, match=reason) as caught:
        await bot.say(1001, "hello")
    assert caught.value.lasting is deleted
    assert bot.losses == []


async def test_a_group_that_became_a_supergroup_keeps_what_was_planned_for_it(
    telegram: Telegram, database: Database
) -> None:
    group, alice = telegram.group("Talks"), telegram.user(1001, "Alice")
    bots = [Bot(settings(telegram, group.id), database) for _ in range(2)]
    async with running(bots[0]):
        new = telegram.migrate(group)
        alice.say("/events", in_=new)
        await telegram.heard(new, "heard events")
    async with running(bots[1]):
        alice.say("/events", in_=new)
        await telegram.heard(new, "heard events")
        assert await bots[1].say(group.id, "reminder")
        await telegram.heard(new, "reminder")
    for bot in bots:
        assert [str(heard.where) for heard in bot.heard] == [f"telegram/{group.id}"]
        assert bot.losses == []


async def test_messages_are_changed_in_a_supergroup_that_was_a_group(
    telegram: Telegram, database: Database
) -> None:
    group, alice = telegram.group("Talks"), telegram.user(1001, "Alice")
    more = Button(line("button.more"), "events page 2", turns=True)
    async with running(Bot(settings(telegram, group.id), database)) as bot:
        new = telegram.migrate(group)
        await bot.tell(group.id, saying("card", card=Card(CardKind.EVENT, 7), buttons=(more,)))
        alice.press(await telegram.heard(new, "card"), "More")
        await telegram.heard(new, "heard events page 2")
        async with database.reading() as session:
            later = datetime.now(UTC) + timedelta(minutes=1)
            [posted] = await cards.due(session, "telegram", later, 10)
        changed = Face("changed")
        assert await bot.client.edit(posted.destination, posted.message, changed)
        assert [(said.text, said.edits) for said in new.messages] == [("changed", 2)]


async def test_a_move_that_no_update_told_is_noticed_when_something_is_said(
    telegram: Telegram, database: Database
) -> None:
    group = telegram.group("Talks")
    async with running(Bot(settings(telegram, group.id), database)) as bot:
        with telegram.world.bell.lock:
            new = telegram.migrate(group)
            telegram.world.updates.clear()
        assert await bot.say(group.id, "reminder")
        await telegram.heard(new, "reminder")
        assert bot.losses == []


async def test_a_configuration_with_the_new_id_is_followed(
    telegram: Telegram, database: Database
) -> None:
    group, alice = telegram.group("Talks"), telegram.user(1001, "Alice")
    async with running(Bot(settings(telegram, group.id), database)):
        new = telegram.migrate(group)
        alice.say("/events", in_=new)
        await telegram.heard(new, "heard events")
    async with running(Bot(settings(telegram, new.id), database)) as bot:
        alice.say("/last", in_=new)
        assert str((await bot.hears("last")).where) == f"telegram/{new.id}"
