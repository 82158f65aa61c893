"""How far a run is, and the lines that say so."""

from datetime import timedelta

import pytest

from commands.messages import Value, line
from commands.rules.delivery import Halting
from commands.rules.progress import Tally, advanced, finished, halted, live, started
from storage.runvalues import Count, DeliveryState, Run, RunState

RUN = Run(7, "December", RunState.RUNNING, 1)
COUNTS = [
    Count("enwiki", DeliveryState.SENT, 20),
    Count("enwiki", DeliveryState.CLAIMED, 1),
    Count("svwiki", DeliveryState.SENT, 5),
    Count("svwiki", DeliveryState.SKIPPED, 2),
    Count("svwiki", DeliveryState.FAILED, 1),
    Count("svwiki", DeliveryState.PENDING, 31),
]


def test_a_tally_adds_up_over_wikis() -> None:
    tally = Tally.of(COUNTS)
    assert tally == Tally(wikis=2, waiting=32, sent=25, skipped=2, failed=1)
    assert (tally.settled, tally.total) == (28, 60)


@pytest.mark.parametrize(
    ("sent", "waiting", "percent"), [(0, 9, 0), (1, 9, 10), (5, 4, 50), (199, 1, 90), (9, 0, 100)]
)
def test_progress_is_told_in_whole_steps(sent: int, waiting: int, percent: int) -> None:
    assert Tally(wikis=1, waiting=waiting, sent=sent, skipped=0, failed=0).percent == percent


def test_nobody_to_write_to_is_done() -> None:
    assert Tally.of([]).percent == 100


def test_lines_name_the_run_and_its_numbers() -> None:
    tally = Tally.of(COUNTS)
    named: dict[str, Value] = {"run": 7, "name": "December"}
    assert started(RUN, tally) == line(
        "run.progress.started", **named, count=60, wikis=line("run.wikis", count=2)
    )
    assert advanced(RUN, tally) == line(
        "run.progress.advanced", **named, percent=40, settled=28, count=60
    )
    assert finished(RUN, tally, report="run-7.csv") == line(
        "run.progress.finished", **named, count=25, skipped=2, failed=1, report="run-7.csv"
    )


def test_a_halt_says_why() -> None:
    why = line("run.halt.same-failure", wiki="enwiki", detail="protected")
    said = halted(RUN, Halting.SAME_FAILURE, wiki="enwiki", detail="protected")
    assert said == line("run.progress.halted", run=7, name="December", why=why)


@pytest.mark.parametrize(
    ("settled", "waiting", "bar"),
    [
        (0, 60, "░░░░░░░░░░░░"),
        (4, 60, "░░░░░░░░░░░░"),
        (28, 32, "▓▓▓▓▓░░░░░░░"),
        (59, 1, "▓▓▓▓▓▓▓▓▓▓▓░"),
        (60, 0, "▓▓▓▓▓▓▓▓▓▓▓▓"),
        (0, 0, "▓▓▓▓▓▓▓▓▓▓▓▓"),
    ],
)
def test_a_bar_is_full_only_at_the_end(settled: int, waiting: int, bar: str) -> None:
    tally = Tally(wikis=1, waiting=waiting, sent=settled, skipped=0, failed=0)
    assert live(tally, saved=0, within=timedelta(minutes=5)).values["bar"] == bar


@pytest.mark.parametrize(
    ("saved", "seconds", "rate", "minutes"),
    [
        (3, 60, 3, 11),
        (100, 300, 20, 2),
        (7, 300, 1.4, 23),
        (3, 300, 0.6, 54),
        (59, 30, 118, 1),
    ],
)
def test_the_time_left_follows_from_the_rate_just_now(
    saved: int, seconds: int, rate: float, minutes: int
) -> None:
    said = live(Tally.of(COUNTS), saved=saved, within=timedelta(seconds=seconds))
    assert said.key == "run.progress.live_rate"
    assert (said.values["rate"], said.values["left"]) == (rate, timedelta(minutes=minutes))


@pytest.mark.parametrize(("saved", "seconds"), [(0, 0), (2, 300), (50, 20)])
def test_nothing_is_promised_while_little_is_known(saved: int, seconds: int) -> None:
    said = live(Tally.of(COUNTS), saved=saved, within=timedelta(seconds=seconds))
    assert said.key == "run.progress.live"
