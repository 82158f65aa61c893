"""What went out is put right by a run of its own: who is in it, and what it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage import deliveries, funnels, runs
from storage.database import Database
from storage.runvalues import Recipient, RunKind, RunState
from tests.chatbot.erranding import Office, office
from tests.delivering import delivering, until_state
from tests.prepared import all_deliveries, confirmed

PLACES = (("metawiki", "Ada"), ("metawiki", "Bo"), ("svwiki", "Cleo"))


@pytest.fixture
async def sent(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with run 1, which is done: three got its message."""
    async with office(database, tmp_path) as opened:
        audience = [
            Recipient(number, wiki, f"User talk:{name}", name, name, "you gave a talk")
            for number, (wiki, name) in enumerate(PLACES, start=1)
        ]
        run = await confirmed(database, audience)
        async with delivering(database, opened.wikis, folder=tmp_path):
            await until_state(database, run)
        yield opened


async def audience(desk: Office, run: int) -> list[str | None]:
    async with desk.chat.database.reading() as session:
        found = await deliveries.of_run(session, run)
    return [each.recipient.user for each in found]


async def test_a_correction_is_for_those_whose_message_stands_untouched(sent: Office) -> None:
    page = sent.folder / "metawiki/User_talk/Bo.wiki"
    page.write_text(f"{page.read_text()}\n:Thank you!\n")
    (sent.folder / "svwiki/User_talk/Cleo.wiki").unlink()
    await sent.ask("run correct 1 | Tech talk on Friday | It is on Friday.")
    assert await audience(sent, 2) == ["Ada"]
    async with sent.chat.database.reading() as session:
        run = await runs.get(session, 2)
        steps = {each.step: each.taken for each in await funnels.steps(session, 2)}
    assert run is not None
    assert (run.kind, run.of_run, run.subject) == (RunKind.CORRECTION, 1, "Tech talk on Friday")
    assert (steps["section-answered"], steps["section-gone"]) == (1, 1)


async def test_a_correction_is_previewed_and_proposed_as_every_run(sent: Office) -> None:
    await sent.ask("run correct 1 | Tech talk on Friday | It is on Friday.")
    preview = await sent.ask("run preview 2")
    assert "puts this text where the messages of run 1 stand" in preview
    assert "It is on Friday." in preview
    assert "3 messages (metawiki: 2, svwiki: 1)" in await sent.ask("run propose 2")
    assert "confirm 2" in await sent.ask("run preview 2", account="bob")


async def test_a_retraction_needs_no_text(sent: Office, database: Database, tmp_path: Path) -> None:
    answer = await sent.ask("run retract 1 | it will not take place")
    assert "3 messages of run 1 stand as they were sent" in answer
    preview = await sent.ask("run preview 2")
    assert "takes the messages of run 1 off the pages" in preview
    assert "it will not take place" in preview
    await sent.ask("run propose 2")
    async with database.transaction() as session:
        proposed = await runs.get(session, 2, lock=True)
        assert proposed is not None
        assert proposed.state is RunState.PROPOSED
        await runs.save(session, replace(proposed, state=RunState.CANARY))
    async with delivering(database, sent.wikis, folder=tmp_path):
        await until_state(database, proposed)
    assert [each.outcome for each in await all_deliveries(database, proposed)] == ["", "", ""]
    assert "Tech talk" not in (sent.folder / "metawiki/User_talk/Ada.wiki").read_text()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("run correct 1", "run message"),
        ("run correct 9 | A | B", "no run 9"),
        ("run retract 2", "To put that right again, name run 1"),
        ("run audience 2 [[List]]", "puts run 1 right"),
        ("run message 2 | A | B", "puts run 1 right"),
        ("run test 2 [[User:Alice]]", "puts run 1 right"),
        ("run retract 3", "draft"),
    ],
)
async def test_what_cannot_be_is_answered(sent: Office, command: str, answer: str) -> None:
    await sent.ask("run retract 1")
    await sent.chat.say("run new January")
    assert answer in await sent.chat.say(command)
