"""The delivery engine on wikis played by folders, whose saves end as each test says."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chatbot.clock import utc_now
from commands.writes import Outcome
from storage import deliveries, lanes, ledger, optouts
from storage.database import Database
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunState
from tests.delivering import QUICK, delivering, until_sent, until_state
from tests.peers.scripted_wiki import Deed, ScriptedWiki
from tests.prepared import all_deliveries, cancel, confirmed, halt, recipients, resume, said, stands

SETTLE = QUICK.settle.total_seconds()

Make = Callable[..., ScriptedWiki]


@pytest.fixture
def wiki(tmp_path: Path) -> Make:
    """Make a wiki, of the name `enwiki` where none is given."""

    def made(*deeds: Deed, name: str = "enwiki") -> ScriptedWiki:
        return ScriptedWiki(name=name, folder=tmp_path / "wikis", deeds=deeds)

    return made


def people(number: int, *, wiki: str = "enwiki") -> list[Recipient]:
    return recipients((wiki, f"Person {each}") for each in range(1, number + 1))


def sections(wiki: ScriptedWiki, audience: list[Recipient]) -> list[int]:
    return [wiki.messages(each.title) for each in audience]


async def delivered(
    database: Database, wiki: ScriptedWiki, audience: list[Recipient], folder: Path
) -> tuple[Delivery, ...]:
    """Deliver to an audience, and return what became of it."""
    run = await confirmed(database, audience)
    async with delivering(database, {wiki.name: wiki}, folder=folder):
        await until_state(database, run)
    return await all_deliveries(database, run)


@pytest.mark.parametrize(
    "deed",
    [
        *(
            Deed(outcome)
            for outcome in (
                Outcome.UNREACHABLE,
                Outcome.READ_ONLY,
                Outcome.LAGGED,
                Outcome.RATE_LIMITED,
                Outcome.SERVER_ERROR,
                Outcome.BAD_TOKEN,
                Outcome.SESSION_LOST,
                Outcome.CONFLICT,
                Outcome.UNKNOWN,
            )
        ),
        Deed(Outcome.CONFLICT, stands=True),
        Deed(Outcome.UNKNOWN, stands=True),
        Deed(Outcome.UNKNOWN, late=SETTLE / 2),
        Deed(fault=RuntimeError("a fault of our own"), stands=True),
        Deed(Outcome.UNKNOWN, fault=RuntimeError("a fault of our own")),
    ],
    ids=lambda deed: f"{deed.outcome} {deed.stands} {deed.late} {deed.fault}",
)
async def test_however_a_save_ends_each_gets_one_message(
    database: Database, wiki: Make, tmp_path: Path, deed: Deed
) -> None:
    audience, enwiki = people(3), wiki(Deed(), deed)
    settled = await delivered(database, enwiki, audience, tmp_path)
    assert {each.state for each in settled} == {DeliveryState.SENT}
    assert sections(enwiki, audience) == [1, 1, 1]


async def test_what_is_wrong_with_one_page_fails_that_delivery_alone(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki(Deed(), Deed(Outcome.PROTECTED), Deed())
    settled = await delivered(database, enwiki, people(3), tmp_path)
    assert [each.state for each in settled] == ["sent", "failed", "sent"]
    assert (settled[1].outcome, settled[1].retriable) == ("protected", True)


async def test_saves_whose_end_stays_unknown_fail_and_can_be_retried(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki(*3 * [Deed(Outcome.UNKNOWN)])
    [only] = await delivered(database, enwiki, people(1), tmp_path)
    assert (only.state, only.outcome, only.retriable) == ("failed", "gave-up", True)


async def test_who_was_renamed_is_left_out_by_the_name_that_he_has_now(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    [person], enwiki = people(1), wiki()
    enwiki.write(person.title, "#REDIRECT [[User talk:Ada Lovelace]]")
    enwiki.write("User talk:Ada Lovelace", "Welcome.")
    run = await confirmed(database, [person])
    async with database.transaction() as session:
        number = await optouts.add(
            session,
            "Ada Lovelace",
            wiki="",
            human="",
            by=run.created_by,
            why="",
            now=utc_now(),
        )
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_state(database, run)
    [only] = await all_deliveries(database, run)
    assert (only.state, only.outcome, only.detail) == ("skipped", "opted-out", f"#{number}")
    assert enwiki.attempts == 0


async def test_a_bad_token_is_tried_once_more_and_then_waits(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki(*3 * [Deed(Outcome.BAD_TOKEN)])
    [only] = await delivered(database, enwiki, people(1), tmp_path)
    assert (only.state, enwiki.attempts, enwiki.looks) == ("sent", 4, 2)


async def test_a_pause_is_as_long_as_the_wiki_asks_and_said_why(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki(Deed(Outcome.RATE_LIMITED, retry_after=timedelta(seconds=30)))
    run = await confirmed(database, people(1))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        [pause] = await until_paused(database, run)
    assert pause.reason == "as-scripted"
    left = pause.until - run.started_at if run.started_at else timedelta()
    assert timedelta(seconds=30) <= left < timedelta(seconds=40)


@pytest.mark.parametrize(
    ("setbacks", "told"),
    [(0, []), (2, []), (4, ["run.progress.waits", "run.progress.goes_on"])],
)
async def test_coordinators_hear_once_that_a_wiki_takes_nothing_and_once_that_it_does(
    database: Database, wiki: Make, tmp_path: Path, setbacks: int, told: list[str]
) -> None:
    enwiki = wiki(Deed(), *setbacks * [Deed(Outcome.READ_ONLY)])
    run = await confirmed(database, people(3))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_state(database, run)
    assert await said(database, run) == [
        "run.progress.started",
        *told,
        "run.progress.tried",
        "run.progress.finished",
    ]


async def test_a_long_pause_is_told_at_once(database: Database, wiki: Make, tmp_path: Path) -> None:
    enwiki = wiki(Deed(Outcome.RATE_LIMITED, retry_after=timedelta(seconds=30)))
    run = await confirmed(database, people(1))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_paused(database, run)
    assert await said(database, run) == ["run.progress.started", "run.progress.waits"]


async def test_another_process_tells_what_this_one_would_have_told(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki()
    enwiki.locked_out = True
    run = await confirmed(database, people(1))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path, holder="one"):
        await until_said(database, run, "run.progress.waits")
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path, holder="another"):
        await until_paused(database, run)
        enwiki.locked_out = False
        await until_state(database, run)
    assert (await said(database, run)).count("run.progress.waits") == 1
    assert (await said(database, run)).count("run.progress.goes_on") == 1


async def test_a_wiki_that_does_not_let_us_in_holds_up_no_other(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki, dewiki = wiki(), wiki(name="dewiki")
    enwiki.locked_out = True
    audience = recipients([("enwiki", "Anna"), ("dewiki", "Bert"), ("dewiki", "Cleo")])
    run = await confirmed(database, audience)
    sites = {"enwiki": enwiki, "dewiki": dewiki}
    async with delivering(database, sites, folder=tmp_path):
        await until_sent(database, run, 2)
        assert await stands(database, run) is RunState.CANARY
        enwiki.locked_out = False
        await until_state(database, run)


async def test_only_the_first_few_are_tried_before_the_rest(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki(Deed(), Deed(Outcome.ABUSE_FILTERED))
    run = await confirmed(database, people(9))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path) as alarm:
        await until_state(database, run, RunState.HALTED)
        assert enwiki.attempts == 5
        await resume(database, run)
        alarm.ring()
        await until_state(database, run)
    assert {each.state for each in await all_deliveries(database, run)} == {"sent"}


async def test_a_halted_run_writes_at_most_the_edit_under_way(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki(*9 * [Deed(lasts=0.05)])
    run = await confirmed(database, people(9))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_sent(database, run, 2)
        await halt(database, run)
        attempts = enwiki.attempts
        await until_idle(database)
    assert enwiki.attempts == attempts
    assert await stands(database, run) is RunState.HALTED


@pytest.mark.parametrize(
    ("deed", "end"),
    [
        (Deed(lasts=0.2), ("sent", "")),
        (Deed(Outcome.UNKNOWN, stands=True, lasts=0.2), ("sent", "")),
        (Deed(Outcome.UNKNOWN, late=SETTLE / 2, lasts=0.2), ("sent", "")),
        (Deed(Outcome.UNKNOWN, lasts=0.2), ("skipped", "cancelled")),
        (Deed(Outcome.READ_ONLY, lasts=0.2), ("skipped", "cancelled")),
        (Deed(Outcome.SENDER_BLOCKED, lasts=0.2), ("skipped", "cancelled")),
        (Deed(Outcome.PROTECTED, lasts=0.2), ("failed", "protected")),
    ],
    ids=lambda each: f"{each.outcome} {each.stands} {each.late}" if isinstance(each, Deed) else "",
)
async def test_the_edit_under_way_when_a_run_is_cancelled_has_its_end_on_record(
    database: Database, wiki: Make, tmp_path: Path, deed: Deed, end: tuple[str, str]
) -> None:
    enwiki, begun = wiki(deed), asyncio.Event()
    enwiki.on_save = begun.set
    run = await confirmed(database, people(2))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await begun.wait()
        await cancel(database, run)
        await until_nobody_waits(database, run)
    ends = [(each.state, each.outcome) for each in await all_deliveries(database, run)]
    assert ends == [end, ("skipped", "cancelled")]
    assert await stands(database, run) is RunState.CANCELLED


async def test_an_engine_that_ends_finishes_the_edit_under_way_and_lets_go(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki, begun = wiki(Deed(lasts=0.2)), asyncio.Event()
    enwiki.on_save = begun.set
    run = await confirmed(database, people(3))
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path, holder="one"):
        await begun.wait()
    assert [each.state for each in await all_deliveries(database, run)] == [
        "sent",
        "pending",
        "pending",
    ]
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path, holder="another"):
        await until_state(database, run)


async def test_runs_under_way_at_once_share_a_lane_the_older_first(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    enwiki = wiki()
    older = await confirmed(database, people(4), state=RunState.RUNNING)
    newer = await confirmed(database, people(4), state=RunState.RUNNING)
    async with delivering(database, {"enwiki": enwiki}, folder=tmp_path):
        await until_state(database, newer)
        await until_state(database, older)
    assert sections(enwiki, people(4)) == 4 * [2]


@pytest.mark.parametrize(("unified", "outcome"), [(True, "duplicate"), (False, "")])
async def test_a_page_that_leads_to_a_recipient_s_account_on_another_wiki(
    database: Database, wiki: Make, tmp_path: Path, unified: bool, outcome: str
) -> None:
    enwiki, dewiki = wiki(), wiki(name="dewiki")
    enwiki.write("User talk:Old name", "#REDIRECT [[User talk:Bert]]")
    audience = [
        Recipient(1, "enwiki", "User talk:Old name", "Old name", "", ""),
        Recipient(2, "dewiki", "User talk:Bert", "Bert", "", ""),
    ]
    run = await confirmed(database, audience)
    sites = {"enwiki": enwiki, "dewiki": dewiki}
    async with delivering(database, sites, folder=tmp_path, unified=unified):
        await until_state(database, run)
    assert [each.outcome for each in await all_deliveries(database, run)] == [outcome, ""]


async def test_a_wiki_that_is_not_configured_any_more_halts_the_run(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    run = await confirmed(database, recipients([("enwiki", "Anna"), ("gonewiki", "Bert")]))
    async with delivering(database, {"enwiki": wiki()}, folder=tmp_path):
        await until_state(database, run, RunState.HALTED)
    assert (await said(database, run))[-1] == "run.progress.halted"


async def test_coordinators_are_told_and_the_ledger_knows(
    database: Database, wiki: Make, tmp_path: Path
) -> None:
    run = await confirmed(database, people(7))
    async with delivering(database, {"enwiki": wiki()}, folder=tmp_path):
        await until_state(database, run)
    assert await said(database, run) == [
        "run.progress.started",
        "run.progress.tried",
        "run.progress.finished",
    ]
    async with database.reading() as session:
        done, tried = await ledger.latest(session, 2)
    assert (done.action, done.subject, tried.action) == (
        "run.done",
        f"run:{run.number}",
        "run.tried",
    )
    assert done.details == {"sent": 7, "skipped": 0, "failed": 0}
    assert (tmp_path / "reports" / f"run-{run.number}.csv").exists()


async def until_said(database: Database, run: Run, key: str) -> None:
    async with asyncio.timeout(10):
        while key not in await said(database, run):
            await asyncio.sleep(0.02)


async def until_paused(database: Database, run: Run) -> tuple[lanes.Pause, ...]:
    assert run.started_at is not None
    async with asyncio.timeout(10):
        while True:
            async with database.reading() as session:
                if paused := await lanes.pauses(session, run.started_at):
                    return paused
            await asyncio.sleep(0.02)


async def until_nobody_waits(database: Database, run: Run) -> None:
    """Wait until it is on record how each delivery has ended."""
    async with asyncio.timeout(10):
        while True:
            async with database.reading() as session:
                if not await deliveries.unfinished_wikis(session, run.number):
                    return
            await asyncio.sleep(0.02)


async def until_idle(database: Database) -> None:
    """Wait until no edit is under way."""
    async with asyncio.timeout(10):
        while True:
            async with database.reading() as session:
                if not await deliveries.claimed_count(session):
                    return
            await asyncio.sleep(0.02)
