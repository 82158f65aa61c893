"""What `bellringer check` says of a Telegram bot, over real HTTP."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import Conflict

from chatbot.seat import seat
from chatbot.telegram.checking import findings
from chatbot.telegram.inquiry import inquire
from chatbot.telegram.settings import TelegramBot, Webhook
from chatbot.text import Texts
from tests.peers.telegram import Telegram
from tests.peers.telegram_server.chats import Chat

HOOK = "https://127.0.0.1:8443/secret-path"


async def told(settings: TelegramBot, *, running: bool = True, good: bool) -> list[str]:
    """Return what is said of a bot that works, or does not."""
    state = await inquire(settings, running=running)
    return [Texts().words(said) for well, said in findings(state, settings) if well is good]


def bot(telegram: Telegram, *chats: Chat | str, webhook: Webhook | None = None) -> TelegramBot:
    addresses = tuple(each if isinstance(each, str) else str(each.id) for each in chats)
    return TelegramBot(
        token=telegram.token, api=telegram.base_url, chats=addresses, webhook=webhook
    )


async def test_a_bot_where_everything_works(telegram: Telegram) -> None:
    talks = telegram.supergroup("Talks")
    settings = bot(telegram, talks)
    assert await told(settings, good=False) == []
    assert await told(settings, good=True) == [
        "telegram: the token is good; I am @bellringer_bot there.",
        "telegram: privacy mode is on: of what is said in groups I am sent commands and answers "
        "to me alone, which is enough. Where there are other bots, write /events@bellringer_bot.",
        f"telegram: in Talks ({talks.id}), where I may write and send files.",
    ]


async def test_privacy_mode_that_is_off_is_told(telegram: Telegram) -> None:
    telegram.privacy = False
    assert "privacy mode is off" in (await told(bot(telegram), good=True))[1]


async def test_a_token_that_is_not_known_is_told(telegram: Telegram) -> None:
    settings = TelegramBot(token="123456789:other", api=telegram.base_url)
    assert await told(settings, good=True) == []
    assert await told(settings, good=False) == [
        "telegram: does not work: Telegram does not know this token"
    ]


async def test_telegram_that_is_away_is_told(telegram: Telegram) -> None:
    telegram.fail("getMe", code=502)
    [said] = await told(bot(telegram), good=False)
    assert said.startswith("telegram: does not work: ")
    assert telegram.token not in said


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda telegram, chat: telegram.remove_bot(chat), "not in {id}. Add me to it."),
        (lambda telegram, chat: telegram.mute_bot(chat), "in Talks ({id}), but I may not write"),
        (
            lambda telegram, chat: telegram.mute_bot(
                chat, rights=frozenset({"can_send_documents"})
            ),
            "in Talks ({id}), but I may not send files there",
        ),
        (
            lambda telegram, _chat: telegram.fail(
                "getChat", code=400, description="Bad Request: x"
            ),
            "nothing can be said of {id}: X",
        ),
    ],
    ids=["removed", "muted", "no documents", "unknown"],
)
@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_chat_in_which_something_does_not_work_is_told(
    telegram: Telegram, kind: str, happens: Callable[[Telegram, Chat], None], said: str
) -> None:
    chat = telegram.group("Talks") if kind == "group" else telegram.supergroup("Talks")
    happens(telegram, chat)
    [trouble] = await told(bot(telegram, chat), good=False)
    assert trouble.startswith("telegram: " + said.format(id=chat.id))


async def test_a_chat_that_nobody_knows_is_told(telegram: Telegram) -> None:
    assert await told(bot(telegram, "-100999"), good=False) == [
        "telegram: not in -100999. Add me to it."
    ]


async def test_an_administrator_may_do_what_members_may_not(telegram: Telegram) -> None:
    chat = telegram.group("Talks")
    telegram.mute_bot(chat)
    telegram.promote_bot(chat)
    assert await told(bot(telegram, chat), good=False) == []


async def test_topics_are_looked_for(telegram: Telegram) -> None:
    forum, plain = telegram.forum("Forum", topics={17: "Talks"}), telegram.supergroup("Plain")
    addresses = [f"{forum.id}/17", f"{forum.id}/18", f"{plain.id}/17"]
    assert await told(bot(telegram, *addresses), good=False) == [
        f"telegram: in Forum, but there is no topic {forum.id}/18.",
        f"telegram: in Plain, but there is no topic {plain.id}/17.",
    ]


async def test_a_group_is_found_where_it_moved_to(telegram: Telegram) -> None:
    group = telegram.group("Talks")
    telegram.migrate(group)
    assert await told(bot(telegram, group), good=False) == []


@pytest.mark.parametrize("configured", [False, True])
async def test_a_webhook_is_told_without_what_is_secret_in_it(
    telegram: Telegram, *, configured: bool
) -> None:
    async with Bot(telegram.token, base_url=telegram.base_url + "/bot") as other:
        await other.set_webhook(HOOK)
    webhook = Webhook(url=HOOK, secret="s") if configured else None
    [said] = [
        each
        for each in await told(bot(telegram, webhook=webhook), running=False, good=configured)
        if "127.0.0.1" in each
    ]
    assert ("Telegram calls me" in said) is configured
    assert "secret-path" not in said


async def test_another_poller_is_found(telegram: Telegram) -> None:
    polls = asyncio.create_task(rival(telegram))
    [said] = await told(bot(telegram), running=False, good=False)
    assert "another program polls with this token" in said
    polls.cancel()
    with suppress(asyncio.CancelledError):
        await polls


async def rival(telegram: Telegram) -> None:
    """Poll as another bot does, which begins again when its poll was ended."""
    async with Bot(telegram.token, base_url=telegram.base_url + "/bot") as other:
        while True:
            with suppress(Conflict):
                await other.get_updates(timeout=20)
            await asyncio.sleep(0.2)


async def test_what_waits_for_the_bot_still_waits_for_it(telegram: Telegram) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    assert await told(bot(telegram), running=False, good=False) == []
    async with Bot(telegram.token, base_url=telegram.base_url + "/bot") as other:
        assert len(await other.get_updates()) == 1


CONFIG = """
[telegram]
api = "{api}"
chats = ["{chat}"]

