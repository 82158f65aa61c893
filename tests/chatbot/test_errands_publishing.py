"""Reports on wikis: a page of its own, and nobody's words are ever replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from storage import runs, stops
from storage.database import Database
from storage.runvalues import RunState, Stop, StopKind
from tests.chatbot.erranding import NOW, Office, office

NAME = "User/Bellringer%2FReport.wiki"
ASKED = "run report 1 [[User:Bellringer/Report]]"
MARKER = "<!-- Bellringer: report of run 1 -->\n"


def standing(opened: Office, wiki: str = "metawiki", name: str = NAME) -> str:
    return (opened.folder / wiki / name).read_text()


async def begin(opened: Office) -> None:
    """Let run 1 be one that was started."""
    await opened.chat.say("run new December")
    async with opened.chat.database.transaction() as session:
        run = await runs.get(session, 1, lock=True)
        assert run is not None
        await runs.save(session, replace(run, state=RunState.DONE, started_at=NOW))


async def test_what_nobody_has_confirmed_is_not_brought_to_a_page(
    database: Database, tmp_path: Path
) -> None:
    async with office(database, tmp_path) as opened:
        await opened.chat.say("run new December")
        assert "cannot be done now" in await opened.chat.say(ASKED)


async def test_a_page_is_made_and_made_anew(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as opened:
        await begin(opened)
        answer = await opened.ask(ASKED)
        assert "stands on [[User:Bellringer/Report]] (metawiki)" in answer
        assert standing(opened).rstrip() == f"{MARKER}It went well."
        opened.report = "It went even better."
        await opened.ask(ASKED)
        assert standing(opened).rstrip() == f"{MARKER}It went even better."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Somebody's own page.", "what stands there is not my report of run 1"),
        ("<!-- Bellringer: report of run 2 -->\nOf another.", "not my report of run 1"),
        (f"{MARKER}It went well, they say.", "somebody has edited it since I wrote it"),
    ],
    ids=["a person's", "another run's", "edited since"],
)
async def test_what_is_not_ours_stays_as_it_is(
    database: Database, tmp_path: Path, text: str, answer: str
) -> None:
    async with office(database, tmp_path) as opened:
        await begin(opened)
        opened.place(NAME, text)
        assert answer in await opened.ask(ASKED)
        assert standing(opened) == text


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ("[[Newsletter]]", "not for articles or talk pages"),
        ("[[User talk:Ada]]", "not for articles or talk pages"),
        ("[[User:Ada/../Bo]]", "There can be no page"),
        ("[[User:Ada|Report]] x", "Name one page in brackets"),
        ("User:Ada", "Name one page in brackets"),
    ],
)
async def test_a_page_that_is_not_for_it_is_refused(
    database: Database, tmp_path: Path, page: str, answer: str
) -> None:
    async with office(database, tmp_path) as opened:
        await begin(opened)
        said = await opened.chat.say(f"run report 1 {page}")
        assert answer in said + await opened.answer()


async def test_a_wiki_that_stopped_the_bot_gets_no_report(
    database: Database, tmp_path: Path
) -> None:
    async with office(database, tmp_path) as opened:
        await begin(opened)
        stop = Stop("metawiki", StopKind.PAGE, "User:Bellringer/Stop", 7, "Grace", NOW)
        async with database.transaction() as session:
            await stops.stop(session, stop)
        assert "Grace" in await opened.ask(ASKED)
        assert not (opened.folder / "metawiki" / NAME).exists()


async def test_another_wiki_can_be_named(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as opened:
        await begin(opened)
        assert "(svwiki)" in await opened.ask("run report 1 [[svwiki:User:Bellringer/Report]]")
        assert standing(opened, "svwiki").startswith(MARKER)
