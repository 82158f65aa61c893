"""Who contributed enough to a topic."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from commands.census import Contribution
from commands.rules.recipe import Significance
from commands.rules.significance import significant

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ASKED = Significance(edits=5, added=1000)


def did(wiki: str, user: str, edits: int, added: int, page: str = "Heart") -> Contribution:
    return Contribution(wiki, user, page, edits, added, added, NOW)


@pytest.mark.parametrize(
    ("edits", "added", "enough"),
    [(5, 0, True), (4, 999, False), (0, 1000, True), (4, 1000, True), (1, 5000, True)],
)
def test_edits_or_bytes_make_a_contributor(edits: int, added: int, enough: bool) -> None:
    found = significant([did("enwiki", "Ada", edits, added)], ASKED, unified=True)
    assert found == ((("enwiki", "Ada"),) if enough else ())


def test_what_one_name_did_everywhere_counts_together() -> None:
    done = [
        did("enwiki", "Ada", 2, 0),
        did("svwiki", "Ada", 2, 0),
        did("svwiki", "Ada", 1, 0, "Hand"),
        did("svwiki", "Bo", 4, 0),
    ]
    assert significant(done, ASKED, unified=True) == (("enwiki", "Ada"), ("svwiki", "Ada"))
    assert significant(done, ASKED, unified=False) == ()
