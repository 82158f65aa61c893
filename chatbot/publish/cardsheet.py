"""The card of an event drawn in SVG 1.1, as wide and high as social networks show pictures.

Everything has a place of its own and takes no more room than that, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from chatbot.markup import clean
from chatbot.publish.lettering import (
    fits,
    graphemes,
    is_emoji,
    right_to_left,
    runs,
    shortened,
    width,
    wrapped,
)

WIDTH, HEIGHT = 1200, 630
_MARGIN = 72
_ROOM = WIDTH - 2 * _MARGIN
_FOOT = 452
"""Where the part begins that says when."""
_TITLE_TOP = 150
_SIZES = ((84, 2), (72, 3), (60, 3), (50, 4), (42, 5))
"""Sizes of the title, and how many lines of each there is room for."""
_SIZES_ALONE = ((92, 2), (84, 3), (72, 3), (60, 4), (50, 5), (42, 6))
"""The same where nobody is named below it."""
_LEADING = 1.16
PALETTES = (
    ("#17395f", "#2a67a5"),
    ("#1a4a2c", "#2f7a49"),
    ("#5a3c00", "#8c5f0a"),
    ("#3d2a6b", "#6c4fa8"),
    ("#64203a", "#a2435d"),
    ("#0a4747", "#1a7676"),
    ("#4a3424", "#7d5d42"),
    ("#2c3744", "#566779"),
)
"""From dark to less dark: white stands out from each by 4.5 to 1 at least (WCAG 2.2, 1.4.3)."""
_GONE = ("#3a3d42", "#62676f")
_FIRST_STRONG = {True: "\u2067", False: "\u2066"}
_END = "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on a card. Each is a line but the title; `when` are lines, the day first.

    Of `people`, from long to short, the first that has room is taken. `hue` is a colour's number,
    which stands for the kind. `note` is set off from the rest: that it is cancelled. `mirrored`
    is for languages that run from right to left; what is on the left else is then on the right.
    """

    community: str
    kind: str
    hue: int
    title: str
    people: Sequence[str]
    when: Sequence[str]
    topics: str
    note: str
    mirrored: bool


def drawn(sheet: Sheet, *, emoji: bool) -> str:
    """Return a card as SVG. Without `emoji`, which needs a font of its own, those are left out."""
    return _Drawing(sheet, emoji=emoji).whole()


