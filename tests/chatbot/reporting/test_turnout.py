"""The picture of how events were attended is well-formed, says what is behind it, and fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import fromstring

import pytest

from chatbot.pixels import png
from chatbot.reporting.turnout import one_picture
from chatbot.text import Texts
from commands.rules.turnout import Turnout, comparisons

START = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
HELD = tuple(
    Turnout(kind, START, attended, timedelta(days=days), 2, steps)
    for kind, attended, days, steps in (
        ("tech-talk", 12, 20, 4),
        ("tech-talk", 20, 20, 5),
        ("tech-talk", 31, 5, None),
        ("<b>&", 50, 1, 0),
    )
)


def picture(language: str) -> str:
    texts = Texts(default=language)
    return one_picture(comparisons(HELD), texts.words, to_left=texts.right_to_left())


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_comparison_stands_in_one_picture(language: str) -> None:
    root = fromstring(picture(language))
    texts = "".join(root.itertext())
    assert "<b>&" in texts
    assert len(root.findall("{*}g")) == 5
    assert len(root.findall("{*}g/{*}svg")) == 5


def test_each_bar_says_how_many_events_are_behind_it() -> None:
    texts = "".join(fromstring(picture("en")).itertext())
    assert "20 (16 to 26) · 3 events" in texts
    assert "too few to say · 1 event" in texts


def test_it_can_be_made_of_pixels() -> None:
    made = png(picture("en"))
    assert made is not None
    assert made.startswith(b"\x89PNG")
