"""Our section on a talk page: found again as it was saved, and what others did to it since.

Sections are those that an archive bot moves: from a heading of level 1 or 2 to the next such.
A section is known by its whole text, because headings repeat (each month's newsletter).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from commands.rules.wikitext import headings

_HIGHEST = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a page: its heading's text, and where in the page's text it stands.

    `text` begins with the heading's line; white space after its end belongs to no section.
    """

    heading: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends in the page's text."""
        return self.start + len(self.text)


class Fate(StrEnum):
    """What became of our section."""

    UNTOUCHED = "untouched"
    ANSWERED = "answered"
    """All that we wrote stands, and there is more between or below it."""
    CHANGED = "changed"
    """Something of what we wrote is not there any more."""
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Standing:
    """Our section on a page now: `part` is None where it is gone, `added` what others wrote."""

    fate: Fate
    part: Part | None = None
    added: str = ""


def parts(text: str) -> tuple[Part, ...]:
    """Return the sections of a page in order; what stands above the first heading is none."""
    offsets = list(_offsets(text))
    found = [
        (spot.what, offsets[spot.line - 1]) for level, spot in headings(text) if level <= _HIGHEST
    ]
    return tuple(
        Part(heading, text[start:end].rstrip(), start)
        for (heading, start), (_, end) in pairwise([*found, ("", len(text))])
    )


def saved_part(text: str) -> Part | None:
    """Return the section that an edit with `section=new` added, from the text that it saved."""
    found = parts(text)
    return found[-1] if found else None


def begun_part(text: str, beginning: str) -> Part | None:
    """Return the last section of a page that begins so, None where none does."""
    begun = _tidy(beginning)
    found = [part for part in parts(text) if _tidy(part.text).startswith(begun)]
    return found[-1] if found else None


def standing(ours: str, page: str) -> Standing:
    """Return what became of our section on a page.

    `ours` is its text as it was saved, `page` the page's text now.
    """
    # Pages may be large and have any number of sections: each text is taken apart once.
    latest_first = [(part, _lines(part.text)) for part in parts(page)[::-1]]
    heading, body = _split(ours)
    whole, below = _lines(ours), _lines(body)
    for part, lines in latest_first:
        if lines == whole:
            return Standing(Fate.UNTOUCHED, part)
    for part, lines in latest_first:
        if added := _added(whole, lines):
            return Standing(Fate.ANSWERED, part, added)
    for part, lines in latest_first:
        if part.heading == heading or _added(below, lines) is not None:
            return Standing(Fate.CHANGED, part)
    return Standing(Fate.GONE)


def replaced(page: str, part: Part, text: str) -> str:
    """Return a page's text with another text in a section's place."""
    return page[: part.start] + text.rstrip() + page[part.end :]


def removed(page: str, part: Part) -> str:
    """Return a page's text without a section, the others as far apart as they were."""
    before, after = page[: part.start].rstrip(), page[part.end :].lstrip("\n")
    return f"{before}\n\n{after}" if before and after else before or after


def _offsets(text: str) -> Iterator[int]:
    """Yield where each line begins."""
    offset = 0
    for line in text.split("\n"):
        yield offset
        offset += len(line) + 1


def _split(ours: str) -> tuple[str, str]:
    line, _, body = ours.partition("\n")
    return line.strip().strip("=").strip(), body


def _tidy(text: str) -> str:
    return "\n".join(_lines(text))


def _lines(text: str) -> Sequence[str]:
    """Return a text's lines as the wiki's pre-save transform leaves them, or somebody's editor."""
    return [line.rstrip() for line in text.strip().split("\n")]


def _added(ours: Sequence[str], theirs: Sequence[str]) -> str | None:
    """Return the lines that stand in a section beside all of ours in order; None if one lacks."""
    lines = iter(theirs)
    added: list[str] = []
    for line in ours:
        for found in lines:
            if found == line:
                break
            added.append(found)
        else:
            return None
    return "\n".join([*added, *lines]).strip()
