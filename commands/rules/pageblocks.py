"""What the bot keeps up to date on a wiki page stands between two marks; the rest is people's.

A mark is a comment that names what stands there, so that several can stand on one page. The
second one bears a digest of what the bot wrote: so it is known, whatever the bot remembers,
whether somebody has changed something in between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from unicodedata import normalize

_DIGEST = 12
_NOT_IN_A_COMMENT = re.compile(r"--+|[<>|]")


class Damage(StrEnum):
    """Why it cannot be told where the bot may write."""

    NONE = "none"
    """There are no marks."""
    HALF = "half"
    """One of the two is missing, or they stand in the wrong order."""
    SEVERAL = "several"
    """One of them stands there more than once."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page with our marks: what stands before, between and after them.

    `digest` is that of what the bot wrote between them; people who put the marks there give none.
    """

    before: str
    inner: str
    after: str
    digest: str = ""

    @property
    def block(self) -> str:
        """What stands between, as `block` made it."""
        return _tidy(self.inner)

    @property
    def touched(self) -> bool:
        """Whether somebody has changed what stands between."""
        return digest_of(self.block) != self.digest if self.digest else bool(self.block)


def find(page: str, name: str) -> Found | Damage:
    """Return where the marks of `name` stand on a page, or why that cannot be told."""
    starts = list(_mark(name).finditer(page))
    ends = list(_mark(f"end of {name}").finditer(page))
    if not starts and not ends:
        return Damage.NONE
    if len(starts) > 1 or len(ends) > 1:
        return Damage.SEVERAL
    if not starts or not ends or starts[0].end() > ends[0].start():
        return Damage.HALF
    (start,), (end,) = starts, ends
    digest = (end["words"] or "").strip()
    return Found(page[: start.start()], page[start.end() : end.start()], page[end.end() :], digest)


def merged(found: Found, name: str, block: str, *, warning: str) -> str:
    """Return the page with another block between its marks, and all else as it was."""
    # A wiki cuts off what is blank at the end, which a folder that plays one adds.
    return (found.before + between_marks(name, block, warning=warning) + found.after).rstrip()


def between_marks(name: str, block: str, *, warning: str) -> str:
    """Return a block with its marks. `warning` says what happens to what people write there."""
    text = _tidy(block)
    words = " ".join(_NOT_IN_A_COMMENT.sub(" ", warning).split())
    return (
        f"<!-- Bellringer: {name} | {words} -->\n{text}\n"
        f"<!-- Bellringer: end of {name} | {digest_of(text)} -->"
    )


def empty_marks(name: str) -> str:
    """Return the marks as a person puts them on a page."""
    return f"<!-- Bellringer: {name} --> <!-- Bellringer: end of {name} -->"


def digest_of(block: str) -> str:
    """Return by what a block is known again."""
    return sha256(_tidy(block).encode()).hexdigest()[:_DIGEST]


def _tidy(block: str) -> str:
    """Return a text as MediaWiki keeps it: in composed form (NFC), with no space at an end."""
    lines = normalize("NFC", block).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _mark(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"<!--\s*Bellringer:\s*{re.escape(name)}\s*(?:\|(?P<words>.*?))?-->",
        re.IGNORECASE | re.DOTALL,
    )
