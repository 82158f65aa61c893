"""Long lists are read a page at a time, by a button or by the word that the answer names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.messages import LONGEST_COMMAND, Reply
from storage.database import Database
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, event_desks
from tests.commands.every_desk import every_command
from tests.commands.rundesks import RunConversation


@pytest.fixture
async def talks(database: Database) -> Conversation:
    """Twenty talks, one an hour."""
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    for number in range(20):
        await conversation.say(f"event add tech-talk in {number + 1} hours | T | topic: x")
    return conversation


def turning(said: Reply) -> list[str]:
    assert all(each.turns for each in said.buttons)
    return [each.command for each in said.buttons]


def numbers(chat: Conversation, said: Reply) -> list[int]:
    words = chat.words(said).splitlines()
    return [int(each.partition(".")[0]) for each in words if each[0].isdigit()]


@pytest.mark.parametrize(
    ("command", "first", "count", "buttons"),
    [
        ("events", 1, 8, ["events page 2"]),
        ("events page 1", 1, 8, ["events page 2"]),
        ("events page 2", 9, 8, ["events", "events page 3"]),
        ("events PAGE #3", 17, 4, ["events page 2"]),
        ("events page 99", 17, 4, ["events page 2"]),
        ("events page 0", 1, 8, ["events page 2"]),
        ("events week page 2", 9, 8, ["events week", "events week page 3"]),
        ("events #x", 1, 8, ["events #x page 2"]),
    ],
)
async def test_events_are_paged(
    talks: Conversation, command: str, first: int, count: int, buttons: list[str]
) -> None:
    said = await talks.press(command)
    assert numbers(talks, said) == list(range(first, first + count))
    assert turning(said) == buttons


async def test_the_answer_says_how_to_go_on(talks: Conversation) -> None:
    assert (await talks.say("events week")).endswith("And 12 more: !events week page 2")
    assert "more" not in await talks.say("events page 3")


async def test_a_short_list_has_nothing_to_turn(talks: Conversation) -> None:
    talks.now += timedelta(hours=13)
    assert (await talks.press("events")).buttons == ()


async def test_what_does_not_fit_into_a_button_is_not_one(talks: Conversation) -> None:
    topic = "ü" * 30
    for number in range(1, 10):
        await talks.say(f"event edit {number} | topic: {topic}")
    said = await talks.press(f"events #{topic}")
    assert said.buttons == ()
    assert len(f"events #{topic} page 2".encode()) > LONGEST_COMMAND
    assert f"!events #{topic} page 2" in talks.words(said)


@pytest.mark.parametrize("given", ["page", "page x", "week page", "page 1 page 2"])
async def test_a_page_without_a_number_is_no_page(talks: Conversation, given: str) -> None:
    assert not numbers(talks, await talks.press(f"events {given}"))


async def test_help_is_paged(database: Database) -> None:
    chat = Conversation(database, every_command()[1:], NOW)
    first = await chat.press("help run")
    assert turning(first) == ["help run page 2"]
    second = await chat.press("help run page 2")
    assert turning(second) == ["help run", "help run page 3"]
    third = await chat.press("help run page 3")
    assert turning(third) == ["help run page 2"]
    assert chat.words(first).count("run ") > chat.words(third).count("run ")


async def test_runs_are_paged(database: Database, tmp_path: Path) -> None:
    now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    channel = RunConversation.of(database, now, folder=tmp_path)
    await channel.appoint(["alice"])
    for number in range(1, 13):
        await channel.say(f"run new Number {number}")
    first = await channel.press("runs")
    assert channel.words(first).endswith("And 2 more: !runs page 2")
    assert turning(first) == ["runs page 2"]
    second = await channel.press("runs page 2")
    assert channel.words(second).splitlines()[0].startswith("Run 2 (Number 2)")
    assert turning(second) == ["runs"]


async def test_a_report_goes_as_a_file_with_its_first_page(
    database: Database, tmp_path: Path
) -> None:
    now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    channel = RunConversation.of(database, now, folder=tmp_path)
    await channel.appoint(["alice"])
    await channel.prepare()
    said = await channel.press("run report 1")
    assert said.document is not None
    assert (said.document.kind, said.document.number) == ("report", 1)
