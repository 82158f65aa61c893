"""A report as the wikitext of a page of its own. Nothing in it that people wrote is markup.

It leaves out what names people beyond those who were responsible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chatbot.reporting.document import Block, Cell, Document, Points, Quote, Table
from chatbot.text import Texts
from chatbot.wikidress import WIKITEXT, literal_words
from commands.messages import Line
from commands.rules.wikitext import escaped

Words = Callable[[Line], str]


def wikitext(document: Document, texts: Texts, *, run: int) -> str:
    """Return a report as wikitext in the configured language, beginning with its marker."""

    def words(said: Line) -> str:
        return texts.words(said, dress=WIKITEXT)

    language, direction = texts.languages[0], "rtl" if texts.right_to_left() else "ltr"
    parts = [
        f'{marker(run)}<div lang="{language}" dir="{direction}">',
        f"'''{words(document.title)}'''",
        *map(words, document.summary),
    ]
    for section in document.sections:
        if not section.personal:
            parts.append(f"== {words(section.heading)} ==")
            parts += [made for block in section.blocks for made in _block(block, words)]
    return "\n\n".join([*parts, "</div>"])


def marker(run: int) -> str:
    """Return what a page begins with that is the report of a run."""
    return f"<!-- Bellringer: report of run {run} -->"


def _block(block: Block, words: Words) -> Iterator[str]:
    """Yield a block as wikitext; a chart shows nothing that no table says."""
    match block:
        case Line():
            yield words(block)
        case Points():
            yield "\n".join(f"* {words(each)}" for each in block.lines)
        case Quote():
            yield words(block.caption)
            yield _quoted(block)
        case Table():
            yield _table(block, words)


def _quoted(quote: Quote) -> str:
    text = "\n".join(map(literal_words, quote.text.splitlines()))
    style = 'style="white-space: pre-wrap"'
    return f'<pre lang="{escaped(quote.language)}" dir="{quote.direction}" {style}>\n{text}</pre>'


def _table(table: Table, words: Words) -> str:
    lines = ['{| class="wikitable"', f"|+ {words(table.caption)}"]
    lines += [f'! scope="col" | {words(each)}' for each in table.heads]
    for first, *rest in table.rows:
        lines += ["|-", f'! scope="row" | {_shown(first, words)}']
        lines += [f"| {_shown(each, words)}" for each in rest]
    return "\n".join([*lines, "|}"])


def _shown(cell: Cell, words: Words) -> str:
    return words(cell if isinstance(cell, Line) else cell.words)
