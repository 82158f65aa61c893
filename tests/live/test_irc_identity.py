"""Who is speaking on a real network: the account, never the nick."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress

import pytest

from commands.messages import Unreachable
from storage.values import Identity
from tests.peers.irc import IrcServer
from tests.peers.irc_bot import Bot, running, settings, together
from tests.peers.irc_relay import relay
from tests.peers.person import Person, person

ALICE = Identity("test", "alice")

# What a network may lack, and whether it lacks WHOX too: each way of knowing an account is
# tried on the real server with the better ways taken away.
NETWORKS = {
    "account-tag": ((), True),
    "account-notify": (("account-tag",), True),
    "account-notify without extended-join": (("account-tag", "extended-join"), True),
    "account-notify without WHOX": (("account-tag", "extended-join"), False),
    "WHOIS alone": (("account-tag", "account-notify", "extended-join"), False),
}


@pytest.fixture(params=NETWORKS, name="bot")
async def bot_on_a_network(
    request: pytest.FixtureRequest, irc_server: IrcServer, channel: str
) -> AsyncIterator[Bot]:
    hidden, whox = NETWORKS[request.param]
    async with relay(irc_server.plain_port, hidden=hidden, whox=whox) as route:
        bot = Bot(settings(irc_server, channel, port=route.port))
        async with running(bot):
            yield bot
            assert not bot.faults


def alice(server: IrcServer, nick: str = "alice") -> AbstractAsyncContextManager[Person]:
    return person(nick, server.plain_port, account="alice", password="alicepass")


async def test_an_account_is_known_in_a_channel_and_in_private(
    bot: Bot, irc_server: IrcServer, channel: str
) -> None:
    async with alice(irc_server, "somebody") as someone:
        await someone.join(channel)
        someone.say(channel, "!one")
        someone.say("bellringer", "two")
        heard = [await bot.hears("one"), await bot.hears("two")]
        assert [h.identity for h in heard] == [ALICE, ALICE]
        assert [h.name for h in heard] == ["somebody", "somebody"]
        assert [h.private for h in heard] == [False, True]


async def test_whoever_shares_no_channel_is_known_too(bot: Bot, irc_server: IrcServer) -> None:
    async with alice(irc_server) as someone:
        someone.say("bellringer", "one")
        assert (await bot.hears("one")).identity == ALICE
        await someone.hears("heard one by alice")


async def test_a_stranger_with_a_nick_of_fame_is_nobody(
    bot: Bot, irc_server: IrcServer, channel: str
) -> None:
    async with person("alice", irc_server.plain_port) as stranger:
        await stranger.join(channel)
        stranger.say(channel, "!one")
        stranger.say("bellringer", "two")
        assert (await bot.hears("one")).identity is None
        assert (await bot.hears("two")).identity is None
        await stranger.hears("heard two by nobody")


async def test_logging_in_and_out_counts_at_once(
    bot: Bot, irc_server: IrcServer, channel: str
) -> None:
    async with person("anybody", irc_server.plain_port) as someone:
        await someone.join(channel)
        someone.say(channel, "!before")
        assert (await bot.hears("before")).identity is None
        await someone.identify("alice", "alicepass")
        someone.say(channel, "!during")
        assert (await bot.hears("during")).identity == ALICE
        await someone.log_out()
        someone.say(channel, "!after")
        assert (await bot.hears("after")).identity is None


async def test_a_nick_that_changes_hands_keeps_no_account(
    bot: Bot, irc_server: IrcServer, channel: str
) -> None:
    async with together(
        alice(irc_server),
        person("mallory", irc_server.plain_port, account="mallory", password="mallorypass"),
    ) as (owner, m):
        await owner.join(channel)
        await m.join(channel)
        owner.say(channel, "!one")
        await bot.hears("one")
        owner.send("NICK alice_away")
        await m.sees(" NICK :alice_away")
        m.send("NICK alice")
        await m.settle()
        m.say(channel, "!two")
        assert (await bot.hears("two")).identity == Identity("test", "mallory")


async def test_a_secret_does_not_reach_whoever_takes_the_nick(
    bot: Bot, irc_server: IrcServer, channel: str
) -> None:
    async with together(alice(irc_server), person("m", irc_server.plain_port)) as (
        owner,
        stranger,
    ):
        await owner.join(channel)
        await stranger.join(channel)
        assert await bot.say("alice", "code 1")
        owner.send("NICK away")
        await stranger.sees(" NICK :away")
        stranger.send("NICK alice")
        await owner.settle()
        await stranger.settle()
        stranger.say("bellringer", "hello")
        await stranger.hears("heard hello")
        await say_if_anybody_is_there(bot, "code 2")
        await stranger.settle()
        assert not any("code" in line for line in stranger.lines)


async def say_if_anybody_is_there(bot: Bot, text: str) -> None:
    # Where nick changes are announced, she is found under the new one; where not, nobody is.
    with suppress(Unreachable):
        assert await bot.say("alice", text)
