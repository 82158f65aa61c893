"""Cards are kept up to date by edits of their messages, over real HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.telegram.cards import TelegramCards
from commands.cards import Shown
from commands.messages import line, reply
from storage import cards
from storage.cards import CardRow
from storage.database import Database
from storage.values import Card, CardKind
from tests.chatbot.ringing import Clockwork, QuietAlarm
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, settings
from tests.peers.telegram_server.chats import Chat

MINUTE = timedelta(minutes=1)


class Desk:
    """The engine of cards on a clock that jumps, and a board of what each event's card shows.

    The number of an event that `fails` has no card: to compose it is a fault of ours.
    """

    def __init__(self, *, bot: Bot, spacing: float) -> None:
        # Later than all that is posted: a card is due as soon as it stands there.
        self.now = datetime.now(UTC) + timedelta(hours=1)
        self.bot = bot
        self.board: dict[int, Shown | None] = {}
        self.fails: set[int] = set()
        self.clockwork = Clockwork()
        self.alarm = QuietAlarm(name="cards", scheduler=self.clockwork, clock=lambda: self.now)
        self.engine = TelegramCards(
            database=bot.database,
            compose=self._compose,
            screen=bot.client,
            alarm=self.alarm,
            clock=lambda: self.now,
            log=structlog.get_logger(),
            spacing=spacing,
        )

    async def post(self, chat: Chat, number: int, text: str) -> None:
        """Say something that is the card of an event from then on."""
        self.shows(number, text)
        said = reply(line("run.reason", reason=text), card=Card(CardKind.EVENT, number))
        await self.bot.tell(chat.id, said)
        await self.look()
        self.forget_pace()

    def shows(self, number: int, text: str, *, again: timedelta | None = timedelta(days=1)) -> None:
        """Have an event's card show something from now on, and be looked at again so much later."""
        said = reply(line("run.reason", reason=text))
        self.board[number] = (said, self.now + again if again else None)

    async def change(self, number: int, text: str, *, again: timedelta | None = MINUTE) -> None:
        """Change an event as a command does."""
        self.shows(number, text, again=again)
        async with self.bot.database.transaction() as session:
            await cards.look_again(session, [CardKind.EVENT], number, self.now)
        self.alarm.ring()

    async def look(self) -> None:
        """Let the engine do all it can do now."""
        self.alarm.ring()
        await self.rest()

    async def jump(self, span: timedelta) -> None:
        self.now += span
        self.clockwork.fire(self.now)
        await self.rest()

    async def rest(self) -> None:
        while not (self.alarm.quiet and not self.engine._lanes):
            await asyncio.sleep(0.001)

    def forget_pace(self) -> None:
        """Let a chat bear what a test says in it, which people would say over hours."""
        self.bot.client._speaker._pace._chats.clear()

    async def kept(self) -> int:
        """Return how many cards are kept."""
        async with self.bot.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(CardRow)) or 0

    async def _compose(self, _session: AsyncSession, card: Card, _now: datetime) -> Shown | None:
        if card.number in self.fails:
            raise ValueError("a fault of ours")
        return self.board[card.number]


@asynccontextmanager
async def engine_of(desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.engine.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def opened(
    telegram: Telegram, database: Database, *, spacing: float = 0.01
) -> AsyncIterator[Desk]:
    async with running(Bot(settings(telegram), database)) as bot:
        desk = Desk(bot=bot, spacing=spacing)
        async with engine_of(desk):
            yield desk


def edits(telegram: Telegram) -> int:
    return len(telegram.calls_of("editMessageText"))


async def test_a_card_is_edited_in_place_when_its_matter_changes(
    telegram: Telegram, database: Database
) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "on Monday")
        assert edits(telegram) == 0
        await desk.change(1, "on <b>Tuesday</b>")
        shown = await telegram.heard(talks, "on <b>Tuesday</b>")
        await desk.rest()
        assert (shown.edits, len(talks.messages), edits(telegram)) == (1, 1, 1)
        await desk.look()
        assert edits(telegram) == 1


async def test_a_card_is_looked_at_again_by_itself(telegram: Telegram, database: Database) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "10 %")
        await desk.change(1, "20 %", again=MINUTE)
        await desk.rest()
        desk.shows(1, "30 %")
        await desk.jump(MINUTE - timedelta(seconds=1))
        assert edits(telegram) == 1
        await desk.jump(timedelta(seconds=1))
        await telegram.heard(talks, "30 %")


async def test_a_final_card_stays_as_it_is(telegram: Telegram, database: Database) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "under way")
        await desk.change(1, "done", again=None)
        await desk.rest()
        await desk.change(1, "something else")
        await desk.jump(timedelta(days=2))
        assert talks.messages[0].text.endswith("done")


async def test_each_card_is_in_the_language_in_which_it_was_posted(
    telegram: Telegram, database: Database
) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        desk.shows(1, "eins")
        said = reply(line("run.reason", reason="eins"), card=Card(CardKind.EVENT, 1))
        for language in ("sv", "en"):
            await desk.bot.tell(talks.id, replace(said, language=language))
        await desk.look()
        assert edits(telegram) == 0
        desk.forget_pace()
        await desk.change(1, "zwei")
        await desk.rest()
        swedish, english = (each.text for each in talks.messages)
        assert swedish.endswith("zwei")
        assert swedish.removesuffix("zwei") != english.removesuffix("zwei") == "The reason: "


