"""The score: the figures that coordinators know, and what must hold for all of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.recipe import ScoreParameters
from commands.rules.score import score

changes = st.lists(st.integers(-(10**7), 10**7), max_size=20)
edits = st.integers(0, 10**7)
days = st.floats(0, 20_000)


@pytest.mark.parametrize(
    ("changes", "edits", "days", "expected"),
    [
        ([1000], 100, 0, 47),
        ([5000, 2000], 1000, 30, 91),
        ([2000], 500, 180, 44),
        ([200], 5000, 0, 0),
        ([], 5000, 0, 0),
        ([-5000], 5000, 0, 0),
        ([5000, -5000], 5000, 0, 93),
        ([1000], 0, 0, 0),
        ([1000], 100, None, 0),
        ([10**9] * 3, 10**7, 0, 100),
    ],
)
def test_known_people_get_the_score_that_is_known(
    changes: list[int], edits: int, days: float | None, expected: int
) -> None:
    assert score(changes, edits=edits, days=days).value == expected


def test_the_parts_are_those_of_the_formula() -> None:
    found = score([5000, 2000], edits=1000, days=30)
    pages = [(2 / (1 + math.exp(-0.42 * x**1.1)) - 1) * math.exp(-0.00001 / x**10) for x in (5, 2)]
    assert found.written == pytest.approx(1 - (1 - pages[0]) * (1 - pages[1]))
    assert found.experience == pytest.approx(2 / (1 + math.exp(-3)) - 1)
    assert found.recency == pytest.approx(2.9 / 3.2)


def test_the_constants_are_the_recipe_s() -> None:
    only_recency = ScoreParameters(bytes_weight=0, edits_weight=0, recency_weight=1)
    assert score([], edits=0, days=0, parameters=only_recency).value == 100
    heavier = ScoreParameters(byte_factor=0.84)
    assert score([1000], edits=100, days=0, parameters=heavier).value > 47


@given(changes, edits, days)
def test_all_parts_stay_within_their_bounds(changes: list[int], edits: int, days: float) -> None:
    found = score(changes, edits=edits, days=days)
    assert 0 <= found.value <= 100
    assert all(0 <= part <= 1 for part in (found.written, found.experience, found.recency))


@given(changes, edits, days, st.integers(0, 10**7), st.integers(0, 10**6), st.floats(0, 10_000))
def test_more_bytes_more_edits_or_a_later_edit_never_lower_it(
    changes: list[int], edits: int, days: float, byte: int, edit: int, earlier: float
) -> None:
    base = score(changes, edits=edits, days=days)
    assert score([*changes, byte], edits=edits, days=days).value >= base.value
    assert score(changes, edits=edits + edit, days=days).value >= base.value
    assert score(changes, edits=edits, days=days + earlier).value <= base.value


@given(st.permutations([123, 4567, 89, 10_111, 2_345, 678]))
def test_the_order_of_pages_does_not_matter(changes: list[int]) -> None:
    assert score(changes, edits=77, days=3) == score(sorted(changes), edits=77, days=3)


@given(
    st.lists(st.integers() | st.integers(10**300, 10**400), max_size=5),
    st.integers() | st.integers(10**300, 10**400),
    st.floats(allow_nan=False),
    st.floats(0, 1e6),
)
def test_no_number_is_too_large(changes: list[int], edits: int, days: float, power: float) -> None:
    parameters = ScoreParameters(byte_power=power, noise_power=power, edit_power=power)
    assert 0 <= score(changes, edits=edits, days=days, parameters=parameters).value <= 100
