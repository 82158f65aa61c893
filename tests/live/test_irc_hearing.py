"""What is obeyed on a real network, and what never is."""

import asyncio

import pytest

from commands.messages import Hear, Incoming, Reply, line, reply
from tests.peers.irc import IrcServer
from tests.peers.irc_bot import Bot, eventually, running, settings, together
from tests.peers.irc_relay import relay
from tests.peers.person import Person, person


async def heard_up_to_now(bot: Bot, someone: Person, channel: str) -> list[str]:
    """Return what was heard before a last command."""
    someone.say(channel, "!last")
    await bot.hears("last")
    return bot.texts[:-1]


@pytest.mark.parametrize("spoken", ["!events week", "bellringer: events week", "!events\x02 week"])
async def test_commands_in_a_channel_are_answered_to_the_speaker(
    bot: Bot, alice: Person, channel: str, spoken: str
) -> None:
    alice.say(channel, spoken)
    assert await alice.hears("heard") == "alice: heard events week by alice"


async def test_commands_in_private_are_answered_in_private(bot: Bot, alice: Person) -> None:
    alice.say("bellringer", "events")
    assert await alice.sees("PRIVMSG alice :heard events by alice")


async def test_only_the_first_line_names_the_speaker(bot: Bot, alice: Person, channel: str) -> None:
    bot.hear = answering(reply(line("said", text="first"), line("said", text="second")))
    alice.say(channel, "!events")
    await alice.hears("second")
    assert alice.said_by("bellringer", to=channel) == ["alice: first", "second"]


async def test_a_private_answer_goes_to_the_speaker_alone(
    bot: Bot, alice: Person, channel: str
) -> None:
    bot.hear = answering(reply(line("said", text="code 1234"), private=True))
    alice.say(channel, "!preview")
    await alice.hears("code 1234")
    assert alice.said_by("bellringer", to=channel) == []


async def test_a_private_answer_follows_the_account_to_its_new_nick(
    bot: Bot, alice: Person, irc_server: IrcServer, channel: str
) -> None:
    async with person("m", irc_server.plain_port) as stranger:
        await stranger.join(channel)
        bot.hear = answering_after_nick_change(alice, stranger)
        alice.say(channel, "!preview")
        await alice.sees("PRIVMSG away :code 1234")
        await stranger.settle()
        assert not any("code" in text for text in stranger.lines)


def answering_after_nick_change(alice: Person, stranger: Person) -> Hear:
    async def hear(_incoming: Incoming) -> Reply | None:
        alice.send("NICK away")
        await stranger.sees(" NICK :away")
        stranger.send("NICK alice")
        await stranger.settle()
        return reply(line("said", text="code 1234"), private=True)

    return hear


def answering(answer: Reply) -> Hear:
    async def hear(_incoming: Incoming) -> Reply | None:
        return answer

    return hear


@pytest.mark.parametrize(
    "raw",
    [
        "PRIVMSG {c} :\x01ACTION !events\x01",
        "PRIVMSG {c} :!events \x01VERSION\x01 week",
        "PRIVMSG bellringer :\x01VERSION\x01",
        "NOTICE {c} :!events",
        "NOTICE bellringer :events",
        "PRIVMSG @{c} :!events",
        "PRIVMSG {c} :talk about !events",
        "PRIVMSG {c} :!!!",
        "PRIVMSG {c} :bellringer is a bot",
    ],
)
async def test_what_is_no_command(bot: Bot, alice: Person, channel: str, raw: str) -> None:
    alice.send(f"MODE {channel} +o bellringer")
    alice.send(raw.format(c=channel))
    assert await heard_up_to_now(bot, alice, channel) == []


async def test_our_own_words_are_no_command(bot: Bot, alice: Person, channel: str) -> None:
    assert await bot.say(channel, "!events")
    assert await heard_up_to_now(bot, alice, channel) == []


async def test_other_bots_are_not_obeyed(
    bot: Bot, alice: Person, irc_server: IrcServer, channel: str
) -> None:
    async with person("robot", irc_server.plain_port) as robot:
        robot.send("MODE robot +B")
        await robot.join(channel)
        robot.say(channel, "!events")
        robot.say("bellringer", "events")
        await robot.settle()
        assert await heard_up_to_now(bot, alice, channel) == []


