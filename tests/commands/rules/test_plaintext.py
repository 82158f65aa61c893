"""A mail reads as text: no markup, and each link with its address."""

from __future__ import annotations

import pytest

from commands.rules.plaintext import plain_text

URL = "https://en.example.org/wiki/$1"


@pytest.mark.parametrize(
    ("wikitext", "text"),
    [
        ("''You'' are '''invited'''.", "You are invited."),
        (
            "See [[Tech talks|the talks]].",
            "See the talks <https://en.example.org/wiki/Tech_talks>.",
        ),
        ("[[Help:Ä#To do]]", "Help:Ä#To do <https://en.example.org/wiki/Help:%C3%84#To_do>"),
        ("[https://a.example/x?y=1&z Join]", "Join <https://a.example/x?y=1&z>"),
        ("[//a.example]", "https://a.example"),
        ("https://a.example/b", "https://a.example/b"),
        ("* one\n* two\n: three", "- one\n- two\n  three"),
        ("=== When ===\nSoon<br>Later", "When\nSoon\nLater"),
        ('<div lang="sv" dir="ltr">\nHej\n</div>', "Hej"),
        ("<small>Stop: [[:Category:No]]</small>", None),
        ("by <nowiki>A [[B]] &lt;C&gt;</nowiki>", "by A [[B]] <C>"),
        ("a<!-- hidden -->b\n\n\n\nc", "ab\n\nc"),
    ],
)
def test_wikitext_becomes_text(wikitext: str, text: str | None) -> None:
    expected = text or "Stop: Category:No <https://en.example.org/wiki/Category:No>"
    assert plain_text(wikitext, page_url=URL) == expected


@pytest.mark.timeout(10)
@pytest.mark.parametrize("again", [" ", "= ", "=", "\t="])
def test_whatever_is_no_heading_is_read_in_linear_time(again: str) -> None:
    text = f"= {again * 100_000}x"
    assert plain_text(text, page_url=URL) == text
