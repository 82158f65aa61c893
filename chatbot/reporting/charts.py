"""Draws the charts of a report: pure functions from numbers and words to SVG."""

from __future__ import annotations

from collections.abc import Callable

from chatbot.reporting.document import Bars, Chart, Columns, cell
from chatbot.reporting.svg import WIDTH, Picture, cut, room
from commands.messages import Line

Words = Callable[[Line], str]

_TOP = 4.0
_ROW = 46.0
_BAR = 14.0
_LEGEND = 24.0
_PLOT = 150.0
_NAMES = 26.0
_UNIT = 22.0
_NAME_ROOM = 32
_NOTE_ROOM = 24
_WIDEST_COLUMN = 60.0


def drawn(chart: Chart, words: Words, *, to_left: bool) -> str:
    """Return a chart as an SVG element. `to_left` is for languages that are read so."""
    if isinstance(chart, Bars):
        return _bars(chart, words, to_left=to_left)
    return _columns(chart, words, to_left=to_left)


def _bars(chart: Bars, words: Words, *, to_left: bool) -> str:
    legend = _LEGEND if len(chart.parts) > 1 else 0.0
    picture = Picture(
        key=chart.key,
        title=words(chart.title),
        description=words(chart.description),
        height=_TOP + legend + _ROW * len(chart.rows),
        to_left=to_left,
    )
    if legend:
        _draw_legend(picture, [words(each) for each in chart.parts])
    longest = max((sum(row.parts) for row in chart.rows), default=0) or 1
    for place, row in enumerate(chart.rows):
        y = _TOP + legend + _ROW * place
        name = cut(words(row.name), _NAME_ROOM)
        left = _NAME_ROOM + _NOTE_ROOM - room(name)
        picture.words(0, y + 16, name, most=_NAME_ROOM)
        picture.words(WIDTH, y + 16, words(row.note), most=left, end=True)
        x = 0.0
        for part, length in enumerate(row.parts):
            width = WIDTH * length / longest
            if length:
                picture.box(
                    x, y + 22, width, _BAR, part, note=f"{words(chart.parts[part])}: {length}"
                )
            x += width
    return picture.drawn()


def _draw_legend(picture: Picture, names: list[str]) -> None:
    room = WIDTH / len(names)
    for part, name in enumerate(names):
        picture.box(room * part, _TOP + 2, 12, 12, part)
        picture.words(room * part + 18, _TOP + 13, name, most=int(room / 8) - 3, quiet=True)


def _columns(chart: Columns, words: Words, *, to_left: bool) -> str:
    picture = Picture(
        key=chart.key,
        title=words(chart.title),
        description=words(chart.description),
        height=_UNIT + _PLOT + _NAMES,
        to_left=to_left,
    )
    highest = max((each.height for each in chart.columns), default=0) or 1
    picture.words(0, 14, f"{words(chart.unit)}: {words(cell(highest))}", most=60, quiet=True)
    picture.rule(_UNIT)
    picture.rule(_UNIT + _PLOT)
    step = min(WIDTH / max(len(chart.columns), 1), _WIDEST_COLUMN)
    for place, column in enumerate(chart.columns):
        height = _PLOT * column.height / highest
        y = _UNIT + _PLOT - height
        picture.box(place * step, y, step * 0.8, height, 0, note=words(column.note))
    _draw_ends(picture, chart, words, WIDTH if step * len(chart.columns) > WIDTH / 2 else 0)
    return picture.drawn()


def _draw_ends(picture: Picture, chart: Columns, words: Words, end: float) -> None:
    """Name the first column, and the last where it stands at the other side."""
    y = _UNIT + _PLOT + 18
    if chart.columns:
        picture.words(0, y, words(chart.columns[0].name), most=_NOTE_ROOM, quiet=True)
    if end and len(chart.columns) > 1:
        picture.words(end, y, words(chart.columns[-1].name), most=_NOTE_ROOM, end=True, quiet=True)
