"""The parts of a report that say what people answered, and whether the message did anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chatbot.reporting.counting import DAYS, slots
from chatbot.reporting.document import (
    Block,
    Cell,
    Column,
    Columns,
    Link,
    Points,
    Section,
    Table,
    cell,
)
from chatbot.reporting.ended import Address
from chatbot.reporting.report import Report
from commands.messages import line
from commands.rules.outcomelines import effect_lines
from storage.heard import Reaction, ReactionKind

_PUBLIC = frozenset({ReactionKind.REPLY, ReactionKind.TALK, ReactionKind.REVERT})
"""What everybody can read on the wiki anyway: mail was written to the coordinators alone."""
_MOST_ANSWERS = 200


def heard(report: Report) -> Section:
    """Return what was heard, when, and how those written to compare with those held out."""
    return Section(line("report.heard.heading"), tuple(_heard(report)))


def answers(report: Report, address: Address) -> Section:
    """Return the first words of each public answer, with the edit."""
    found = [each for each in report.reactions if each.kind in _PUBLIC]
    shown = found[:_MOST_ANSWERS]
    heads = tuple(line(f"report.head.{name}") for name in ("who", "wiki", "what", "at", "words"))
    rows = tuple(_answer(each, address) for each in shown)
    blocks: list[Block] = [Table(line("report.answers.caption"), heads, rows)] if rows else []
    if more := len(found) - len(shown):
        blocks.append(line("report.answers.more", count=more))
    return Section(line("report.answers.heading"), tuple(blocks), personal=True)


def _heard(report: Report) -> Iterator[Block]:
    if not report.reactions:
        yield line("report.heard.nothing")
    else:
        yield _counts(report)
        yield _days(report)
    if report.outcomes.effect:
        yield Points(tuple(effect_lines(report.outcomes.effect)))


def _counts(report: Report) -> Table:
    counts = Counter(each.kind for each in report.reactions)
    return Table(
        line("report.heard.caption"),
        (line("report.head.what"), line("report.head.count")),
        tuple((line(f"report.heard.{kind}"), cell(count)) for kind, count in counts.most_common()),
    )


def _days(report: Report) -> Columns:
    found = slots((each.at for each in report.reactions), DAYS)
    return Columns(
        key="heard",
        title=line("report.heard.chart"),
        description=line("report.heard.description", span=found.length),
        unit=line("report.heard.unit"),
        columns=tuple(
            Column(
                cell(at.replace(second=0, microsecond=0)),
                count,
                line("report.heard.note", at=at.replace(microsecond=0), count=count),
            )
            for at, count in found.counts
        ),
    )


def _answer(each: Reaction, address: Address) -> tuple[Cell, ...]:
    what = line(f"report.heard.{each.kind}")
    return (
        cell(each.who or line("heard.somebody")),
        cell(each.wiki),
        Link(what, address(each.wiki, each.revid)),
        cell(each.at.replace(second=0, microsecond=0)),
        cell(each.words),
    )
