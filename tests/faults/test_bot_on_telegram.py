"""The bot killed on Telegram: each command and press counts once, and none is swallowed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.peers.bellringer import DESK_CHAT, TALKS_CHAT, Operator
from tests.peers.irc import IrcServer
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.person import Person


@pytest.fixture
def operator(tmp_path: Path, irc_server: IrcServer, telegram: Telegram) -> Iterator[Operator]:
    operator = Operator(folder=tmp_path, irc=irc_server, wikis={}, telegram=telegram)
    assert operator.does("coordinator", "add", "1001@telegram").returncode == 0
    yield operator
    operator.kill()


@pytest.fixture
def talks(telegram: Telegram) -> Chat:
    telegram.supergroup("Desk", chat_id=DESK_CHAT)
    return telegram.supergroup("Talks", chat_id=TALKS_CHAT)


@pytest.fixture
def alice(telegram: Telegram) -> Person:
    return telegram.user(1001, "Alice")


async def test_a_command_that_comes_again_after_a_kill_is_not_obeyed_again(
    operator: Operator, telegram: Telegram, talks: Chat, alice: Person
) -> None:
    operator.start()
    said = alice.say("/event add tech-talk tomorrow 17:00 | Once", in_=talks)
    await telegram.heard(talks, "Event 1 is registered")
    operator.kill()
    polls = len(telegram.calls_of("getUpdates"))
    operator.start()
    # Before, the server would hand it to the dead bot's poll, of whose end it does not know.
    await eventually(lambda: len(telegram.calls_of("getUpdates")) > polls)
    telegram.repeat(said)
    await telegram.heard(talks, "already")
    alice.say("/events", in_=talks)
    shown = await telegram.heard(talks, r"1\. ")
    assert shown.text.count("Once") == 1


async def test_what_is_said_while_the_bot_is_dead_is_heard_when_it_is_back(
    operator: Operator, telegram: Telegram, talks: Chat, alice: Person
) -> None:
    operator.start()
    alice.say("/next", in_=talks)
    await telegram.heard(talks, "")
    operator.kill()
    before = datetime.now(UTC) - timedelta(minutes=30)
    alice.say("/event add tech-talk tomorrow 17:00 | While away", in_=talks, date=before)
    alice.say("/coordinator add 1005@telegram", in_=talks, date=before)
    operator.start()
    await telegram.heard(talks, "Event 1 is registered")
    await telegram.heard(talks, "it does not count")


async def test_the_first_press_after_a_restart_counts_once(
    operator: Operator, telegram: Telegram, talks: Chat, alice: Person
) -> None:
    operator.start()
    alice.say("/event add tech-talk tomorrow 17:00 | Once", in_=talks)
    card = await telegram.heard(talks, "Event 1 is registered")
    operator.kill()
    press = alice.press(card, "I'm coming")
    operator.start()
    assert (await press.answered(30)).text
    telegram.repeat(press)
    # Only in private is a coordinator told how many come, however few.
    alice.say("/event 1")
    await telegram.heard(alice.private, "1 person comes")
    again = alice.press(card, "I'm coming")
    assert "already" in ((await again.answered()).text or "")