async def test_in_one_chat_one_message_is_edited_at_a_time(
    telegram: Telegram, database: Database
) -> None:
    talks, other = telegram.supergroup("Talks"), telegram.supergroup("Other")
    async with opened(telegram, database, spacing=0.5) as desk:
        for number, chat in enumerate((talks, talks, other)):
            await desk.post(chat, number, "before")
        for number in range(3):
            desk.shows(number, "after")
        began = time.monotonic()
        await desk.jump(timedelta(days=1))
        took = time.monotonic() - began
        assert edits(telegram) == 3
        assert took >= 1.0


async def test_chats_do_not_wait_for_one_another(telegram: Telegram, database: Database) -> None:
    chats = [telegram.supergroup(f"Chat {number}") for number in range(25)]
    async with opened(telegram, database) as desk:
        for number, chat in enumerate(chats):
            await desk.post(chat, number, "before")
        telegram.delay("editMessageText", 5)
        for number in range(25):
            desk.shows(number, "after")
        desk.now += timedelta(days=1)
        desk.alarm.ring()
        async with asyncio.timeout(4.5):
            while shown(chats, "after") < 24:
                await asyncio.sleep(0.01)
        assert shown(chats, "after") == 24


def shown(chats: Iterable[Chat], text: str) -> int:
    """Return in how many chats the first message shows this."""
    return sum(chat.messages[0].text.endswith(text) for chat in chats)


Trouble = Callable[[Telegram, Chat], None]


def too_many(telegram: Telegram, _chat: Chat) -> None:
    telegram.fail("editMessageText", retry_after=120)


def out_of_order(telegram: Telegram, _chat: Chat) -> None:
    telegram.fail("editMessageText", code=502)


def cut_after(telegram: Telegram, _chat: Chat) -> None:
    telegram.drop("editMessageText", after=True)


def thrown_out(telegram: Telegram, chat: Chat) -> None:
    telegram.remove_bot(chat)


@pytest.mark.parametrize(
    ("trouble", "until"),
    [
        (too_many, timedelta(seconds=120)),
        (out_of_order, timedelta(seconds=5)),
        (cut_after, timedelta(seconds=5)),
        (thrown_out, timedelta(hours=6)),
    ],
)
async def test_what_could_not_be_edited_is_edited_later(
    telegram: Telegram, database: Database, trouble: Trouble, until: timedelta
) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "before")
        trouble(telegram, talks)
        await desk.change(1, "after")
        await desk.rest()
        tried = edits(telegram)
        await desk.jump(until - timedelta(seconds=1))
        assert edits(telegram) == tried
        telegram.add_bot(talks)
        desk.forget_pace()
        await desk.jump(timedelta(seconds=1))
        assert edits(telegram) == tried + 1
        assert talks.messages[0].text.endswith("after")


async def test_pauses_grow_while_telegram_is_away(telegram: Telegram, database: Database) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "before")
        telegram.fail("editMessageText", code=502, times=3)
        await desk.change(1, "after")
        await desk.rest()
        for seconds in (5, 10, 20):
            desk.forget_pace()
            assert talks.messages[0].text.endswith("before")
            await desk.jump(timedelta(seconds=seconds))
        assert talks.messages[0].text.endswith("after")


async def test_what_telegram_refuses_is_not_asked_for_again(
    telegram: Telegram, database: Database
) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "before")
        telegram.fail("editMessageText", code=400, description="Bad Request: no")
        await desk.change(1, "after")
        await desk.rest()
        await desk.jump(timedelta(hours=1))
        assert edits(telegram) == 1
        await desk.change(1, "later")
        await telegram.heard(talks, "later")


@pytest.mark.parametrize("gone", ["message", "matter"])
async def test_a_card_is_forgotten_with_its_message_or_its_matter(
    telegram: Telegram, database: Database, gone: str
) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "before")
        assert await desk.kept() == 1
        talks.messages[0].deleted = gone == "message"
        await desk.change(1, "after")
        if gone == "matter":
            desk.board[1] = None
        await desk.rest()
        assert await desk.kept() == 0


async def test_a_change_during_an_edit_is_not_lost(telegram: Telegram, database: Database) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "first")
        telegram.delay("editMessageText", 0.5)
        await desk.change(1, "second")
        while not edits(telegram):
            await asyncio.sleep(0.001)
        await desk.change(1, "first")
        await desk.rest()
        assert talks.messages[0].text.endswith("first")
        assert talks.messages[0].edits == 2


async def test_an_edit_that_a_crash_cut_off_is_made_after_the_next_start(
    telegram: Telegram, database: Database
) -> None:
    talks = telegram.supergroup("Talks")
    async with running(Bot(settings(telegram), database)) as bot:
        desk = Desk(bot=bot, spacing=0.01)
        async with engine_of(desk):
            await desk.post(talks, 1, "before")
            telegram.delay("editMessageText", 0.2)
            await desk.change(1, "after")
            while not edits(telegram):
                await asyncio.sleep(0.001)
        again = Desk(bot=bot, spacing=0.01)
        again.shows(1, "before")
        async with engine_of(again):
            await again.jump(MINUTE)
            assert edits(telegram) == 2
            assert talks.messages[0].text.endswith("before")


async def test_a_fault_in_one_card_does_not_stop_the_others(
    telegram: Telegram, database: Database
) -> None:
    talks = telegram.supergroup("Talks")
    async with opened(telegram, database) as desk:
        await desk.post(talks, 1, "one")
        await desk.post(talks, 2, "two")
        desk.fails.add(1)
        desk.shows(2, "after")
        await desk.jump(timedelta(days=1))
        assert [each.text.endswith("after") for each in talks.messages] == [False, True]
        desk.fails.clear()
        desk.shows(1, "after")
        await desk.jump(timedelta(minutes=5))
        assert talks.messages[0].text.endswith("after")
