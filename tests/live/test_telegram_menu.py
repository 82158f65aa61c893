"""Menus of commands, as people are offered them, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from chatbot.telegram.connecting import made_bot
from chatbot.telegram.menu import TelegramMenus
from chatbot.text import Texts
from storage import people, places
from storage.database import Database
from storage.values import Identity
from tests.chatbot.ringing import Clockwork, QuietAlarm
from tests.commands.every_desk import every_command
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import settings

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
CALLS = ("getMyCommands", "setMyCommands", "deleteMyCommands")


class Desk:
    """The engine of menus on a clock that jumps."""

    def __init__(
        self, *, telegram: Telegram, database: Database, chats: Sequence[int | str]
    ) -> None:
        self.now = NOW
        self.database = database
        self.clockwork = Clockwork()
        self.alarm = QuietAlarm(name="menus", scheduler=self.clockwork, clock=lambda: self.now)
        self.bot = made_bot(settings(telegram))
        self.engine = TelegramMenus(
            database=database,
            bot=self.bot,
            commands=every_command(),
            texts=Texts(),
            coordinators=tuple(map(str, chats)),
            alarm=self.alarm,
            clock=lambda: self.now,
            log=structlog.get_logger(),
        )

    async def appoint(self, user: int) -> None:
        async with self.database.transaction() as session:
            person = await people.ensure(session, Identity("telegram", str(user)), self.now)
            await people.appoint(session, person.key, self.now)

    async def dismiss(self, user: int) -> None:
        async with self.database.transaction() as session:
            person = await people.ensure(session, Identity("telegram", str(user)), self.now)
            await people.dismiss(session, person.key, self.now)

    async def wake(self) -> None:
        """Ring as dispatch does after every command, and wait for what follows from it."""
        self.alarm.ring()
        await self.rest()

    async def jump(self, span: timedelta) -> None:
        self.now += span
        self.clockwork.fire(self.now)
        await self.rest()

    async def rest(self) -> None:
        while not self.alarm.quiet:
            await asyncio.sleep(0.001)


@asynccontextmanager
async def running(
    telegram: Telegram, database: Database, *chats: int | str, coordinators: Sequence[int] = ()
) -> AsyncIterator[Desk]:
    desk = Desk(telegram=telegram, database=database, chats=chats)
    for each in coordinators:
        await desk.appoint(each)
    async with desk.bot:
        task = asyncio.create_task(desk.engine.run())
        await desk.rest()
        yield desk
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def asked(telegram: Telegram) -> int:
    """Return how many calls were made for menus."""
    return sum(len(telegram.calls_of(each)) for each in CALLS)


async def test_everybody_is_offered_what_everybody_may_say(
    telegram: Telegram, database: Database
) -> None:
    alice, talks = telegram.user(1001, "Alice"), telegram.supergroup("Talks")
    async with running(telegram, database):
        for chat in (talks, alice.private):
            offered = dict(telegram.menu(alice, chat))
            assert offered["next"] == "Says what starts next."
            assert "run_new" not in offered


@pytest.mark.parametrize(
    ("language", "described"),
    [("sv", "Säger vad som börjar härnäst."), ("tlh", "Says what starts next.")],
)
async def test_menus_are_in_the_readers_language(
    telegram: Telegram, database: Database, language: str, described: str
) -> None:
    alice = telegram.user(1001, "Alice", language_code=language)
    desk = telegram.forum("Desk", topics={17: "Runs"})
    alice.start()
    async with running(telegram, database, f"{desk.id}/17", coordinators=[1001]):
        for chat in (desk, alice.private, telegram.supergroup("Talks")):
            assert dict(telegram.menu(alice, chat))["next"] == described


async def test_coordinators_are_offered_more_where_they_work(
    telegram: Telegram, database: Database
) -> None:
    alice, bob = telegram.user(1001, "Alice"), telegram.user(1002, "Bob")
    desk, talks = telegram.supergroup("Desk"), telegram.supergroup("Talks")
    for person in (alice, bob):
        person.start()
    async with running(telegram, database, desk.id, coordinators=[1001]):
        for chat, person, more in (
            (desk, alice, True),
            (alice.private, alice, True),
            (bob.private, bob, False),
            (talks, alice, False),
        ):
            assert ("run_new" in dict(telegram.menu(person, chat))) is more


async def test_what_stands_there_already_is_not_sent(
    telegram: Telegram, database: Database
) -> None:
    desk = telegram.supergroup("Desk")
    async with running(telegram, database, desk.id) as first:
        before = asked(telegram)
        await first.wake()
        assert asked(telegram) == before
    sent = len(telegram.calls_of("setMyCommands"))
    assert sent == 8
    async with running(telegram, database, desk.id):
        assert asked(telegram) > before
    assert len(telegram.calls_of("setMyCommands")) == sent


async def test_who_is_appointed_or_dismissed_is_offered_more_or_less(
    telegram: Telegram, database: Database
) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    async with running(telegram, database) as desk:
        await desk.appoint(1001)
        await desk.wake()
        assert "run_new" in dict(telegram.menu(alice, alice.private))
        await desk.dismiss(1001)
        await desk.wake()
        assert "run_new" not in dict(telegram.menu(alice, alice.private))
        assert telegram.menu(alice, alice.private)


async def test_who_was_dismissed_while_the_bot_was_away_is_offered_less(
    telegram: Telegram, database: Database
) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    async with running(telegram, database, coordinators=[1001]) as desk:
        pass
    await desk.dismiss(1001)
    async with running(telegram, database):
        assert "run_new" not in dict(telegram.menu(alice, alice.private))


async def test_a_coordinator_who_opens_the_chat_later_gets_his_menu_then(
    telegram: Telegram, database: Database
) -> None:
    alice, talks = telegram.user(1001, "Alice"), telegram.supergroup("Talks")
    async with running(telegram, database, coordinators=[1001]) as desk:
        assert "next" in dict(telegram.menu(alice, talks))
        alice.start()
        before = asked(telegram)
        await desk.wake()
        assert asked(telegram) == before
        await desk.jump(timedelta(minutes=10))
        assert "run_new" in dict(telegram.menu(alice, alice.private))


@pytest.mark.parametrize(
    ("retry_after", "pause"), [(30, 30), (None, 5)], ids=["too many requests", "out of order"]
)
async def test_telegram_is_asked_again_when_it_bears_it(
    telegram: Telegram, database: Database, retry_after: int | None, pause: int
) -> None:
    alice, talks = telegram.user(1001, "Alice"), telegram.supergroup("Talks")
    telegram.fail("setMyCommands", code=502, retry_after=retry_after)
    async with running(telegram, database) as desk:
        before = asked(telegram)
        await desk.wake()
        await desk.jump(timedelta(seconds=pause - 1))
        assert (asked(telegram), telegram.menu(alice, talks)) == (before, ())
        await desk.jump(timedelta(seconds=1))
        assert telegram.menu(alice, talks)


async def test_a_chat_that_moved_has_its_menu_where_it_is_now(
    telegram: Telegram, database: Database
) -> None:
    alice, desk = telegram.user(1001, "Alice"), telegram.group("Desk")
    moved = telegram.migrate(desk)
    async with database.transaction() as session:
        await places.move(session, "telegram", str(desk.id), str(moved.id), NOW)
    async with running(telegram, database, desk.id):
        assert "run_new" in dict(telegram.menu(alice, moved))
