"""Who signed a page."""

from __future__ import annotations

import pytest

from commands.rules.signatures import signers
from tests.commands.rules.sites import SITES

UTC = "12:00, 1 January 2026 (UTC)"


def names(text: str, home: str = "metawiki") -> list[tuple[str, str]]:
    return [(each.wiki, each.title) for each in signers(text, home=home, sites=SITES).listed]


@pytest.mark.parametrize(
    "line",
    [
        f"* Good idea. [[User:Ada|Ada]] ([[User talk:Ada|talk]]) {UTC}",
        f"Good idea, says [[User:Grace]]. -- [[User:Ada]] {UTC}",
        f"[[User talk:Ada/Archive|Ada]] {UTC}",
        "[[User:Ada|Ada]] 1 januari 2026 kl. 12.00 (CET)",
        "[[User:Ada|Ada]] 2026年1月1日 (四) 12:00 (UTC)",
        "[[User:Ada|Ada]] ۱۲:۰۰، ۱ ژانویهٔ ۲۰۲۶ (UTC)",
        "# [[User:Ada]]",
        "* [[User:Ada|Ada]] wants to help",
    ],
)
def test_a_signature_names_the_user_next_to_its_time(line: str) -> None:
    assert names(line) == [("metawiki", "User talk:Ada")]


@pytest.mark.parametrize(
    "line",
    [
        "We thank [[User:Ada]] for everything.",
        f"<!-- [[User:Ada]] {UTC} -->",
        f"<nowiki>[[User:Ada]]</nowiki> {UTC}",
        f"[[Ada]] {UTC}",
        f"[[:de:User:Ada]] {UTC}",
        f"Nobody. {UTC}",
        "# Thanks, [[User:Ada]]",
    ],
)
def test_a_mention_is_no_signature(line: str) -> None:
    assert names(line) == []


def test_each_signs_once_in_the_order_of_the_page() -> None:
    text = f"[[User:Bo]] {UTC}\n[[User:Ada]] {UTC} [[User:Cleo]] {UTC}\n:[[User:bo]] {UTC}"
    assert [title for _, title in names(text)] == [
        "User talk:Bo",
        "User talk:Ada",
        "User talk:Cleo",
    ]


def test_signatures_in_the_names_of_another_language_and_from_another_wiki() -> None:
    text = f"[[Användare:Ada]] {UTC}\n[[:w:User:Bo|Bo]] {UTC}"
    assert names(text, "svwiki") == [
        ("svwiki", "Användardiskussion:Ada"),
        ("enwiki", "User talk:Bo"),
    ]