[[dry_wiki]]
name = "drywiki"
"""


def command_line(folder: Path, telegram: Telegram, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command by hand, with the configuration that lies in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "chatbot.cli", *words, "--config", str(folder / "bellringer.toml")],
        env={**os.environ, "BELLRINGER_TELEGRAM_TOKEN": telegram.token},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_exit_code_says_whether_everything_works(telegram: Telegram, tmp_path: Path) -> None:
    talks = telegram.supergroup("Talks")
    config = CONFIG.format(api=telegram.base_url, chat=talks.id)
    (tmp_path / "bellringer.toml").write_text(config)
    for user in (1001, 1002):
        command_line(tmp_path, telegram, "coordinator", "add", f"{user}@telegram")
    checked = command_line(tmp_path, telegram, "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert f"[ok] telegram: in Talks ({talks.id}), where I may write" in checked.stdout
    telegram.mute_bot(talks)
    checked = command_line(tmp_path, telegram, "check")
    assert checked.returncode == 1
    assert f"[!!] telegram: in Talks ({talks.id}), but I may not write" in checked.stdout


def test_no_rival_is_looked_for_while_the_bot_runs(telegram: Telegram, tmp_path: Path) -> None:
    config = CONFIG.format(api=telegram.base_url, chat=telegram.supergroup("Talks").id)
    (tmp_path / "bellringer.toml").write_text(config)
    command_line(tmp_path, telegram, "coordinator", "add", "1001@telegram")
    with seat(tmp_path / "data"):
        command_line(tmp_path, telegram, "check")
    assert telegram.calls_of("getMe")
    assert telegram.calls_of("getUpdates") == []
