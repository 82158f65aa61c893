"""Who is taken by lot or by score: the same for a seed, whatever order people come in."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.lots import held_out, sample, top

KEYS = [f"central:{n}" for n in range(200)]

keys = st.lists(st.sampled_from(KEYS), unique=True)
seeds = st.integers(0, 5)


@given(keys, seeds, st.integers(0, 20), st.floats(0, 1), st.randoms(use_true_random=False))
def test_lots_do_not_hang_on_the_order(
    people: list[str], seed: int, most: int, share: float, random: Random
) -> None:
    other = sorted(people, key=lambda _: random.random())
    assert sample(people, most=most, seed=seed) == sample(other, most=most, seed=seed)
    assert held_out(people, share=share, seed=seed) == held_out(other, share=share, seed=seed)
    scores = {key: len(key) for key in people}
    shuffled = {key: len(key) for key in other}
    assert top(scores, most=most, seed=seed) == top(shuffled, most=most, seed=seed)


@given(st.dictionaries(st.sampled_from(KEYS), st.integers(0, 5)), st.integers(0, 30), seeds)
def test_nobody_with_a_better_score_stays_behind(
    scores: dict[str, int], most: int, seed: int
) -> None:
    best = top(scores, most=most, seed=seed)
    assert len(best) == min(most, len(scores))
    behind = [scores[key] for key in scores if key not in best]
    assert max(behind, default=0) <= min((scores[key] for key in best), default=5)


@pytest.mark.parametrize(
    ("people", "share", "held"), [(200, 0.1, 20), (10, 0.1, 1), (7, 0.5, 4), (3, 0, 0), (0, 0.5, 0)]
)
def test_so_many_are_held_out(people: int, share: float, held: int) -> None:
    assert len(held_out(KEYS[:people], share=share, seed=1)) == held


def test_another_seed_draws_others_and_lots_are_drawn_apart() -> None:
    drawn = [sample(KEYS, most=50, seed=seed) for seed in (1, 2)]
    assert drawn[0] != drawn[1]
    assert held_out(KEYS, share=0.25, seed=1) != drawn[0]
    assert len(drawn[0] & held_out(KEYS, share=0.25, seed=1)) < 25
