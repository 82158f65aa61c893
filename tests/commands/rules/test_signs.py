"""Whether a wiki tells the bot to stop."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.signs import told_to_stop
from commands.wikis import LastEdit, Signs
from storage.runvalues import Stop, StopKind

START = datetime(2026, 12, 1, 12, 0, 0, 700_000, tzinfo=UTC)
NOW = START + timedelta(hours=1)
TALK, PAGE = "User talk:Bellringer", "User:Bellringer/Stop"


def edit(minutes: float, *, title: str = PAGE, user: str = "Ada", revid: int = 7) -> LastEdit:
    at = (START + timedelta(minutes=minutes)).replace(microsecond=0)
    return LastEdit(title, revid, user, at)


def lifted(minutes: float, *, revid: int = 7) -> Stop:
    at = START + timedelta(minutes=minutes)
    return Stop("enwiki", StopKind.PAGE, PAGE, revid, "Ada", at, lifted_at=at)


@pytest.mark.parametrize(
    ("signs", "last", "kind", "by"),
    [
        (Signs("Bellringer"), None, None, ""),
        (Signs("Bellringer", (edit(5),)), None, StopKind.PAGE, "Ada"),
        (Signs("Bellringer", (edit(5, title=TALK),)), None, StopKind.PAGE, "Ada"),
        (Signs("Bellringer", (edit(5, user=""),)), None, StopKind.PAGE, ""),
        (Signs("Bellringer", (edit(0),)), None, StopKind.PAGE, "Ada"),
        (Signs("Bellringer", (edit(-1),)), None, None, ""),
        (Signs("Bellringer", (edit(5, user="Bellringer"),)), None, None, ""),
        (Signs("Bellringer", (edit(5),)), lifted(6), None, ""),
        (Signs("Bellringer", (edit(5),)), lifted(5), None, ""),
        (Signs("Bellringer", (edit(7, revid=8),)), lifted(6), StopKind.PAGE, "Ada"),
        (Signs("Bellringer", (edit(5, user="Bo"), edit(6))), None, StopKind.PAGE, "Ada"),
        (Signs("Bellringer", blocked_by="Cleo"), None, StopKind.BLOCK, "Cleo"),
        (Signs("Bellringer", blocked_by="Cleo"), lifted(6), StopKind.BLOCK, "Cleo"),
        (Signs("Bellringer", (edit(5),), locked=True), None, StopKind.LOCK, ""),
    ],
)
def test_an_edit_since_the_start_a_block_and_a_lock_stop(
    signs: Signs, last: Stop | None, kind: StopKind | None, by: str
) -> None:
    stop = told_to_stop(signs, "enwiki", since=START, last=last, now=NOW)
    assert (stop and (stop.kind, stop.by, stop.stopped_at)) == (kind and (kind, by, NOW))


@pytest.mark.parametrize(
    ("minutes_ahead", "edited", "last", "stops"),
    [
        (-10, -10, None, True),
        (-10, -11, None, False),
        (10, 10, None, True),
        (10, 9, None, False),
        (-10, -3, lifted(6, revid=6), True),
        (-10, -5, lifted(6, revid=6), False),
    ],
)
def test_a_wiki_whose_clock_is_wrong_is_understood_by_its_own_time(
    minutes_ahead: int, edited: int, last: Stop | None, stops: bool
) -> None:
    now = (NOW + timedelta(minutes=minutes_ahead)).replace(microsecond=0)
    signs = Signs("Bellringer", (edit(edited),), now=now)
    stop = told_to_stop(signs, "enwiki", since=START, last=last, now=NOW)
    assert (stop is not None) is stops