class _Drawing:
    def __init__(self, sheet: Sheet, *, emoji: bool) -> None:
        self._sheet = sheet
        self._emoji = emoji
        self._root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "width": str(WIDTH),
                "height": str(HEIGHT),
                "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            },
        )

    def whole(self) -> str:
        self._paper()
        self._head()
        self._middle()
        self._foot()
        return tostring(self._root, encoding="unicode")

    def _paper(self) -> None:
        sheet = self._sheet
        palette = _GONE if sheet.note else PALETTES[sheet.hue % len(PALETTES)]
        shade = SubElement(
            SubElement(self._root, "defs"),
            "linearGradient",
            {"id": "paper", "x1": "0", "y1": "0", "x2": "1", "y2": "1"},
        )
        for offset, colour in zip(("0", "1"), palette, strict=True):
            SubElement(shade, "stop", {"offset": offset, "stop-color": colour})
        self._box(0, 0, WIDTH, HEIGHT, "url(#paper)")
        for x, y, radius in ((WIDTH - 60, 70, 250), (WIDTH - 250, 470, 330)):
            place = {"cx": str(self._x(x)), "cy": str(y), "r": str(radius)}
            SubElement(self._root, "circle", {**place, "fill": "#ffffff", "fill-opacity": "0.045"})
        self._box(0, _FOOT, WIDTH, HEIGHT - _FOOT, "#000000", opacity=0.28)

    def _head(self) -> None:
        sheet = self._sheet
        space = self._pill(_MARGIN, shortened(self._shown(sheet.kind), 18), 0.18, "#ffffff")
        if sheet.note:
            note = shortened(self._shown(sheet.note), 12)
            space += 16 + self._pill(_MARGIN + space + 16, note, 1, "#8c1d18")
        room = (_ROOM - space - 40) / 28
        self._line(_MARGIN, 95, shortened(self._shown(sheet.community), room), 28, end=True)

    def _pill(self, x: float, text: str, opacity: float, colour: str) -> float:
        """Draw a label. Return how long it is."""
        long = width(text) * 28 + 48
        self._box(x, 58, long, 54, "#ffffff", opacity=opacity, corner=27)
        self._line(x + long / 2, 95, text, 28, colour=colour, centred=True)
        return long

    def _middle(self) -> None:
        title, people = self._shown(self._sheet.title), self._people()
        sizes = _SIZES if people else _SIZES_ALONE
        size, most = next(
            (each for each in sizes if fits(title, _ROOM / each[0], most=each[1])), sizes[-1]
        )
        lines = wrapped(title, _ROOM / size, most=most)
        high = len(lines) * size * _LEADING + (58 if people else 0)
        y = _TITLE_TOP + (_FOOT - 20 - _TITLE_TOP - high) / 2 + size * 0.86
        turned = right_to_left(title)
        for line in lines:
            self._line(_MARGIN, y, line, size, turned=turned, from_right=turned)
            y += size * _LEADING
        if people:
            y += 34 - size * 0.86 + 16
            self._line(_MARGIN, y, people, 34, bold=False, from_right=turned)

    def _people(self) -> str:
        lines = [self._shown(each) for each in self._sheet.people]
        room = _ROOM / 34
        fit = (each for each in lines if width(each, bold=False) <= room)
        return next(fit, shortened(lines[-1], room, bold=False) if lines else "")

    def _foot(self) -> None:
        day, *times = self._sheet.when
        top = _FOOT + (HEIGHT - _FOOT - 44 - 42 * len(times)) / 2 + 36
        self._line(_MARGIN, top, shortened(day, _ROOM / 44), 44)
        topics = self._shown(self._sheet.topics)
        for number, time in enumerate(times):
            y = top + 46 + number * 42
            room: float = _ROOM
            if number == len(times) - 1 and topics:
                room -= width(time, bold=False) * 32 + 60
                fit = shortened(topics, room / 26, bold=False)
                self._line(_MARGIN, y, fit, 26, end=True, bold=False)
            self._line(_MARGIN, y, shortened(time, _ROOM / 32, bold=False), 32, bold=False)

    def _shown(self, text: str) -> str:
        kept = clean(" ".join(text.split()))
        if self._emoji:
            return kept
        return "".join(each for each in graphemes(kept) if not is_emoji(each)).strip()

    def _line(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        end: bool = False,
        bold: bool = True,
        centred: bool = False,
        colour: str = "#ffffff",
        turned: bool | None = None,
        from_right: bool | None = None,
    ) -> None:
        """Write a line from `x` on, up to as far from the other side for `end`, or around `x`.

        It runs as its first strong letter does, or as `turned` says; and begins on the side that
        the card begins on, or as `from_right` says.
        """
        own = right_to_left(text) if turned is None else turned
        right = (self._sheet.mirrored if from_right is None else from_right) != end
        place = {
            "x": f"{WIDTH - x if right else x:.1f}",
            "y": f"{y:.1f}",
            "font-size": f"{size}",
            "text-anchor": "middle" if centred else "end" if right else "start",
            "fill": colour,
            "font-weight": "700" if bold else "400",
        }
        shape = SubElement(self._root, "text", place)
        for text_run, fonts in _marked(text, own):
            SubElement(shape, "tspan", {"font-family": fonts}).text = text_run

    def _box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: str,
        *,
        opacity: float = 1,
        corner: float = 0,
    ) -> None:
        left = WIDTH - x - wide if self._sheet.mirrored else x
        place = {
            "x": f"{left:.1f}",
            "y": f"{y:.1f}",
            "width": f"{wide:.1f}",
            "height": f"{high:.1f}",
        }
        paint = {"fill": fill, "fill-opacity": f"{opacity}", "rx": f"{corner}"}
        SubElement(self._root, "rect", {**place, **paint})

    def _x(self, x: float) -> float:
        return WIDTH - x if self._sheet.mirrored else x


def _marked(text: str, turned: bool) -> Iterator[tuple[str, str]]:
    """Yield the runs of a line, between marks that say in which direction the whole of it goes."""
    found = list(runs(text))
    for number, run in enumerate(found):
        before = _FIRST_STRONG[turned] if number == 0 else ""
        yield before + run.text + (_END if number == len(found) - 1 else ""), run.fonts
