"""How a run goes its course: rests, is halted by itself, stopped by a wiki, or comes too late."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from commands.messages import Line, recalled
from commands.rules.pace import Hours, WikiPace
from commands.writes import Outcome
from storage import optouts, runs, stops
from storage.database import Database
from storage.notices import NoticeRow
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunState
from tests.delivering import QUICK, delivering, until, until_sent, until_state
from tests.peers.scripted_wiki import Deed, ScriptedWiki
from tests.prepared import all_deliveries, confirmed, recipients, resume, said, stands

Make = Callable[..., ScriptedWiki]
LONG = timedelta(hours=1)
STOP_PAGE = "User:Bellringer/Stop"
STOPPABLE = replace(QUICK, stop_pages={"enwiki": STOP_PAGE})


@pytest.fixture
def wiki(tmp_path: Path) -> Make:
    """Make a wiki, of the name `enwiki` where none is given."""

    def made(*deeds: Deed, name: str = "enwiki") -> ScriptedWiki:
        return ScriptedWiki(name=name, folder=tmp_path / "wikis", deeds=deeds)

    return made


def people(number: int, *, wiki: str = "enwiki") -> list[Recipient]:
    return recipients((wiki, f"Person {each}") for each in range(1, number + 1))


def ends(settled: tuple[Delivery, ...]) -> list[tuple[str, str]]:
    return [(each.state, each.outcome) for each in settled]


async def until_said(database: Database, run: Run, key: str) -> None:
    async def heard() -> bool:
        return key in await said(database, run)

    await until(heard)


async def until_stopped(database: Database, *wikis: str) -> None:
    async def stopped() -> bool:
        async with database.reading() as session:
            return {each.wiki for each in await stops.standing(session)} == set(wikis)

    await until(stopped)


async def told(database: Database, key: str) -> list[Line]:
    """Return what coordinators are told by this key, of whatever run."""
    async with database.reading() as session:
        rows = await session.scalars(select(NoticeRow).order_by(NoticeRow.number))
        lines = [each for row in rows for each in recalled(row.reply or {}).lines]
    return [each for each in lines if each.key == key]


async def change(database: Database, run: Run, **different: object) -> None:
    async with database.transaction() as session:
        found = await runs.get(session, run.number, lock=True)
        assert found is not None
        await runs.save(session, replace(found, **different))  # type: ignore[arg-type]


async def test_a_run_rests_after_its_first_messages_and_then_goes_on(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki, pause = wiki(), timedelta(seconds=1)
    run = await confirmed(database, people(7))
    began = datetime.now(UTC)
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path, canary_pause=pause):
        await until_said(database, run, "run.progress.rests")
        assert (enwiki.attempts, await stands(database, run)) == (5, RunState.CANARY)
        await until_state(database, run)
    assert datetime.now(UTC) - began >= pause
    assert {each.state for each in await all_deliveries(database, run)} == {"sent"}


async def test_nobody_waits_where_all_were_tried_out(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    run = await confirmed(database, people(5))
    async with delivering(database, {"enwiki": wiki()}, folder=tmp_path, canary_pause=LONG):
        await until_state(database, run)
    assert "run.progress.rests" not in await said(database, run)


async def test_a_pause_that_is_cut_short_is_over_at_once(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    run = await confirmed(database, people(7))
    async with delivering(
        database, {"enwiki": wiki()}, folder=tmp_path, canary_pause=LONG
    ) as alarm:
        await until_said(database, run, "run.progress.rests")
        await change(database, run, rests_until=datetime.now(UTC))
        alarm.ring()
        await until_state(database, run)


async def test_one_message_taken_back_during_the_pause_halts_the_run(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki()
    run = await confirmed(database, people(7))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path, canary_pause=LONG):
        await until_said(database, run, "run.progress.rests")
        enwiki.taken_back = {(await all_deliveries(database, run))[2].revid}
        await until_state(database, run, RunState.HALTED)
    assert (await said(database, run))[-1] == "run.progress.halted"
    assert enwiki.attempts == 5


async def test_a_run_resumed_five_times_after_it_halted_by_itself_loses_and_doubles_nothing(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    refused = [Deed(Outcome.ABUSE_FILTERED)] * 5
    enwiki = wiki(*5 * [Deed()], *5 * refused)
    run = await confirmed(database, people(30))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path) as alarm:
        for _ in range(5):
            await until_state(database, run, RunState.HALTED)
            await resume(database, run)
            alarm.ring()
        await until_state(database, run)
    assert (await said(database, run)).count("run.progress.halted") == 5
    assert {each.state for each in await all_deliveries(database, run)} == {"sent"}
    assert [enwiki.messages(each.title) for each in people(30)] == 30 * [1]
    assert enwiki.attempts == 30 + 5 * 5


async def test_too_large_a_share_of_failures_halts_the_run(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    kinds = [Outcome.PROTECTED, Outcome.TITLE_BLACKLISTED]
    enwiki = wiki(*12 * [*(Deed(kind) for kind in kinds), Deed()])
    run = await confirmed(database, people(30), state=RunState.RUNNING)
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_state(database, run, RunState.HALTED)
    assert enwiki.attempts == 8
    counted = [each.state for each in await all_deliveries(database, run)]
    assert (counted.count(DeliveryState.FAILED), counted.count(DeliveryState.SENT)) == (6, 2)


async def test_an_edit_of_the_stop_page_stops_that_wiki_and_no_other(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki, dewiki = wiki(), wiki(name="dewiki")
    enwiki.on_save = lambda: enwiki.write(STOP_PAGE, "Please stop.")
    names = [(each, f"Person {number}") for number in range(15) for each in ("enwiki", "dewiki")]
    run = await confirmed(database, recipients(names), state=RunState.RUNNING)
    sites = {"enwiki": enwiki, "dewiki": dewiki}
    async with delivering(database, sites, folder=tmp_path, settings=STOPPABLE):
        await until_stopped(database, "enwiki")
        await until_sent(database, run, 15 + enwiki.attempts)
        assert enwiki.attempts <= 10
        assert await stands(database, run) is RunState.RUNNING
    (line,) = await told(database, "stop.page")
    assert line.values["who"] == "somebody"
    assert str(line.values["link"]).startswith("https://enwiki.example/index.php?diff=")


async def test_an_edit_from_before_the_start_stops_nothing(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki()
    enwiki.write(STOP_PAGE, "Nothing yet.")
    later = datetime.now(UTC) + timedelta(seconds=2)
    run = await confirmed(database, people(3), started_at=later)
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path, settings=STOPPABLE):
        await until_state(database, run)


async def test_a_stopped_wiki_goes_on_once_its_stop_is_lifted(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki()
    enwiki.blocked_by = "Admin"
    run = await confirmed(database, people(3))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path) as alarm:
        await until_stopped(database, "enwiki")
        enwiki.blocked_by = None
        async with database.transaction() as session:
            await stops.lift(session, "enwiki", datetime.now(UTC))
        alarm.ring()
        await until_state(database, run)
    (line,) = await told(database, "stop.block")
    assert line.values["who"] == "Admin"


async def test_a_refusal_for_a_block_stops_the_wiki_and_the_message_waits(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki(Deed(Outcome.SENDER_BLOCKED))
    enwiki.on_save = lambda: setattr(enwiki, "blocked_by", "Admin")
    run = await confirmed(database, people(2))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_stopped(database, "enwiki")
    assert ends(await all_deliveries(database, run)) == 2 * [("pending", "")]
    assert await stands(database, run) is RunState.CANARY


async def test_a_locked_account_writes_nowhere_any_more(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki, dewiki = wiki(), wiki(name="dewiki")
    enwiki.locked = True
    enwiki.locked_out = True
    run = await confirmed(database, recipients([("enwiki", "Anna"), ("dewiki", "Bert")]))
    sites = {"enwiki": enwiki, "dewiki": dewiki}
    dewiki.locked_out = True
    async with delivering(database, sites, folder=tmp_path):
        await until_stopped(database, "dewiki", "enwiki")
    assert ends(await all_deliveries(database, run)) == 2 * [("pending", "")]
    assert len(await told(database, "stop.lock")) == 1


async def test_nothing_is_sent_before_the_window_though_it_is_confirmed(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki, begins = wiki(), datetime.now(UTC) + timedelta(seconds=1)
    run = await confirmed(database, people(2), not_before=begins)
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_state(database, run)
    saved = [each.saved_at for each in await all_deliveries(database, run)]
    assert all(each is not None and each >= begins for each in saved)


async def test_what_is_left_at_the_end_of_the_window_is_too_late(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki, over = wiki(*9 * [Deed(lasts=0.3)]), datetime.now(UTC) + timedelta(seconds=1)
    run = await confirmed(database, people(9), not_after=over)
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_state(database, run)
    found = ends(await all_deliveries(database, run))
    sent = found.count(("sent", ""))
    assert 1 <= sent <= 4
    assert found == sent * [("sent", "")] + (9 - sent) * [("skipped", "too-late")]
    assert "run.progress.too_late" in await said(database, run)


async def test_nobody_is_written_to_at_night(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    hours = Hours((now + LONG).time(), (now + 2 * LONG).time(), "UTC")
    enwiki = wiki()
    night = replace(QUICK, paces={"enwiki": WikiPace(600, hours)})
    run = await confirmed(database, recipients([("enwiki", "Anna"), ("dewiki", "Bert")]))
    sites = {"enwiki": enwiki, "dewiki": wiki(name="dewiki")}
    async with delivering(database, sites, folder=tmp_path, settings=night):
        await until_sent(database, run, 1)
    assert enwiki.attempts == 0


async def test_whoever_is_on_our_own_list_gets_nothing(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    run = await confirmed(database, people(2))
    async with database.transaction() as session:
        await optouts.add(
            session, "Person 1", wiki="", human="", by=1, why="", now=datetime.now(UTC)
        )
    async with delivering(database, {"enwiki": wiki()}, folder=tmp_path):
        await until_state(database, run)
    found = ends(await all_deliveries(database, run))
    assert found == [("skipped", "opted-out"), ("sent", "")]


ELSEWHERE = [
    replace(people(1)[0], others=(("dewiki", "User talk:Person 1"), ("gonewiki", "Whatever"))),
    replace(people(2)[1]),
]


async def test_who_opted_out_on_another_wiki_gets_nothing(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    dewiki = wiki(name="dewiki")
    run = await confirmed(database, ELSEWHERE)
    dewiki.write("User talk:Person 1", "[[Category:Opted-out of message delivery]]")
    sites = {"enwiki": wiki(), "dewiki": dewiki}
    async with delivering(database, sites, folder=tmp_path):
        await until_state(database, run)
    first, second = await all_deliveries(database, run)
    assert ends((first, second)) == [("skipped", "opted-out"), ("sent", "")]
    assert first.detail == "dewiki: User talk:Person 1"


async def test_whose_other_wiki_does_not_answer_waits_while_the_others_get_theirs(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    dewiki = wiki(name="dewiki")
    dewiki.silent = True
    run = await confirmed(database, ELSEWHERE)
    sites = {"enwiki": wiki(), "dewiki": dewiki}
    async with delivering(database, sites, folder=tmp_path):
        await until_sent(database, run, 1)
    first, second = await all_deliveries(database, run)
    assert ends((first, second)) == [("pending", ""), ("sent", "")]
    assert first.due_at is not None
    assert first.due_at > datetime.now(UTC)
