"""No line from a server ends the connection, however malformed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from commands.messages import Unreachable
from storage.values import Identity
from tests.peers.irc_bot import Bot, eventually, running, settings
from tests.peers.irc_fake import FakeServer, fake_server

ALICE = b":alice!a@host.example "
COMMAND = b"@time=2999-01-01T00:00:00.000Z;account=alice " + ALICE + b"PRIVMSG #c :!after\r\n"

MALFORMED = {
    "invalid UTF-8": ALICE + b"PRIVMSG #c :\xff\xfe\xfa",
    "a cut character": ALICE + b"PRIVMSG #c :" + "€".encode() * 150 + b"\xe2\x82",
    "one space": b" ",
    "only blanks": b"    ",
    "only a prefix": b":alice!a@host.example",
    "only tags": b"@account=alice",
    "empty tags": b"@ " + ALICE + b"PRIVMSG #c :!x",
    "no text": ALICE + b"PRIVMSG #c",
    "no target": ALICE + b"PRIVMSG",
    "no source": b"PRIVMSG #c :!x",
    "a quit without reason": ALICE + b"QUIT",
    "a quit of nobody": b"QUIT",
    "a nick without source": b"NICK alice",
    "a nick without nick": ALICE + b"NICK",
    "a join without source": b"JOIN #c",
    "a join of nothing": ALICE + b"JOIN",
    "a kick of nobody": ALICE + b"KICK #c",
    "an account without name": ALICE + b"ACCOUNT",
    "an account of nobody": b"ACCOUNT alice",
    "isupport prefix": b":fake 005 bellringer PREFIX=foo :are supported",
    "isupport targmax": b":fake 005 bellringer TARGMAX=a:x,b :are supported",
    "isupport alone": b":fake 005",
    "cap alone": b":fake CAP",
    "cap without list": b":fake CAP * LS",
    "cap of unknown kind": b":fake CAP * WHATEVER :x",
    "authenticate alone": b"AUTHENTICATE",
    "ping alone": b"PING",
    "pong alone": b":fake PONG",
    "error alone": b"ERROR",
    "who alone": b":fake 354 bellringer",
    "who with little": b":fake 354 bellringer 152 #c",
    "whois alone": b":fake 311",
    "whois with little": b":fake 330 bellringer",
    "end of whois alone": b":fake 318",
    "an error numeric alone": b":fake 404",
    "an error numeric of long digits": b":fake 40404 bellringer #c :x",
    "host change without host": b":bellringer!b@h CHGHOST",
    "displayed host alone": b":fake 396",
    "logged in alone": b":fake 900",
    "sasl failure unasked": b":fake 904",
    "nick in use late": b":fake 433",
    "time of nonsense": b"@time=never " + ALICE + b"PRIVMSG #c :!x",
    "a quoted line feed": ALICE + b"PRIVMSG #c :\x10n\x10r\x100",
    "a lone ctcp mark": ALICE + b"PRIVMSG #c :\x01",
    "nul": ALICE + b"PRIVMSG #c :\0\0",
    "a notice without text": b":fake NOTICE #c",
    "a notice without source": b"NOTICE #c :Replaying up to 5 lines",
    "an endless line": b"x" * 100_000,
    "an odd mask": b":alice!@ PRIVMSG #c :!x",
    "an odd nick": b":a,b!a@h PRIVMSG #c :!x",
    "a channel with a no-break space": ALICE + "PRIVMSG #c\u00a0d :!x".encode(),
    "an unknown command": b":fake \xc3\xa9\xc3\xa9 x",
}


@pytest.fixture(name="fake")
async def fake_network() -> AsyncIterator[FakeServer]:
    async with fake_server() as fake:
        yield fake


@pytest.fixture(name="bot")
async def bot_on_the_fake(fake: FakeServer) -> AsyncIterator[Bot]:
    async with running(Bot(settings(fake, "#c", sasl_password=None))) as bot:
        yield bot


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_line_does_no_harm(fake: FakeServer, bot: Bot, line: bytes) -> None:
    fake.send(line + b"\r\n" + COMMAND)
    heard = await bot.hears("after")
    assert heard.identity == Identity("test", "alice")
    assert bot.texts == ["after"]
    await fake.receives(lambda sent: sent == "PRIVMSG #c :alice: heard after by alice")
    assert fake.connections == 1


async def test_all_of_them_at_once_do_no_harm(fake: FakeServer, bot: Bot) -> None:
    fake.send(b"\r\n".join([*MALFORMED.values(), COMMAND]))
    await bot.hears("after")
    assert fake.connections == 1


async def test_whoever_quit_without_a_reason_is_forgotten(fake: FakeServer, bot: Bot) -> None:
    fake.send(ALICE + b"JOIN #c alice :real name\r\n" + ALICE + b"QUIT\r\n" + COMMAND)
    await bot.hears("after")
    telling = asyncio.create_task(bot.say("alice", "secret"))
    await fake.receives(lambda sent: sent == "WHOIS alice")
    fake.send(b":fake 318 bellringer alice :End of WHOIS\r\n")
    with pytest.raises(Unreachable):
        await telling


async def test_nickserv_is_asked_for_the_nick_where_that_is_configured(fake: FakeServer) -> None:
    fake.nick = "bellringer_"
    network = settings(fake, "#c", sasl_password=None, nickserv_regain=True)
    async with running(Bot(network)):
        await fake.receives(lambda sent: sent == "PRIVMSG NickServ :REGAIN bellringer")


async def test_settings_that_cannot_be_sent_are_a_trouble_that_is_said(fake: FakeServer) -> None:
    state = await Bot(settings(fake, realname="two\nlines")).client.check()
    assert state.trouble


async def test_a_reason_is_kept_when_the_server_closes(fake: FakeServer, bot: Bot) -> None:
    fake.send(b"ERROR :Closing link: (K-Lined)\r\n")
    fake.hang_up()
    await eventually(lambda: fake.connections == 2)
    reasons = [entry.get("reason") for entry in bot.log.entries]
    assert "Closing link: (K-Lined)" in reasons


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async with fake_server(welcoming=False) as fake:
        state = await Bot(settings(fake, connect_timeout=0.2)).client.check()
        assert state.trouble == "the server did not let us in in time"


async def test_tls_to_a_port_without_it_is_given_up() -> None:
    async with fake_server(welcoming=False) as fake:
        state = await Bot(settings(fake, tls=True, connect_timeout=0.2)).client.check()
        assert state.trouble == "no answer within 0.2 s"
