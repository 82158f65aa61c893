"""A mail's own words, without what it quotes, found in linear time."""

import pytest

from commands.rules.mails import own_words


@pytest.mark.parametrize(
    "quotation",
    [
        "On 1 Dec, Bellringer <bot@example.org> wrote:\n> Come!",
        "Den 1 dec. kl. 12:30 skrev Bellringer:\nCome!",
        "-- \nAda",
        "_____________\nFrom: Bellringer",
    ],
)
def test_what_is_quoted_is_left_out(quotation: str) -> None:
    assert own_words(f"No more, please.\n\n{quotation}") == "No more, please."


@pytest.mark.timeout(10)
@pytest.mark.parametrize("again", ["@", "a@", "<a@b", "1:11", "> ", "\t>", "- "])
def test_hostile_mails_are_read_in_linear_time(again: str) -> None:
    own_words("<" + again * (200_000 // len(again)))
