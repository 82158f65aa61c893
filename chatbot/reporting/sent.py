"""The part of a report that says what was sent, in each language."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.reporting.document import Block, Points, Quote, Section
from chatbot.reporting.report import Report, Wording
from commands.grammar import printable
from commands.messages import Line, line
from storage.runvalues import RunKind


def sent(report: Report) -> Section:
    """Return the texts, as they were frozen or, before that, as they stand in the draft."""
    return Section(line("report.sent.heading"), tuple(_blocks(report)))


def _blocks(report: Report) -> Iterator[Block]:
    if about := tuple(_about(report)):
        yield Points(about)
    if report.run.kind is RunKind.RETRACTION or not report.wordings:
        yield line("report.sent.nothing")
        return
    for each in report.wordings:
        yield _quoted(each)
    yield line("report.sent.filled")


def _about(report: Report) -> Iterator[Line]:
    run = report.run
    if report.event:
        yield line("report.sent.event", title=report.event)
    for key, at in (
        ("report.sent.not_before", run.not_before),
        ("report.sent.not_after", run.not_after),
    ):
        if at:
            yield line(key, at=at)
    if report.corrects:
        yield line("report.sent.earlier", run=report.corrects.number, name=report.corrects.name)


def _quoted(wording: Wording) -> Quote:
    text = wording.text
    parts = (f"== {text.subject} ==", text.body or text.draft, text.footer)
    caption = line(
        "report.sent.in",
        language=text.language or "?",
        count=wording.recipients,
        source=text.source or line("report.sent.in_chat"),
    )
    whole = "\n\n".join(filter(None, parts))
    shown = "\n".join(printable(each) for each in whole.splitlines())
    return Quote(caption, shown, text.language, wording.direction)
