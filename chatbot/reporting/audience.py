"""The part of a report that says to whom a run goes, and why them: recipe and funnel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatbot.reporting.document import Bars, Block, Points, Row, Section, Table, cell
from chatbot.reporting.report import Report
from commands.messages import Line, line
from storage.runvalues import FunnelStep


def audience(report: Report) -> Section:
    """Return the recipe in words, and what each step of the funnel took."""
    return Section(line("report.audience.heading"), tuple(_blocks(report)))


def funnel_chart(steps: Sequence[FunnelStep]) -> Bars:
    """Return the funnel as a picture: what each step took, and what is left after it."""
    listed = steps[0].taken + steps[0].left if steps else 0
    rows = [Row(line("report.funnel.listed"), cell(listed), (listed, 0))]
    for each in _taking(steps):
        note = line("report.funnel.note", count=each.taken, left=each.left)
        rows.append(Row(line(f"funnel.{each.step}"), note, (each.left, each.taken)))
    return Bars(
        key="funnel",
        title=line("report.funnel.title"),
        description=line(
            "report.funnel.description", listed=listed, count=steps[-1].left if steps else 0
        ),
        parts=(line("report.funnel.left"), line("report.funnel.taken")),
        rows=tuple(rows),
    )


def _blocks(report: Report) -> Iterator[Block]:
    if report.recipe:
        yield Points(report.recipe)
    elif report.run.audience_source:
        yield line("run.audience_source", source=report.run.audience_source)
    if report.steps:
        yield funnel_chart(report.steps)
        yield _table(report.steps)


def _table(steps: Sequence[FunnelStep]) -> Table:
    heads = tuple(
        line(key) for key in ("report.funnel.reason", "report.funnel.taken", "report.funnel.left")
    )
    rows = tuple(
        (line(f"funnel.{each.step}"), cell(each.taken), cell(each.left)) for each in _taking(steps)
    )
    first: tuple[Line, ...] = (
        line("report.funnel.listed"),
        cell(0),
        cell(steps[0].taken + steps[0].left),
    )
    return Table(line("report.funnel.caption"), heads, (first, *rows))


def _taking(steps: Sequence[FunnelStep]) -> list[FunnelStep]:
    return [each for each in steps if each.taken]
