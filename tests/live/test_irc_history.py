"""History that a real server replays to whoever joins is never a command."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chatbot.irc.replay import BARE
from tests.peers.irc import IrcServer
from tests.peers.irc_bot import Bot, eventually, running, settings
from tests.peers.irc_relay import relay
from tests.peers.person import Person, person

# How history looks to a client that lacks what would mark it.
LACKING = {
    "in a batch": (),
    "by its time": ("batch",),
    "in a batch without time": ("server-time",),
    "bare, after a notice": ("batch", "server-time", "message-tags"),
}


@pytest.fixture(name="alice")
async def alice_with_a_past(irc_server: IrcServer, channel: str) -> AsyncIterator[Person]:
    async with person("alice", irc_server.plain_port, account="alice", password="alicepass") as a:
        await a.join(channel)
        a.send(f"MODE {channel} +H 50:1h")
        a.say(channel, "!halt all")
        await a.settle()
        yield a


@pytest.mark.parametrize("hidden", LACKING.values(), ids=LACKING)
async def test_history_is_not_obeyed_and_what_comes_after_is(
    irc_server: IrcServer, alice: Person, channel: str, hidden: tuple[str, ...]
) -> None:
    async with relay(irc_server.plain_port, hidden=hidden) as route:
        network = settings(irc_server, channel, port=route.port)
        async with running(Bot(network)) as bot:
            await eventually(lambda: not_obeyed(bot))
            await until_heard(bot, alice, channel)
            assert "halt all" not in bot.texts


async def until_heard(bot: Bot, alice: Person, channel: str) -> None:
    # Where nothing tells history from now, the first seconds after a join are not heard.
    async with asyncio.timeout(BARE.total_seconds() + 5):
        while not bot.texts:
            alice.say(channel, "!events")
            await asyncio.sleep(0.1)


def not_obeyed(bot: Bot) -> list[object]:
    return [entry for entry in bot.log.entries if entry["event"] == "irc.history_not_obeyed"]


async def test_history_is_not_obeyed_at_a_later_join_either(
    irc_server: IrcServer, alice: Person, channel: str
) -> None:
    async with running(Bot(settings(irc_server, channel))) as bot:
        alice.send(f"KICK {channel} bellringer :out")
        await eventually(lambda: len(not_obeyed(bot)) == 2)
        await until_heard(bot, alice, channel)
        assert set(bot.texts) == {"events"}


async def test_where_time_is_told_the_first_command_is_obeyed_at_once(
    irc_server: IrcServer, alice: Person, channel: str
) -> None:
    async with running(Bot(settings(irc_server, channel))) as bot:
        alice.say(channel, "!events")
        await bot.hears("events")
        assert bot.texts == ["events"]
