"""The first few are as different as can be, the others keep their order."""

from hypothesis import given
from hypothesis import strategies as st

from commands.rules.spread import spread

LANGUAGE = {"en": "en", "meta": "en", "sv": "sv", "ar": "ar"}
items = st.lists(st.tuples(st.sampled_from(sorted(LANGUAGE)), st.integers(0, 99)), unique=True)


def spread_out(people: list[tuple[str, int]], first: int) -> tuple[tuple[str, int], ...]:
    return spread(people, first, wiki=lambda each: each[0], language=lambda each: LANGUAGE[each[0]])


def test_the_first_come_from_all_languages_and_wikis() -> None:
    people = [("en", 1), ("en", 2), ("en", 3), ("meta", 4), ("sv", 5), ("ar", 6), ("sv", 7)]
    assert spread_out(people, 5) == (
        ("en", 1),
        ("sv", 5),
        ("ar", 6),
        ("meta", 4),
        ("sv", 7),
        ("en", 2),
        ("en", 3),
    )


def test_without_a_trial_the_order_is_that_of_the_list() -> None:
    people = [("sv", 3), ("en", 1), ("en", 2)]
    assert spread_out(people, 0) == tuple(people)


@given(items, st.integers(0, 8))
def test_nobody_is_lost_and_a_second_time_changes_nothing(
    people: list[tuple[str, int]], first: int
) -> None:
    ordered = spread_out(people, first)
    assert sorted(ordered) == sorted(people)
    ahead = set(ordered[:first])
    assert list(ordered[first:]) == [each for each in people if each not in ahead]
    assert spread_out(list(ordered), first) == ordered


@given(items, st.integers(0, 8))
def test_no_language_is_had_twice_before_another_is_had_once(
    people: list[tuple[str, int]], first: int
) -> None:
    languages = {LANGUAGE[wiki] for wiki, _ in people}
    ahead = [LANGUAGE[wiki] for wiki, _ in spread_out(people, first)[:first]]
    assert set(ahead[: len(languages)]) == set(ahead)
