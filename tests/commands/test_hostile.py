"""Hostile text in every place of every command: an answer or a refusal, and nothing else."""

import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from commands.declaration import Command
from commands.eventdesk import EVENT
from commands.rundesk import RUN
from storage import ledger
from storage.database import Database
from storage.events import EventRow
from storage.ledger import LedgerRow
from storage.runs import RunRow
from tests.commands import stage
from tests.commands.event_desks import NOW
from tests.commands.every_desk import every_command
from tests.commands.rundesks import POLICY, RunConversation

SECONDS = 2
MOST_LINES = 12
LONGEST_LINE = 1500
COMMANDS = {command.name: command for command in every_command()}
BOMBS = ("DAILY;BYMONTH=2;BYDAY=MO", "YEARLY;BYMONTH=2;BYMONTHDAY=30", "SECONDLY;BYSECOND=1,2,3")

HOSTILE = {
    "control characters": "".join(map(chr, [*range(32), *range(0x7F, 0xA0)])),
    "a second line": "a\r\nQUIT :b\0c\x01ACTION d\x01\u2028e\x85f",
    "a very long word": "x" * 10_000,
    "very many words": "word " * 2_000,
    "very many bars": "| a: b " * 1_500,
    "very many quotes": "\"'“" * 3_000,
    "brackets never closed": "[[{{" * 2_500,
    "brackets never opened": "]]}}" * 2_500,
    "right to left": "\u202e\u2066evil\u200f\u061c\u202d",
    "invisible": "\u200b\u200d\ufeff\u2060\u00ad",
    "wikitext": "[[User:X|{{subst:y|z}}]] <nowiki> '''x''' ~~~~ <!-- [[Category:Z]]",
    "percent": "%s %d %(name)s %n %1000000s",
    "braces": "{0.__class__.__init__.__globals__} {count} {title!r:>99999} {} {",
    "quotes in quotes": '"a \'b "c" d\' e" «f „g“ ‘h',
    "bars": "| | \\| [[a|b]] | {{c|d}} || --live --anyway",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 200,
    "accents upon accents": "Z" + "\u0301" * 2_000,
    "lone surrogates": "\ud800 x\udfff\udc80",
    "a huge number": "9" * 5_000,
    "numbers of other scripts": "-1 0 ² ③ ٣ 1e308 0x1f #-7 999999999",
    "SQL": "1'; DROP TABLE event; -- \" OR 1=1",
    "HTML": "<script>alert(1)</script>&amp;&#0;<a href='javascript:x'>",
    "paths": "../../etc/passwd file:../../../etc/passwd file:/dev/zero Etc/../../../dev/zero",
    "addresses": "http://[::1 https://u:p@host:99999/ a@b@libera @ # / \\ #chan,nel oftc/# //",
}

TIMES = {
    "the last year": "9999-12-31 23:59 America/Lima",
    "the first year": "0001-01-01 00:00 Pacific/Kiritimati",
    "ages ahead": "in 99999999999999 years 999999w 999999d",
    "days that are none": "31 feb 2027 25:61 1/1/1 next blursday +99:99 UTC+25",
    "a recurrence without end": "daily until 9999-12-31 except 9999-12-31",
    "a series of a thousand": "RRULE:FREQ=YEARLY;INTERVAL=100;COUNT=1000",
    **{f"a recurrence never met: {bomb}": f"RRULE:FREQ={bomb}" for bomb in BOMBS},
}
"""What is hostile where a time or a recurrence is read."""


SPEAKERS = (("alice", False), ("alice", True), ("eve", False), (None, True), (None, False))
"""A coordinator, somebody known, and somebody without an account: and who of them in private."""

NUMBER = re.compile(r"(?<=\s)7(?=\s|$)")


@pytest.fixture
async def talk(database: Database) -> RunConversation:
    conversation = RunConversation(database, every_command(), NOW, policy=POLICY, most=10**6)
    await conversation.appoint(["alice", "bob"])
    await conversation.say("timezone Europe/Stockholm", account="eve")
    for turn in range(4):
        await stage.plan(database, turn)
        await stage.begin(database, turn)
    return conversation


def lines_with(command: Command, text: str, *, number: int, turn: int) -> Iterator[str]:
    """Yield the command's example with `text` for its arguments, behind them, and within them."""
    example = NUMBER.sub(str(number), command.example)
    name = re.match(rf"{command.name}( {number}\b)?", example)
    assert name
    yield f"{name[0]} {text}"
    yield f"{example} {text}"
    for word in list(re.finditer(r"[^\s|]+", example))[turn % 4 :: 4]:
        yield f"{example[: word.start()]}{text}{example[word.end() :]}"


