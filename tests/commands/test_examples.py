"""What the declarations say of themselves: examples that work, forms and help that answer."""

import re
from pathlib import Path

import pytest

from commands import grammar
from commands.arguments import Wrong, parse
from commands.declaration import Command, Kind, usage
from storage.database import Database
from tests.commands import stage
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW
from tests.commands.every_desk import every_command

COMMANDS = {command.name: command for command in every_command()}
NAMES = [name for command in COMMANDS.values() for name in (command.name, *command.aliases)]
CATALOGUE = Path(__file__).parents[2] / "chatbot/locale/en/LC_MESSAGES/bellringer.po"
HINT = re.compile(r"(?:\{prefix\}|(?i:say|saying) to me: )([a-z]+(?: [a-z{|]+)?)")
NOT_UNDERSTOOD = ("dispatch.", "wrong.", "details.", "offsets.", "zone.", "when.n", "repeat.not_")

each_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


@pytest.fixture
async def talk(database: Database) -> Conversation:
    conversation = Conversation(database, every_command(), NOW)
    await conversation.appoint(["alice", "bob"])
    for _ in range(7):
        await stage.plan(database, 0)
        await stage.begin(database, 0)
    return conversation


def test_each_name_and_alias_stands_for_one_command() -> None:
    assert len(set(NAMES)) == len(NAMES)


@each_command
def test_the_example_is_read_by_the_declaration(command: Command) -> None:
    parsed = grammar.split(command.example, NAMES)
    assert isinstance(parsed, grammar.Parsed)
    assert parsed.name == command.name
    assert not isinstance(parse(command, parsed), Wrong)


@each_command
def test_the_form_names_all_that_must_be_given(command: Command) -> None:
    parsed = grammar.split(usage(command), NAMES)
    assert isinstance(parsed, grammar.Parsed)
    assert parsed.name == command.name
    for argument in command.arguments:
        named = "N" if argument.kind is Kind.NUMBER else argument.name.upper()
        if not argument.optional and argument.kind in {Kind.WORD, Kind.NUMBER, Kind.WHEN}:
            assert named in usage(command).split()


@pytest.mark.parametrize("backend", ["sqlite"])
@each_command
async def test_the_example_is_obeyed_or_refused_for_a_good_reason(
    talk: Conversation, command: Command
) -> None:
    answer = await talk.reply(command.example)
    assert answer is not None
    assert not [line.key for line in answer.lines if line.key.startswith(NOT_UNDERSTOOD)]


@pytest.mark.parametrize("hint", HINT.findall(CATALOGUE.read_text()))
def test_a_hint_names_a_command_that_there_is(hint: str) -> None:
    assert isinstance(grammar.split(hint, NAMES), grammar.Parsed)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_help_explains_each_command(talk: Conversation) -> None:
    for command in COMMANDS.values():
        answer = await talk.say(f"help {command.name}", account=None)
        assert f"!{usage(command)}" in answer
    explained = await talk.say("help run report", account=None)
    assert "For example: !run report 7" in explained