@pytest.mark.parametrize("nick", ["bridge", "BRIDGE"])
async def test_what_a_relay_repeats_is_not_obeyed_whoever_said_it(
    irc_server: IrcServer, channel: str, nick: str
) -> None:
    network = settings(irc_server, channel, relays=("Bridge",))
    async with (
        together(
            running(Bot(network)),
            person(nick, irc_server.plain_port, account="mallory", password="mallorypass"),
        ) as (bot, relay_bot),
        person("alice", irc_server.plain_port) as alice,
    ):
        await relay_bot.join(channel)
        await alice.join(channel)
        for text in ("!halt all", "bellringer: halt all", "<bellringer> !confirm 1 AAAA-BBBB"):
            relay_bot.say(channel, text)
        relay_bot.say("bellringer", "halt all")
        await relay_bot.settle()
        assert await heard_up_to_now(bot, alice, channel) == []


async def test_only_the_nicks_of_relays_are_deaf_ears(irc_server: IrcServer, channel: str) -> None:
    network = settings(irc_server, channel, relays=("bridge",))
    async with together(running(Bot(network)), person("bridge2", irc_server.plain_port)) as (
        bot,
        someone,
    ):
        await someone.join(channel)
        someone.say(channel, "!events")
        assert (await bot.hears("events")).name == "bridge2"


@pytest.mark.parametrize("whox", [True, False])
async def test_bots_are_known_without_tags_too(
    irc_server: IrcServer, channel: str, *, whox: bool
) -> None:
    hidden = ("message-tags", "account-tag")
    async with (
        relay(irc_server.plain_port, hidden=hidden, whox=whox) as route,
        together(
            person("robot", irc_server.plain_port), person("human", irc_server.plain_port)
        ) as (robot, human),
    ):
        robot.send("MODE robot +B")
        await robot.join(channel)
        await human.join(channel)
        async with running(Bot(settings(irc_server, channel, port=route.port))) as bot:
            await human.settle()
            robot.say(channel, "!events")
            await robot.settle()
            assert await heard_up_to_now(bot, human, channel) == []


async def test_each_sender_is_obeyed_in_order_and_nobody_waits_for_another(
    bot: Bot, alice: Person, irc_server: IrcServer, channel: str
) -> None:
    done, held = list[str](), asyncio.Event()

    async def hear(incoming: Incoming) -> Reply | None:
        if incoming.text == "slow":
            await held.wait()
        done.append(f"{incoming.name} {incoming.text}")
        return None

    bot.hear = hear
    async with person("bob", irc_server.plain_port) as bob:
        await bob.join(channel)
        alice.say(channel, "!slow")
        alice.say(channel, "!quick")
        await alice.settle()
        bob.say(channel, "!quick")
        await eventually(lambda: done == ["bob quick"])
        held.set()
        await eventually(lambda: done == ["bob quick", "alice slow", "alice quick"])


async def test_whoever_floods_is_obeyed_in_part(bot: Bot, alice: Person, channel: str) -> None:
    held = asyncio.Event()

    async def hear(_incoming: Incoming) -> Reply | None:
        await held.wait()
        return None

    bot.hear = hear
    for number in range(50):
        alice.say(channel, f"!flood {number}")
    await alice.settle()
    assert await bot.say(channel, "by now all of it was read")
    held.set()
    await eventually(lambda: len(bot.heard) == 8)
    assert bot.texts == [f"flood {number}" for number in range(8)]


async def test_a_fault_in_a_command_ends_nothing(irc_server: IrcServer, channel: str) -> None:
    async def hear(_incoming: Incoming) -> Reply | None:
        raise RuntimeError("a fault of ours")

    async with (
        running(Bot(settings(irc_server, channel), hear=hear)) as bot,
        person("alice", irc_server.plain_port) as alice,
    ):
        await alice.join(channel)
        alice.say(channel, "!one")
        alice.say(channel, "!two")
        await bot.hears("two")
        assert alice.said_by("bellringer") == []


@pytest.mark.parametrize(
    "text", ["€" * 166, "x" * 510, "\udcff\udcfe half", "nul\0l", "cr\rlf", "\u202edlrow\u200f"]
)
async def test_bytes_of_all_kinds_do_no_harm(
    bot: Bot, alice: Person, channel: str, text: str
) -> None:
    alice.send(f"PRIVMSG {channel} :!add {text}".encode(errors="surrogateescape"))
    alice.say(channel, "!after")
    await bot.hears("after")
    assert all(character not in t for t in bot.texts for character in "\r\n\0")


async def test_a_line_that_the_server_cut_in_a_character_is_read_up_to_there(
    bot: Bot, alice: Person, channel: str
) -> None:
    alice.say(channel, "!add " + "€" * 166)
    await eventually(lambda: bot.heard)
    assert set(bot.texts[0].removeprefix("add ")) == {"€"}
