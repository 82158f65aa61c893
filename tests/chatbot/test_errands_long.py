"""Errands that take long: they go on where they were, say how far they are, and are given up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from chatbot.errands.gathering import Gathering
from commands.messages import line
from storage import errands, gathering
from storage.database import Database
from storage.runvalues import Errand
from tests.chatbot.erranding import Office, office

LEASE = timedelta(minutes=2)


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(database, tmp_path) as opened:
        await opened.chat.say("run new December")
        yield opened


async def taken(desk: Office) -> Errand:
    """Ask for an audience, and take the errand as another process would."""
    await desk.chat.say("run audience 1 [[List]]")
    async with desk.chat.database.transaction() as session:
        errand = await errands.claim(session, holder="another", now=desk.chat.now, lease=LEASE)
    assert errand is not None
    return errand


def memory(desk: Office, errand: Errand) -> Gathering:
    return Gathering(
        database=desk.chat.database,
        errand=errand,
        clock=lambda: desk.chat.now,
        told=lambda: None,
    )


async def test_a_part_is_made_once_and_forgotten_when_the_errand_is_done(desk: Office) -> None:
    errand, made = await taken(desk), []

    async def make() -> dict[str, int]:
        made.append(1)
        return {"Ada": len(made)}

    for _ in range(2):
        assert await memory(desk, errand).part("people", dict[str, int], make) == {"Ada": 1}
    # The other process dies: its lease runs out, and this one does the errand.
    await desk.jump(LEASE)
    assert "has 3 recipients" in await desk.answer()
    async with desk.chat.database.reading() as session:
        assert await gathering.part(session, errand.number, "people") is None


async def test_a_long_errand_says_now_and_then_how_far_it_is(desk: Office) -> None:
    voice = memory(desk, await taken(desk))
    for read in range(1, 7):
        await voice.say(line("gathering.articles", read=read, count=9))
        desk.chat.now += timedelta(seconds=20)
    assert await desk.chat.progress() == ["Still reading: 4 of 9 articles."]


async def test_a_recipe_kept_elsewhere_is_said_once_before_it_runs(desk: Office) -> None:
    errand = await taken(desk)
    for _ in range(2):
        await memory(desk, errand).tell(line("gathering.articles", read=1, count=2))
    assert await desk.chat.progress() == ["Still reading: 1 of 2 articles."]


async def test_a_new_recipe_takes_the_place_of_one_under_way(desk: Office) -> None:
    old = await taken(desk)
    assert "has 2 recipients" in await desk.ask("run audience 1 file:people.tsv")
    async with desk.chat.database.transaction() as session:
        assert not await errands.finish(session, old.number, holder="another")


async def test_an_audience_under_way_is_given_up_by_a_word(desk: Office) -> None:
    old = await taken(desk)
    assert "any more" in await desk.chat.say("run audience 1 stop")
    assert "No audience of run 1" in await desk.chat.say("run audience 1 stop")
    async with desk.chat.database.transaction() as session:
        renewed = await errands.renew(
            session, old.number, holder="another", until=desk.chat.now + LEASE
        )
    assert not renewed
