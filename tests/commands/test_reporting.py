"""Accounts of a run in a chat: in short, step by step, and of one person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from commands.messages import Document, DocumentKind
from commands.rules.considered import Considered
from commands.rules.homes import Home
from commands.rules.humans import Seen
from commands.rules.recipe import HomeRule
from storage import considered, deliveries, funnels
from storage.database import Database
from storage.runvalues import DeliveryState, FunnelStep, LeftOut, Recipient
from tests.commands.rundesks import RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ADA = Considered(
    key="central:1",
    name="Ada Lovelace",
    names=("Ada Lovelace", 'Åda "Byron"'),
    accounts=(Seen("svwiki", "Ada Lovelace", 40), Seen("metawiki", "Ada Lovelace", 2)),
    home=Home("svwiki", "Ada Lovelace", HomeRule.HOME, 40, "sv"),
    number=1,
)
BOT = Considered("central:2", "Robo", ("Robo",), (Seen("svwiki", "Robo", 9),), step="bot")


@pytest.fixture
async def chat(database: Database, tmp_path: Path) -> RunConversation:
    """A chat with a prepared run 1, and what was found out about two people."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path)
    await conversation.appoint(["alice", "bob"])
    await conversation.prepare()
    async with database.transaction() as session:
        people = [(each.name, msgspec.to_builtins(each)) for each in (ADA, BOT)]
        await considered.keep(session, 1, people)
        steps = [FunnelStep("bot", 900, 103), FunnelStep("locked", 0, 103)]
        await funnels.keep(session, 1, [*steps, FunnelStep("gone", 100, 3)], [])
    return conversation


async def test_a_report_is_written_and_sent(chat: RunConversation, tmp_path: Path) -> None:
    await chat.settle(1, DeliveryState.FAILED, outcome="protected")
    answer = await chat.reply("run report 1")
    assert answer is not None
    assert answer.document == Document(DocumentKind.REPORT, 1)
    said = chat.words(answer)
    assert "metawiki: 0 of 2 delivered, 0 skipped, 1 failed, 1 waiting." in said
    assert "1 failed: the page is protected." in said
    assert f"The whole report is in {tmp_path / 'run-1.html'}, {tmp_path / 'run-1.csv'}" in said


async def test_the_funnel_is_drawn_in_letters(chat: RunConversation) -> None:
    answer = await chat.reply("run funnel 1")
    assert answer is not None
    assert answer.document == Document(DocumentKind.FUNNEL, 1)
    assert chat.words(answer).splitlines() == [
        "▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓ 1003 considered",
        "▓▓░░░░░░░░░░░░░░ \u2007103 left without 900: a bot",
        "▓░░░░░░░░░░░░░░░ \u2007\u2007\u20073 left without 100: not active any more",
    ]


async def test_a_run_without_an_audience_has_no_funnel(chat: RunConversation) -> None:
    await chat.say("run new Other")
    assert "has no audience yet" in await chat.say("run funnel 2")
    assert "no run 9" in (await chat.say("run funnel 9")).casefold()


@pytest.mark.parametrize(
    "typed", ["Ada Lovelace", "ada_Lovelace", "[[User:Ada Lovelace]]", "@ada Lovelace"]
)
async def test_it_is_explained_why_somebody_is_written_to(
    chat: RunConversation, typed: str
) -> None:
    answer = await chat.reply(f"run who 1 {typed}")
    assert answer is not None
    assert answer.private
    said = chat.words(answer)
    assert "svwiki" in said
    assert "40" in said


async def test_it_is_explained_why_somebody_is_not(chat: RunConversation) -> None:
    assert "a bot" in await chat.say("run who 1 Robo")


async def test_it_is_said_how_somebody_stands_by_now(chat: RunConversation) -> None:
    ada = Recipient(3, "svwiki", "Användardiskussion:Ada", "Ada", "Ada", "", human="central:1")
    async with chat.database.transaction() as session:
        await deliveries.freeze(session, 1, [ada])
    said = await chat.say("run who 1 Ada Lovelace")
    assert "is recipient 3, on svwiki" in said
    assert "The message: waiting." in said


async def test_who_has_opted_out_since_is_no_recipient_any_more(chat: RunConversation) -> None:
    gone = LeftOut("svwiki", "Användardiskussion:Ada Lovelace", "Ada", "opted-out", "our list")
    async with chat.database.transaction() as session:
        await funnels.keep(session, 1, [], [gone])
    said = await chat.say("run who 1 Ada Lovelace")
    assert "opted out" in said
    assert "recipient" not in said


async def test_people_are_found_under_the_name_they_had(chat: RunConversation) -> None:
    assert "Ada Lovelace" in await chat.say('run who 1 åda "Byron"')


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Ada Lovelave", "Is it one of these: Ada Lovelace?"),
        ("Zuse", 'Nobody called "Zuse" was considered for run 1.'),
        ("%", 'Nobody called "%" was considered for run 1.'),
        ("<b>", '"<b>" is no user name.'),
    ],
)
async def test_who_is_not_found_is_said_to_be_so(
    chat: RunConversation, typed: str, said: str
) -> None:
    assert said in await chat.say(f"run who 1 {typed}")


async def test_only_coordinators_are_told_of_people(chat: RunConversation) -> None:
    for command in ("run who 1 Robo", "run funnel 1", "run report 1"):
        assert "coordinator" in await chat.say(command, account="mallory")
