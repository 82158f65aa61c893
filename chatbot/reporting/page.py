"""A report as one HTML file that needs nothing else: for any browser, on paper, read aloud."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from chatbot.reporting import charts
from chatbot.reporting.document import Block, Cell, Chart, Document, Link
from chatbot.text import Dress, Texts
from commands.messages import Line, line

if TYPE_CHECKING:
    from markupsafe import Markup

_URL = re.compile(r"https?://[^\s<>\"]+")
_TYPED = frozenset({"code", "digest"})
_ANYTHING_ELSE = "noreferrer nofollow"


def html(document: Document, texts: Texts) -> str:
    """Return a report as a page in the configured language."""
    # Few processes ever make one: the templates' language is loaded here.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("chatbot.reporting", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html").render(
        document=document,
        contents=line("report.contents"),
        language=texts.languages[0],
        direction="rtl" if texts.right_to_left() else "ltr",
        **_tools(texts),
    )


def _tools(texts: Texts) -> dict[str, object]:
    """Return what the template says things with."""
    from markupsafe import Markup

    def words(said: Line) -> Markup:
        return Markup(texts.words(said, dress=HTML))  # noqa: S704 - dressed, so escaped

    def shown(cell: Cell) -> Markup:
        if isinstance(cell, Line):
            return words(cell)
        return _link(words(cell.words), cell)

    def picture(chart: Chart) -> Markup:
        drawn = charts.drawn(chart, texts.words, to_left=texts.right_to_left())
        return Markup(drawn)  # noqa: S704 - made by an XML writer

    return {
        "words": words,
        "plain": texts.words,
        "shown": shown,
        "picture": picture,
        "kind_of": _kind_of,
        "counts": _counts,
    }


def _value(name: str, text: str) -> str:
    shown = escape(text)
    if _URL.fullmatch(text):
        return f'<a href="{shown}" rel="{_ANYTHING_ELSE}">{shown}</a>'
    if name in _TYPED:
        return f"<code>{shown}</code>"
    # Whatever its direction, it does not turn around the words beside it.
    return shown if text.isalnum() and text.isascii() else f"<bdi>{shown}</bdi>"


HTML = Dress(plain=escape, value=_value)


def _link(words: Markup, link: Link) -> Markup:
    from markupsafe import Markup

    if not link.address:
        return words
    opening = Markup('<a href="{}" rel="{}">').format(link.address, _ANYTHING_ELSE)
    return opening + words + Markup("</a>")


def _kind_of(block: Block) -> str:
    return type(block).__name__


def _counts(cell: Cell) -> bool:
    return isinstance(cell, Line) and isinstance(cell.values.get("value"), int | float)
