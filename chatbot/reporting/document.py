"""What a report is made of, whatever its format: sections of sentences, tables, texts, charts.

All words are keys and values still; a format puts them into its own markup.
"""

from __future__ import annotations

from dataclasses import dataclass

from commands.messages import Line, Value, line


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; only words where `address` is empty."""

    words: Line
    address: str


Cell = Line | Link


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are `heads`; the first cell names its row."""

    caption: Line
    heads: tuple[Line, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A text as somebody wrote it, in its language (BCP 47) and direction (`ltr`, `rtl`)."""

    caption: Line
    text: str
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of bars: its name, what it comes to in words, and the lengths of its parts."""

    name: Line
    note: Line
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of rows of bars; `parts` names what each part of a row stands for."""

    key: str
    title: Line
    description: Line
    parts: tuple[Line, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it stands for, how high it is, and both in words."""

    name: Line
    height: float
    note: Line


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns over time; `unit` says what is counted."""

    key: str
    title: Line
    description: Line
    unit: Line
    columns: tuple[Column, ...]


Chart = Bars | Columns
"""`key` tells the charts of one document apart."""

Block = Line | Points | Table | Quote | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading. What is `personal` names people, and is not for everybody to read."""

    heading: Line
    blocks: tuple[Block, ...]
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report: its title, then a summary in plain sentences, then all else."""

    title: Line
    summary: tuple[Line, ...]
    sections: tuple[Section, ...]


def cell(value: Value) -> Line:
    """Return a bare value as what stands in a table or beside a bar."""
    return line("report.cell", value=value)
