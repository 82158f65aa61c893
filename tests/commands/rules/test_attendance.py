"""Places go to those who wait in the order in which they came, and nobody loses one unasked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.attendance import (
    LONGEST_OFFER,
    SHORTEST_OFFER,
    USUAL_OFFSETS,
    Guests,
    arrive,
    deadline,
    leave,
    place_in_line,
    reminded,
    settle,
)
from storage.values import AttendanceState, Attendee, Destination, Place, StandingWish

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
START = NOW + timedelta(days=2)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HOLDING = {AttendanceState.COMING, AttendanceState.OFFERED}
COMING, WAITING, OFFERED, LAPSED = (
    AttendanceState.COMING,
    AttendanceState.WAITING,
    AttendanceState.OFFERED,
    AttendanceState.LAPSED,
)


@dataclass
class Hall:
    """An event with places, and a clock that jumps."""

    capacity: int | None
    guests: Guests = ()
    now: datetime = NOW
    start: datetime | None = START

    def come(self, *persons: int) -> None:
        for person in persons:
            self.guests = arrive(
                self.guests,
                Attendee(person, self.now),
                capacity=self.capacity,
                now=self.now,
                start=self.ahead,
            )

    def go(self, person: int) -> None:
        self.guests = leave(
            self.guests, person, capacity=self.capacity, now=self.now, start=self.ahead
        )

    def settle(self) -> None:
        self.guests = settle(self.guests, capacity=self.capacity, now=self.now, start=self.ahead)

    def hold(self, capacity: int | None) -> None:
        self.capacity = capacity
        self.settle()

    def wait(self, span: timedelta) -> None:
        self.now += span
        self.settle()

    @property
    def ahead(self) -> datetime | None:
        return self.start if self.start and self.start > self.now else None

    @property
    def states(self) -> dict[int, AttendanceState]:
        return {each.person: each.state for each in self.guests}

    @property
    def held(self) -> int:
        return sum(state in HOLDING for state in self.states.values())


def test_who_comes_first_has_a_place_and_the_others_wait_in_line() -> None:
    hall = Hall(2)
    hall.come(1, 2, 3, 4)
    assert hall.states == {1: COMING, 2: COMING, 3: WAITING, 4: WAITING}
    assert [place_in_line(hall.guests, person) for person in (1, 3, 4)] == [None, 1, 2]


def test_a_free_place_is_offered_to_the_first_in_line_until_a_deadline() -> None:
    hall = Hall(2)
    hall.come(1, 2, 3, 4)
    hall.go(1)
    assert hall.states == {2: COMING, 3: OFFERED, 4: WAITING}
    hall.come(5)
    assert hall.states[5] is WAITING
    hall.wait(LONGEST_OFFER - MINUTE)
    assert hall.states[3] is OFFERED
    hall.wait(MINUTE)
    assert hall.states == {2: COMING, 3: LAPSED, 4: OFFERED, 5: WAITING}


def test_an_offer_is_taken_and_left() -> None:
    hall = Hall(1)
    hall.come(1, 2, 3)
    hall.go(1)
    hall.come(2)
    assert hall.states == {2: COMING, 3: WAITING}
    hall.go(2)
    hall.go(3)
    assert hall.states == {}


def test_who_let_an_offer_pass_gets_in_line_again_at_its_end() -> None:
    hall = Hall(1)
    hall.come(1, 2, 3)
    hall.go(1)
    hall.wait(LONGEST_OFFER)
    assert hall.states == {2: LAPSED, 3: OFFERED}
    hall.come(2)
    assert hall.states == {3: OFFERED, 2: WAITING}
    assert [each.person for each in hall.guests] == [3, 2]


def test_a_lowered_capacity_throws_nobody_out_and_lets_nobody_in() -> None:
    hall = Hall(3)
    hall.come(1, 2, 3, 4)
    hall.hold(1)
    assert hall.states == {1: COMING, 2: COMING, 3: COMING, 4: WAITING}
    hall.go(1)
    hall.go(2)
    assert hall.states == {3: COMING, 4: WAITING}
    hall.go(3)
    assert hall.states == {4: OFFERED}


def test_a_raised_capacity_is_offered_and_none_at_all_lets_everybody_in() -> None:
    hall = Hall(1)
    hall.come(1, 2, 3, 4)
    hall.hold(2)
    assert hall.states == {1: COMING, 2: OFFERED, 3: WAITING, 4: WAITING}
    hall.hold(None)
    assert set(hall.states.values()) == {COMING}


def test_nothing_is_offered_once_it_has_begun() -> None:
    hall = Hall(1)
    hall.come(1, 2, 3)
    hall.now = START - MINUTE
    hall.go(1)
    assert hall.states == {2: OFFERED, 3: WAITING}
    hall.wait(MINUTE)
    assert hall.states == {2: LAPSED, 3: WAITING}
    hall.come(4)
    assert hall.states[4] is COMING


def test_an_offer_ends_with_a_start_that_came_nearer() -> None:
    hall = Hall(1)
    hall.come(1, 2)
    hall.go(1)
    hall.start = NOW + 3 * HOUR
    hall.settle()
    assert hall.guests[0].offered_until == NOW + 3 * HOUR


@pytest.mark.parametrize(
    ("ahead", "held"),
    [
        (timedelta(days=9), LONGEST_OFFER),
        (4 * HOUR, 2 * HOUR),
        (20 * MINUTE, SHORTEST_OFFER),
        (5 * MINUTE, 5 * MINUTE),
    ],
)
def test_an_offer_holds_for_half_the_time_within_bounds(ahead: timedelta, held: timedelta) -> None:
    assert deadline(NOW, NOW + ahead) == NOW + held


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int]]:
    step = st.one_of(
        st.tuples(st.just("come"), st.integers(1, 8)),
        st.tuples(st.just("go"), st.integers(1, 8)),
        st.tuples(st.just("wait"), st.integers(1, 30)),
        st.tuples(st.just("hold"), st.integers(1, 5)),
    )
    return draw(st.lists(step, max_size=40))


@given(st.integers(1, 4), histories())
def test_no_history_overfills_an_event_loses_anybody_or_jumps_the_line(
    capacity: int, history: list[tuple[str, int]]
) -> None:
    hall = Hall(capacity)
    here: set[int] = set()
    # Who waits, in the order in which they came, kept by a model as simple as can be.
    line: list[int] = []
    for what, number in history:
        before, held = hall.states, hall.held
        if what == "come":
            hall.come(number)
            here.add(number)
            if before.get(number) in {None, LAPSED}:
                line.append(number)
        elif what == "go":
            hall.go(number)
            here.discard(number)
        elif what == "wait":
            hall.wait(number * HOUR)
        else:
            hall.hold(number)
        states = hall.states
        assert set(states) == here
        assert hall.held <= max(hall.capacity or 0, held)
        assert not [
            each
            for each in before
            if before[each] is COMING and each in here and states[each] is not COMING
        ]
        line = [each for each in line if states.get(each) is WAITING]
        assert [each.person for each in hall.guests if each.state is WAITING] == line
        came_in = [each for each in here if before.get(each) is WAITING and states[each] in HOLDING]
        passed_over = [each for each in line if before.get(each) is WAITING]
        order = [each for each in before if before[each] is WAITING]
        assert all(order.index(a) < order.index(b) for a in came_in for b in passed_over)
        if hall.ahead and line:
            assert hall.held >= (hall.capacity or 0)


WEB = Destination("libera", Place.PERSON, "bob")
PHONE = Destination("telegram", Place.PERSON, "77")
BOB = Attendee(1, NOW, told=WEB)
ALWAYS = {1: StandingWish(PHONE, (2 * HOUR, HOUR))}


@pytest.mark.parametrize(
    ("guest", "wishes", "standing", "told"),
    [
        (BOB, {}, {}, {WEB: USUAL_OFFSETS}),
        (BOB, {}, ALWAYS, {PHONE: (2 * HOUR, HOUR)}),
        (replace(BOB, offsets=(MINUTE, HOUR)), {}, ALWAYS, {WEB: (HOUR, MINUTE)}),
        (replace(BOB, offsets=(MINUTE, HOUR)), {1: (HOUR,)}, {}, {WEB: (MINUTE,)}),
        (BOB, {1: (HOUR,)}, ALWAYS, {}),
        (BOB, {2: (HOUR,)}, {}, {WEB: USUAL_OFFSETS}),
        (BOB, {}, {1: StandingWish(PHONE, ())}, {}),
        (replace(BOB, offsets=()), {}, ALWAYS, {}),
        (replace(BOB, told=None), {}, {}, {}),
        (replace(BOB, state=WAITING), {}, ALWAYS, {}),
        (replace(BOB, state=OFFERED), {}, {}, {}),
    ],
)
def test_who_comes_is_told_as_he_asked_and_never_twice(
    guest: Attendee,
    wishes: dict[int, tuple[timedelta, ...]],
    standing: dict[int, StandingWish],
    told: dict[Destination, tuple[timedelta, ...]],
) -> None:
    assert reminded([guest], wishes, standing) == told
