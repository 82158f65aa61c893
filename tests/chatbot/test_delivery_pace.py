"""The pace of a lane: on the average its rate, hardly faster, and shared where all is capped."""

import pytest

from chatbot.delivery.pace import Cap, Pace
from commands.rules.pace import WikiPace


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


def made(clock: Seconds, *, rate: float = 60, cap: Cap | None = None) -> Pace:
    pace = Pace(wiki=WikiPace(rate), cap=cap, monotonic=clock)
    pace.heed(None)
    return pace


def edits(pace: Pace, clock: Seconds, *, seconds: float, late: float) -> int:
    """Edit for a while, each edit so much later than its time; return how many."""
    count, end = 0, clock.now + seconds
    while True:
        clock.now += pace.wait() + late
        if clock.now >= end:
            return count
        pace.count()
        count += 1


@pytest.mark.parametrize(
    ("late", "least", "most"), [(0.0, 60, 61), (0.3, 59, 61), (0.5, 59, 61), (2.0, 24, 25)]
)
def test_what_comes_a_little_late_does_not_slow_a_lane(
    clock: Seconds, late: float, least: int, most: int
) -> None:
    assert least <= edits(made(clock), clock, seconds=60, late=late) <= most


@pytest.mark.parametrize(("own", "rate"), [(None, 60), (30, 27), (600, 60)])
def test_the_tighter_limit_holds(clock: Seconds, own: float | None, rate: int) -> None:
    pace = made(clock)
    pace.heed(own)
    assert abs(edits(pace, clock, seconds=60, late=0) - rate) <= 1


def test_after_a_long_rest_nothing_is_made_up_for(clock: Seconds) -> None:
    pace = made(clock)
    pace.count()
    clock.now += 3600
    pace.count()
    assert pace.wait() == pytest.approx(0.5)


def test_turns_under_a_cap_are_given_in_the_order_of_asking(clock: Seconds) -> None:
    cap = Cap(edits_per_minute=60, monotonic=clock)
    one, other = (made(clock, rate=6000, cap=cap) for _ in range(2))
    assert [one.wait(), other.wait(), one.wait()] == [0.0, 1.0, 0.0]
    one.count()
    clock.now += 0.5
    assert [one.wait(), other.wait()] == [1.5, 0.5]
