"""Saying things on a real network: whole, paced, fair, and confirmed or not."""

import asyncio
import itertools
import re
import time

import pytest

from commands.messages import Reply, Unreachable
from storage.values import Destination, Place
from tests.peers.irc import IrcServer
from tests.peers.irc_bot import Bot, eventually, running, saying, settings, together
from tests.peers.person import Person, person


def words(number: int) -> str:
    return " ".join(f"naïve€{index}😀" for index in range(number))


async def test_a_long_text_arrives_whole(bot: Bot, alice: Person, channel: str) -> None:
    assert await bot.say(channel, words(200))
    await alice.settle()
    pieces = alice.said_by("bellringer", to=channel)
    assert len(pieces) > 5
    assert " ".join(pieces) == words(200)


async def test_text_without_blanks_arrives_whole(bot: Bot, alice: Person) -> None:
    assert await bot.say("alice", "€" * 1000)
    await alice.settle()
    assert "".join(alice.said_by("bellringer", to="alice")) == "€" * 1000


async def test_a_text_uses_the_room_that_there_is(bot: Bot, alice: Person, channel: str) -> None:
    assert await bot.say(channel, "x" * 2000)
    await alice.settle()
    longest = max(len(line) for line in alice.lines if " PRIVMSG " in line)
    assert longest == 510


async def test_a_text_is_no_protocol(bot: Bot, alice: Person, channel: str) -> None:
    assert await bot.say(channel, "one\r\nQUIT :two", "nul\0l", "\x01ACTION x\x01")
    await alice.settle()
    assert alice.said_by("bellringer") == ["one QUIT :two", "nul l", "ACTION x"]


async def test_what_is_settled_is_not_said(bot: Bot, alice: Person, channel: str) -> None:
    async def compose() -> Reply | None:
        return None

    assert not await bot.client.say(Destination("test", Place.CHANNEL, channel), compose)
    assert await bot.say(channel, "next")
    await alice.settle()
    assert alice.said_by("bellringer") == ["next"]


async def test_a_fault_while_composing_reaches_who_asked(bot: Bot, channel: str) -> None:
    async def compose() -> Reply | None:
        raise LookupError("no such event")

    with pytest.raises(LookupError):
        await bot.client.say(Destination("test", Place.CHANNEL, channel), compose)
    assert await bot.say(channel, "next")


async def test_an_account_is_found_under_any_nick(
    bot: Bot, irc_server: IrcServer, channel: str
) -> None:
    async with person("phone", irc_server.plain_port) as phone:
        await phone.join(channel)
        await phone.identify("bob", "bobpass")
        assert await bot.say("bob", "hello")
        assert await phone.sees("PRIVMSG phone :hello")


async def test_a_stranger_is_told_nothing_that_is_for_an_account(
    bot: Bot, irc_server: IrcServer, channel: str
) -> None:
    async with person("bob", irc_server.plain_port) as stranger:
        await stranger.join(channel)
        with pytest.raises(Unreachable, match="nobody is logged in"):
            await bot.say("bob", "hello")
        await stranger.settle()
        assert stranger.said_by("bellringer") == []


async def test_whoever_logged_out_is_told_nothing(bot: Bot, alice: Person, channel: str) -> None:
    assert await bot.say("alice", "hello")
    await alice.log_out()
    assert await bot.say(channel, "by now the logout was read")
    with pytest.raises(Unreachable):
        await bot.say("alice", "secret")
    await alice.settle()
    assert alice.said_by("bellringer", to="alice") == ["hello"]


async def test_a_channel_that_is_not_configured_is_out_of_reach_for_good(bot: Bot) -> None:
    with pytest.raises(Unreachable) as caught:
        await bot.say("#elsewhere", "hello")
    assert caught.value.lasting


async def test_a_channel_that_refuses_is_out_of_reach(irc_server: IrcServer, channel: str) -> None:
    async with person("operator", irc_server.plain_port) as operator:
        await operator.join(channel)
        operator.send(f"MODE {channel} +m")
        await operator.settle()
        async with running(Bot(settings(irc_server, channel))) as bot:
            with pytest.raises(Unreachable, match=r"(?i)cannot send"):
                await bot.say(channel, "hello")
            operator.send(f"MODE {channel} -m")
            await operator.settle()
            assert await bot.say(channel, "hello")


async def test_without_a_connection_nothing_is_said(
    own_irc_server: IrcServer, channel: str
) -> None:
    async with running(Bot(settings(own_irc_server, channel))) as bot:
        own_irc_server.kill_server()
        await eventually(lambda: not bot.client.state().connected)
        with pytest.raises(Unreachable, match="not connected to test"):
            await bot.say(channel, "hello")


async def test_a_connection_lost_while_saying_confirms_nothing(
    own_irc_server: IrcServer, channel: str
) -> None:
    network = settings(own_irc_server, channel, burst=20, rate=0.2)
    async with running(Bot(network)) as bot:
        saying_it = asyncio.create_task(bot.say(channel, *map(str, range(50))))
        await asyncio.sleep(0)
        own_irc_server.kill_server()
        with pytest.raises(Unreachable):
            await saying_it


async def test_composing_waits_for_the_turn(irc_server: IrcServer, channel: str) -> None:
    network = settings(irc_server, channel, burst=12, rate=2)
    composed = list[float]()

    async def compose() -> Reply | None:
        composed.append(time.monotonic())
        return await saying("x")()

    async with running(Bot(network)) as bot:
        where = Destination("test", Place.CHANNEL, channel)
        await asyncio.gather(*(bot.client.say(where, compose) for _ in range(6)))
    gaps = [later - earlier for earlier, later in itertools.pairwise(composed)]
    assert max(gaps) > 0.4


async def test_two_channels_flooded_at_once_get_their_lines_in_turn(
    irc_server: IrcServer, channel: str
) -> None:
    network = settings(irc_server, channel, "#calm", port=irc_server.strict_port, burst=5, rate=1)
    async with together(running(Bot(network)), person("alice", irc_server.plain_port)) as (
        bot,
        alice,
    ):
        await alice.join(channel, "#calm")
        loud = asyncio.create_task(bot.say(channel, *(f"loud {n}" for n in range(8))))
        await alice.hears("loud 0")
        assert await bot.say("#calm", "calm 0", "calm 1", "calm 2")
        order = [re.sub(r" \d+", "", text) for text in alice.said_by("bellringer")]
        assert order.count("loud") <= 7
        assert await loud
        await alice.settle()
        assert alice.said_by("bellringer", to=channel) == [f"loud {n}" for n in range(8)]
        assert not [line for line in alice.lines if "Excess Flood" in line]


async def test_a_place_is_told_one_thing_at_a_time(bot: Bot, alice: Person, channel: str) -> None:
    texts = [[f"{thing} {n}" for n in range(5)] for thing in ("a", "b", "c")]
    assert all(await asyncio.gather(*(bot.say(channel, *lines) for lines in texts)))
    await alice.settle()
    assert alice.said_by("bellringer") == [text for lines in texts for text in lines]
