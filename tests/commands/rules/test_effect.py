"""The interval is that of the published tables, and honest about small numbers."""

import pytest

from commands.rules.effect import Share, effect, newcombe, wilson


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(6, 7), Share(2, 7), 0.0582, 0.8062),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(0, 10), Share(0, 20), -0.1611, 0.2775),
        (Share(0, 10), Share(0, 10), -0.2775, 0.2775),
        (Share(10, 10), Share(0, 20), 0.6791, 1.0000),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0000),
    ],
)
def test_the_intervals_are_those_of_newcombe_1998_table_ii_method_10(
    one: Share, other: Share, low: float, high: float
) -> None:
    found = newcombe(one, other)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00006)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (Share(81, 263), 0.2553, 0.3662),
        (Share(15, 148), 0.0624, 0.1605),
        (Share(0, 20), 0.0000, 0.1611),
        (Share(1, 29), 0.0061, 0.1718),
    ],
)
def test_the_intervals_of_one_share_are_those_of_newcombe_1998_two_sided_table_i_method_3(
    share: Share, low: float, high: float
) -> None:
    found = wilson(share)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00006)


@pytest.mark.parametrize(
    ("written", "held_out", "too_few", "clear"),
    [
        (Share(300, 3000), Share(10, 300), False, True),
        (Share(30, 3000), Share(3, 300), False, False),
        (Share(9, 29), Share(0, 300), True, True),
        (Share(4, 3000), Share(0, 300), True, False),
    ],
)
def test_it_says_whether_the_numbers_are_enough(
    written: Share, held_out: Share, too_few: bool, clear: bool
) -> None:
    found = effect(written, held_out)
    assert found is not None
    assert (found.too_few, found.clear) == (too_few, clear)


@pytest.mark.parametrize("nobody", [Share(0, 0)])
def test_without_a_group_there_is_nothing_to_compare(nobody: Share) -> None:
    assert effect(Share(1, 2), nobody) is None
    assert effect(nobody, Share(1, 2)) is None
    assert nobody.value == 0
