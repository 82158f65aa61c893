"""The charts of how events were attended: bars for the middle, with the number of events beside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape

from chatbot.markup import clean
from chatbot.pixels import FONTS
from chatbot.reporting.charts import Words, drawn
from chatbot.reporting.document import Bars, Row
from chatbot.reporting.svg import WIDTH
from commands.messages import line
from commands.rules.turnout import Comparison, Figure
from commands.stats import value

_TITLE = 34
_GAP = 12
_MARGIN = 8
_HEIGHT = re.compile(r'height="([\d.]+)"')


def turnout_chart(comparison: Comparison) -> Bars:
    """Return a comparison as a chart."""
    return Bars(
        key=f"stats-{comparison.key}",
        title=comparison.heading,
        description=line("stats.chart", count=comparison.events),
        parts=(line("stats.came"),),
        rows=tuple(_row(each) for each in comparison.figures),
    )


def comparison_chart(compared: Comparison, words: Words, *, to_left: bool) -> str:
    """Return a comparison as an SVG element, for a page."""
    return drawn(turnout_chart(compared), words, to_left=to_left)


def one_picture(compared: Iterable[Comparison], words: Words, *, to_left: bool) -> str:
    """Return all comparisons as one picture in SVG, one below the other, each with its heading."""
    width = WIDTH + 2 * _MARGIN
    parts, y = [], float(_GAP)
    for each in compared:
        parts.append(_heading(words(each.heading), y, to_left=to_left))
        chart = comparison_chart(each, words, to_left=to_left)
        parts.append(f'<g transform="translate(0 {y + _TITLE})">{chart}</g>')
        y += _TITLE + _height(chart) + _GAP
    whole = "".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}">{whole}</svg>'


def _heading(text: str, y: float, *, to_left: bool) -> str:
    x, anchor = (WIDTH + _MARGIN, "end") if to_left else (_MARGIN, "start")
    return (
        f'<text x="{x}" y="{y + 20}" font-size="18" font-weight="bold" font-family="{FONTS}" '
        f'direction="ltr" text-anchor="{anchor}" fill="#1d2126">'
        f"\u2068{escape(clean(text))}\u2069</text>"
    )


def _height(svg: str) -> float:
    found = _HEIGHT.search(svg)
    return float(found[1]) if found else 0.0


def _row(each: Figure) -> Row:
    note = line("stats.note", value=value(each), count=each.events)
    return Row(each.name, note, (each.middle or 0,))
