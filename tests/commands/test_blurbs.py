"""Volunteers get texts to share, in the language that they ask for."""

from __future__ import annotations

import pytest

from chatbot.text import Texts
from commands.blurbs import Blurbs
from commands.postpolicy import PostPolicy
from storage.database import Database
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, event_desks

LINK = "https://meet.example.org/talks"


@pytest.fixture
async def channel(database: Database) -> Conversation:
    texts = Texts()
    policy = PostPolicy(words=texts.words, languages=texts.languages, tags=("Wikimedia",))
    conversation = Conversation(database, (*event_desks(), *Blurbs(policy=policy).commands()), NOW)
    await conversation.appoint(["alice"])
    await conversation.say(
        "event add tech-talk 2026-12-17 18:00 Europe/Stockholm | How talk pages work"
        f" | speaker: Ada | link: {LINK} | about: All about @pings and #tags."
    )
    return conversation


async def test_there_is_a_short_text_and_a_longer_one(channel: Conversation) -> None:
    said = await channel.say("blurb 1", account=None)
    assert said == (
        "Short text about event 1 (English):\n"
        "How talk pages work\n"
        "Thu 17 Dec 2026 17:00 UTC (18:00 Europe/Stockholm)\n"
        f"{LINK}\n"
        "Longer text about event 1 (English):\n"
        "You are invited: How talk pages work\n"
        "All about @\u2060pings and #\u2060tags.\n"
        "Thu 17 Dec 2026 17:00 UTC (18:00 Europe/Stockholm)\n"
        "With Ada.\n"
        f"More, and how to take part: {LINK}\n"
        "#Wikimedia"
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("sv", "Du är inbjuden: How talk pages work"),
        ("svenska", "tors 17 dec. 2026 17:00 UTC (18:00 Europe/Stockholm)"),
        ("es", "Te invitamos: How talk pages work"),
        ("AR", "أنتم مدعوون: "),
    ],
)
async def test_it_is_in_the_language_asked_for(
    channel: Conversation, asked: str, words: str
) -> None:
    assert words in await channel.say(f"blurb 1 {asked}")


async def test_an_events_own_language_is_taken_where_none_is_asked_for(
    channel: Conversation,
) -> None:
    await channel.say("event edit 1 | language: es")
    assert "Te invitamos" in await channel.say("blurb 1")


async def test_a_language_that_is_not_spoken_is_said(channel: Conversation) -> None:
    assert "I do not write in “tlh”. These I know: en (English)" in await channel.say("blurb 1 tlh")


async def test_what_is_cancelled_is_not_shared(channel: Conversation) -> None:
    await channel.say("event cancel 1 ill")
    assert "There is nothing to share about event 1" in await channel.say("blurb 1")


async def test_no_title_makes_a_short_text_long_or_ping(channel: Conversation) -> None:
    await channel.say(f"event edit 1 | title: {'@everyone ' * 19}")
    answer = await channel.reply("blurb 1")
    assert answer is not None
    short = [str(each.values["words"]) for each in answer.lines[1:4]]
    assert len("\n".join(short).replace("\u2060", "")) <= 280
    assert "@e" not in channel.words(answer)
