"""What the menu of commands offers, and in which order."""

import pytest

from chatbot.telegram.menu import LONGEST_DESCRIPTION, MOST_COMMANDS, menu
from commands.declaration import Call, Command, Who
from commands.messages import Reply
from tests.commands.every_desk import every_command


async def _never(_call: Call) -> Reply:
    raise AssertionError("a menu obeys nothing")


def command(name: str, who: Who = Who.ALL) -> Command:
    return Command(name, who, "help.help", name, _never)


def names(*commands: Command, leading: bool = True) -> list[str]:
    return [name for name, _ in menu(commands, lambda each: each.name, leading=leading)]


def test_coordinators_commands_are_offered_to_coordinators() -> None:
    both = (command("events"), command("run new", Who.COORDINATOR))
    assert names(*both, leading=False) == ["events"]
    assert names(*both, leading=True) == ["events", "run_new"]


def test_the_most_useful_stand_first_and_the_others_in_the_order_of_the_help() -> None:
    shown = names(*map(command, ("help", "whoami", "remindme", "events")))
    assert shown == ["events", "remindme", "help", "whoami"]


@pytest.mark.parametrize("name", ["héllo", "a" * 33, "a-b"])
def test_what_telegram_does_not_take_as_a_name_is_left_out(name: str) -> None:
    assert names(command(name), command("next")) == ["next"]


def test_a_long_description_is_cut_between_words() -> None:
    [(_, described)] = menu([command("next")], lambda _: "word " * 100, leading=False)
    assert described.endswith("word…")
    assert len(described) <= LONGEST_DESCRIPTION


def test_there_are_no_more_than_telegram_takes() -> None:
    many = names(*(command(f"c{number}") for number in range(150)))
    assert many == [f"c{number}" for number in range(MOST_COMMANDS)]


def test_every_command_has_its_place() -> None:
    commands = every_command()
    assert sorted(names(*commands)) == sorted(each.name.replace(" ", "_") for each in commands)
