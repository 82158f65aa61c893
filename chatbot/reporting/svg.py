"""Shapes and words of a picture in SVG 1.1, laid out from the side where reading begins.

What is drawn is well-formed whatever it says. Colours stand as attributes, so that the picture
can be read by itself on white; a page may give the classes others.
"""

from __future__ import annotations

from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement, tostring

from chatbot.markup import clean
from chatbot.pixels import FONTS

WIDTH = 480
"""In units of its own: a picture is as wide as there is room."""

_MARGIN = 8

_INK = {"ink": "#1d2126", "quiet": "#59626c"}
PARTS = ("#2463b0", "#7a828c", "#b3261e", "#c9ced4")
"""Each at least 3:1 to white (WCAG 2.2, 1.4.11), but for the last, which has an edge."""
_EDGE = "#59626c"


class Picture:
    """One picture. Places are told from the side where reading begins, in units."""

    def __init__(
        self, *, key: str, title: str, description: str, height: float, to_left: bool
    ) -> None:
        self._to_left = to_left
        self._root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "width": str(WIDTH + 2 * _MARGIN),
                "height": _number(height + _MARGIN),
                "viewBox": f"{-_MARGIN} 0 {WIDTH + 2 * _MARGIN} {_number(height + _MARGIN)}",
                "role": "img",
                "aria-labelledby": f"{key}-title {key}-description",
                # Anchors then mean the same wherever the picture stands.
                "direction": "ltr",
                "font-family": FONTS,
            },
        )
        SubElement(self._root, "title", {"id": f"{key}-title"}).text = clean(title)
        SubElement(self._root, "desc", {"id": f"{key}-description"}).text = clean(description)

    def box(
        self, x: float, y: float, width: float, height: float, part: int, *, note: str = ""
    ) -> None:
        """Draw a box in the colour of a part; `note` is shown to whoever points at it."""
        left = WIDTH - x - width if self._to_left else x
        shape = SubElement(
            self._root,
            "rect",
            {
                "class": f"part-{part}",
                "x": _number(left),
                "y": _number(y),
                "width": _number(width),
                "height": _number(height),
                "fill": PARTS[part],
            },
        )
        if part == len(PARTS) - 1:
            shape.set("stroke", _EDGE)
        if note:
            SubElement(shape, "title").text = clean(note)

    def words(
        self, x: float, y: float, text: str, *, most: int, end: bool = False, quiet: bool = False
    ) -> None:
        """Write a line from `x` on, or up to `x` for `end`; cut to `most` letters' room."""
        kind = "quiet" if quiet else "ink"
        shape = SubElement(
            self._root,
            "text",
            {
                "class": kind,
                "x": _number(WIDTH - x if self._to_left else x),
                "y": _number(y),
                "font-size": "13" if quiet else "15",
                "text-anchor": "end" if end != self._to_left else "start",
                "fill": _INK[kind],
            },
        )
        # Each line runs in the direction of its own first strong letter (FSI, PDI).
        shape.text = f"\u2068{cut(clean(text), most)}\u2069"

    def rule(self, y: float) -> None:
        """Draw a thin line from side to side."""
        place = {"x1": "0", "x2": str(WIDTH), "y1": _number(y), "y2": _number(y)}
        SubElement(self._root, "line", {"class": "rule", "stroke": "#9aa1a9", **place})

    def drawn(self) -> str:
        """Return the picture."""
        return tostring(self._root, encoding="unicode")


def room(text: str) -> int:
    """Return how many Latin letters take as much room as a text, at most."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, most: int) -> str:
    """Return the beginning of a text that has no more room than so many Latin letters."""
    taken = 0
    for at, letter in enumerate(text):
        taken += room(letter)
        if taken > most:
            return f"{text[: max(at - 1, 0)]}…"
    return text


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
