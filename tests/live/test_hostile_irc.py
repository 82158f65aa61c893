"""Hostile lines over a real connection: the bot answers the next one, and logs no fault."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.text import Texts
from commands.messages import line
from tests.peers.bellringer import DESK, TALKS, Operator
from tests.peers.cast import Cast, gathered
from tests.peers.irc import IrcServer

HALT = b"!halt all"
HALTED = Texts().words(line("run.nothing_runs"))
NO_WIKI = Texts().words(line("run.no_wiki"))
TO_TALKS, TO_DESK, TO_BOT = (f"PRIVMSG {to} :".encode() for to in (TALKS, DESK, "bellringer"))

OBEYED = {
    "invalid UTF-8": TO_TALKS + b"!event \xff\xfe\xfa\x80",
    "cut by the server in mid-character": TO_DESK + b"!run new " + "€".encode() * 166,
    "as long as a line may be": TO_DESK + b"!object 1 " + b"x" * 484,
    "nothing but marks of quotes": TO_BOT + b"run message 1 " + b"\"'|[[{{" * 65,
    "colours": TO_TALKS + b"!events \x02\x0304,05#to\x0fpic\x1d",
    "right to left": TO_DESK + "!run new \u202e\u2066tfel %s {0.__class__} {name}".encode(),
    "quoted line ends": TO_DESK + b"!run new \x10n\x10r\x100QUIT :bye",
    "a carriage return": TO_DESK + b"!run new a\rQUIT :bye",
    "a second CTCP within": TO_DESK + b"!run new \x01VERSION\x01 x",
    "to several at once": b"PRIVMSG bellringer," + TALKS.encode() + b" :!coordinator add \x00@,",
}
"""Lines of a coordinator that are for the bot, whatever it makes of them."""

NOT_OBEYED = {
    "an action": TO_TALKS + b"\x01ACTION " + HALT + b"\x01",
    "an action in private": TO_BOT + b"\x01ACTION " + HALT + b"\x01",
    "a notice": b"NOTICE " + TALKS.encode() + b" :" + HALT,
    "a notice in private": b"NOTICE bellringer :" + HALT,
    "for operators of the channel": b"PRIVMSG @" + TALKS.encode() + b" :" + HALT,
    "a CTCP query": TO_BOT + b"\x01VERSION " + HALT + b"\x01",
    "a file": TO_BOT + b"\x01DCC SEND ../../etc/passwd 2130706433 1 1\x01",
    "a lone mark": TO_BOT + b"\x01",
    "the prefix alone": TO_TALKS + b"!!!!!! " + HALT,
    "the name alone": TO_TALKS + b"bellringer " + HALT,
}


@pytest.fixture
async def cast(tmp_path: Path, irc_server: IrcServer) -> AsyncIterator[Cast]:
    """A bot without any wiki, and everybody."""
    operator = Operator(folder=tmp_path, irc=irc_server, wikis={})
    async with gathered(operator) as everybody:
        await everybody.start_bot()
        await operator.logged("irc.connected")
        yield everybody


async def after(cast: Cast, hostile: bytes, turn: int) -> None:
    """Send a line, and see that the bot hears what is said next."""
    cast.alice.send(hostile)
    await cast.alice.settle()
    cast.carol.say(TALKS, f"!help nothing{turn}")
    await cast.carol.hears(f'I know no command "nothing{turn}"')


async def test_hostile_lines_do_no_harm(cast: Cast) -> None:
    mark = cast.carol.mark()
    for turn, hostile in enumerate([*OBEYED.values(), *NOT_OBEYED.values()]):
        await after(cast, hostile, turn)
    said = [*cast.alice.said_by("bellringer"), *cast.carol.said_by("bellringer")]
    assert [text for text in said if NO_WIKI in text]
    assert not [text for text in said if HALTED in text]
    gone = re.compile(r":bellringer!\S+ (QUIT|PART|NICK|KICK)")
    assert not [each for each in cast.carol.lines[mark:] if gone.match(each)]
    assert cast.operator.stop() == 0
    assert "error" not in cast.operator.log
    assert "Traceback" not in cast.operator.log
    assert cast.operator.does("audit", "verify").returncode == 0
