"""A message on trial."""

import pytest

from commands.rules.marks import described, find_mark
from commands.rules.trials import find_trial_mark, trial, trial_mark


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[User:Alice]]", ("", ("User:Alice",))),
        (
            "sv [[User:Alice]], [[User talk:Bob@svwiki|Bob]] [[User:Alice]]",
            ("sv", ("User:Alice", "svwiki:User talk:Bob")),
        ),
        ("[[:sv:User:Bob]] PT-BR", ("pt-br", (":sv:User:Bob",))),
        ("User:Alice", ("", ())),
        ("to [[User:Alice]] please", ("", ())),
        ("[[User:Alice]] 7", ("", ())),
    ],
)
def test_a_trial_has_pages_and_may_have_a_language(
    text: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    assert trial(text) == expected


def test_a_test_is_found_again_and_is_no_delivery() -> None:
    summary = f"{described(7, 'User:Bellringer', 'Test: Hi')} · {trial_mark(12, 3)}"
    assert find_trial_mark(summary) == "t12-3"
    assert find_mark(summary) is None
    assert find_trial_mark("Hi: [[User:Bellringer|run 7]] · b7-3fa9c2-0042") is None
