"""The parts of a report that say what became of everybody, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from chatbot.reporting.counting import MINUTES, Ends, Reason, ends_by, reasons, slots
from chatbot.reporting.document import (
    Bars,
    Block,
    Cell,
    Column,
    Columns,
    Link,
    Points,
    Row,
    Section,
    Table,
    cell,
)
from chatbot.reporting.report import Report
from commands.messages import Line, line
from commands.rules.outcomelines import why
from commands.rules.outcomes import Counts
from storage.runvalues import Delivery

_MOST_BARS = 30
_MOST_REASONS = 200
_MOST_PEOPLE = 1000
_MINUTE = timedelta(minutes=1)

Address = Callable[[str, int | None], str]
"""Returns the address of a revision by wiki and number, empty where there is none."""


def ended(report: Report) -> Section:
    """Return the ends by wiki, language and way, and the reasons."""
    return Section(line("report.ended.heading"), tuple(_ended(report)))


def pace(report: Report) -> Section:
    """Return when it was sent, and how fast."""
    return Section(line("report.pace.heading"), tuple(_pace(report)))


def everybody(report: Report, address: Address) -> Section:
    """Return what became of each recipient, with the edit that delivered it."""
    heads = _heads("page", "wiki", "language", "way", "end", "edit")
    shown = report.deliveries[:_MOST_PEOPLE]
    rows = tuple(_person(each, report.run.language, address) for each in shown)
    blocks: list[Block] = [Table(line("report.everybody.caption"), heads, rows)] if rows else []
    if more := len(report.deliveries) - len(shown):
        blocks.append(line("report.everybody.more", count=more))
    return Section(line("report.everybody.heading"), tuple(blocks), personal=True)


def _ended(report: Report) -> Iterator[Block]:
    language = report.run.language
    by_wiki = ends_by(report.deliveries, lambda each: each.recipient.wiki)
    if not by_wiki:
        yield line("report.ended.nobody")
        return
    yield _chart(by_wiki[:_MOST_BARS])
    answers = report.outcomes
    yield _table("report.ended.by_wiki", "wiki", by_wiki, answers.by_wiki)
    by_language = ends_by(report.deliveries, lambda each: each.recipient.language or language)
    yield _table("report.ended.by_language", "language", by_language, answers.by_language)
    by_way = ends_by(report.deliveries, lambda each: each.recipient.way)
    yield _table("report.ended.by_way", "way", by_way, {})
    if saved := [each for each in report.deliveries if each.revid]:
        verified = sum(each.verified for each in saved)
        yield line("report.ended.verified", verified=verified, count=len(saved))
    if found := reasons(report.deliveries, language)[:_MOST_REASONS]:
        heads = _heads("reason", "end", "wiki", "language", "way", "count")
        yield Table(line("report.ended.reasons"), heads, tuple(_reason(each) for each in found))


def _chart(groups: tuple[tuple[str, Ends], ...]) -> Bars:
    return Bars(
        key="ended",
        title=line("report.ended.chart"),
        description=line("report.ended.description"),
        parts=_heads("sent", "skipped", "failed", "waiting"),
        rows=tuple(
            Row(
                cell(wiki),
                line("report.ended.note", sent=ends.sent, count=ends.total),
                (ends.sent, ends.skipped, ends.failed, ends.waiting),
            )
            for wiki, ends in groups
        ),
    )


def _table(
    caption: str,
    kind: str,
    groups: tuple[tuple[str, Ends], ...],
    answers: Mapping[str, Counts],
) -> Table:
    """Return how each group ended, with what its people did where that is counted."""
    names = [kind, "count", "sent", "skipped", "failed", "waiting"]
    if answers:
        names += ["replied", "signed_up", "opted_out"]
    rows = []
    for name, ends in groups:
        numbers = [ends.total, ends.sent, ends.skipped, ends.failed, ends.waiting]
        if counts := answers.get(name):
            numbers += [counts.replied, counts.signed_up, counts.opted_out]
        first = line(f"way.{name}") if kind == "way" else cell(name or "?")
        rows.append((first, *map(cell, numbers)))
    return Table(line(caption), _heads(*names), tuple(rows))


def _reason(each: Reason) -> tuple[Cell, ...]:
    return (
        why(each.outcome),
        line(f"delivery.{each.state}"),
        cell(each.wiki),
        cell(each.language or "?"),
        line(f"way.{each.way}"),
        cell(each.count),
    )


def _pace(report: Report) -> Iterator[Block]:
    run = report.run
    saved = [each.saved_at for each in report.deliveries if each.saved_at]
    lines = [
        line(key, at=at)
        for key, at in (
            ("report.pace.started", run.started_at),
            ("report.pace.first", min(saved, default=None)),
            ("report.pace.last", max(saved, default=None)),
            ("report.pace.finished", run.finished_at),
        )
        if at
    ]
    yield Points((*lines, *_rate(report))) if lines else line("report.pace.none")
    if saved:
        found = slots(saved, MINUTES)
        yield Columns(
            key="pace",
            title=line("report.pace.chart"),
            description=line("report.pace.description", span=found.length),
            unit=line("report.pace.unit"),
            columns=tuple(
                Column(
                    cell(at.replace(second=0, microsecond=0)),
                    round(count * _MINUTE / found.length, 2),
                    line("report.pace.note", at=at.replace(microsecond=0), count=count),
                )
                for at, count in found.counts
            ),
        )


def _rate(report: Report) -> Iterator[Line]:
    saved = [each.saved_at for each in report.deliveries if each.saved_at]
    if saved and (taken := max(saved) - min(saved)) >= _MINUTE:
        rate = round(len(saved) * _MINUTE / taken, 1)
        yield line("report.pace.rate", count=len(saved), span=taken, rate=rate)


def _person(each: Delivery, language: str, address: Address) -> tuple[Cell, ...]:
    to = each.recipient
    end: Line = line(f"delivery.{each.state}")
    if each.outcome:
        end = line("report.everybody.end", state=end, why=why(each.outcome))
    return (
        cell(each.saved_title or to.title),
        cell(to.wiki),
        cell(to.language or language or "?"),
        line(f"way.{to.way}"),
        end,
        Link(cell(each.revid), address(to.wiki, each.revid)) if each.revid else cell(""),
    )


def _heads(*names: str) -> tuple[Line, ...]:
    return tuple(line(f"report.head.{name}") for name in names)
