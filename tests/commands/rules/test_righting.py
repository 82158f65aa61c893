"""A message is put right only where it stands as it was saved."""

from __future__ import annotations

import pytest

from commands.rules.letter import Letter
from commands.rules.righting import Left, untouched
from commands.rules.sections import Part
from commands.wikis import PageText
from storage.runvalues import RunKind

LETTER = Letter("A talk", "A talk", "Come.\n\n<small>Why</small>")
OURS = f"== A talk ==\n\n{LETTER.body}\n\n[[User:Bot|Bot]] 12:00, 1 December 2026 (UTC)"
NEWER = "== A talk ==\n\nAnother one."


def page(text: str) -> PageText:
    return PageText("User talk:Ada", 3, 7, "wikitext", text)


@pytest.mark.parametrize(
    ("kind", "saved", "now", "found"),
    [
        (RunKind.MESSAGE, f"Hi.\n\n{OURS}", f"Hi.\n\n{OURS}\n\n{NEWER}", OURS),
        (RunKind.CORRECTION, f"{OURS}\n\n{NEWER}", f"{OURS}\n\n{NEWER}", OURS),
        (RunKind.MESSAGE, "== A talk ==\n\nSubstituted.", "== A talk ==\n\nSubstituted.", None),
        (RunKind.MESSAGE, OURS, f"{OURS}\n: Yes!", Left.ANSWERED),
        (RunKind.MESSAGE, OURS, OURS.replace("Come", "Go"), Left.CHANGED),
        (RunKind.MESSAGE, OURS, NEWER.replace("A talk", "News"), Left.GONE),
        (RunKind.CORRECTION, NEWER, NEWER, Left.CHANGED),
    ],
    ids=["added", "corrected", "by place", "answered", "changed", "gone", "another's"],
)
def test_only_what_stands_as_it_was_saved_is_found(
    kind: RunKind, saved: str, now: str, found: str | Left | None
) -> None:
    part = untouched(page(saved), page(now), letter=LETTER, kind=kind)
    if isinstance(found, Left):
        assert part is found
    else:
        assert isinstance(part, Part)
        assert part.text == (found or saved)


@pytest.mark.parametrize(("saved", "now"), [(None, page(OURS)), (page(OURS), None)])
def test_what_cannot_be_seen_is_gone(saved: PageText | None, now: PageText | None) -> None:
    assert untouched(saved, now, letter=LETTER, kind=RunKind.MESSAGE) is Left.GONE