def texts_for(command: Command) -> Iterable[str]:
    """Return what to say to a command: to one without arguments all is just too much."""
    if not command.arguments:
        return islice(HOSTILE.values(), 6)
    timely = command.name.startswith(("event", "remindme", "timezone"))
    return (*HOSTILE.values(), *(TIMES.values() if timely else ()))


async def target(talk: RunConversation, command: Command, turn: int) -> int:
    """Return the number of something that the command is for: fresh when it may change it."""
    if command.writes and EVENT in command.arguments:
        return await stage.plan(talk.database, turn)
    if command.writes and RUN in command.arguments:
        return await stage.begin(talk.database, turn)
    return turn % 4 + 1


async def answered(talk: RunConversation, said: str, *, account: str | None, private: bool) -> None:
    """Say a line and see that the answer is fit to be said.

    What counts is how long it is worked on: a machine that is busy with something else may take
    any time, and a text that is a bomb takes all of it.
    """
    started = time.process_time()
    answer = await talk.reply(said, account=account, private=private)
    took = time.process_time() - started
    assert answer is not None
    shown = talk.text.lines(answer)
    assert took < SECONDS, f"{took:.1f} s for {said[:200]!r}"
    assert "dispatch.fault" not in {line.key for line in answer.lines}, ascii(said[:500])
    fit(shown)


def fit(shown: Sequence[str]) -> None:
    """See that these are few lines, neither long nor with anything in them that is not text."""
    assert 1 <= len(shown) <= MOST_LINES, shown
    for line in shown:
        assert line
        assert len(line) <= LONGEST_LINE, line
        strange = {c for c in line if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}}
        assert not strange, ascii(line)


async def all_is_well(talk: RunConversation) -> None:
    """See that the bot answers, that nothing is half-done, and that all can still be told."""
    assert (await talk.press("whoami")).lines[0].key == "people.known"
    assert "Commands" in await talk.say("help", account=None)
    async with talk.database.reading() as session:
        _, broken = await ledger.verify(session)
        begun = ((EventRow, ("event.added", "event.proposed")), (RunRow, ("run.new",)))
        for row, actions in begun:
            stand = await session.scalar(select(func.count()).select_from(row))
            wanted = LedgerRow.action.in_(actions)
            asked = select(func.count()).select_from(LedgerRow).where(wanted)
            assert stand == await session.scalar(asked)
    assert broken == ()
    for said in await talk.told():
        fit(said.splitlines())


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
async def test_hostile_text_gets_an_answer(talk: RunConversation, command: Command) -> None:
    for turn, text in enumerate(texts_for(command)):
        number = await target(talk, command, turn)
        for said in lines_with(command, text, number=number, turn=turn):
            await answered(talk, said, account="alice", private=bool(turn % 2))
    await all_is_well(talk)


WORDS = sorted({word for command in COMMANDS.values() for word in command.example.split()})
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([*HOSTILE.values(), *TIMES.values()]),
    st.sampled_from(["|", "|", "for", "until", "except", "--live", ":", "1", "2", "3", "4"]),
    st.text(max_size=30),
)
LINES = st.builds(
    lambda name, pieces, between: between.join([name, *pieces]),
    st.sampled_from([*COMMANDS]),
    st.lists(PIECES, max_size=8),
    st.sampled_from([" ", " ", " ", "", "\n", "\u00a0"]),
)


@pytest.mark.parametrize("backend", ["sqlite"])
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversation=st.lists(st.tuples(LINES, st.sampled_from(SPEAKERS)), min_size=1, max_size=3))
async def test_no_line_brings_the_bot_out_of_step(
    talk: RunConversation, conversation: list[tuple[str, tuple[str | None, bool]]]
) -> None:
    for said, (account, private) in conversation:
        await answered(talk, said, account=account, private=private)
    await all_is_well(talk)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_who_may_do_nothing_gets_an_answer_too(talk: RunConversation, text: str) -> None:
    for command, (account, private) in zip(COMMANDS.values(), cycle(SPEAKERS[2:]), strict=False):
        await answered(talk, f"{command.name} {text}", account=account, private=private)
    await all_is_well(talk)
