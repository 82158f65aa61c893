"""The beginning of a report: what was done, by whose word, to whom and why, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.reporting.report import Report
from commands.messages import Line, line
from commands.rundesk import state_line
from storage.runvalues import RunKind

_KEYS = {
    RunKind.MESSAGE: "report.lead.message",
    RunKind.CORRECTION: "report.lead.correction",
    RunKind.RETRACTION: "report.lead.retraction",
}


def summary(report: Report) -> tuple[Line, ...]:
    """Return what somebody should know who reads nothing else."""
    return (
        *_what(report),
        *_how_far(report),
        *_allowed(report),
        *_chosen(report),
        *_heard(report),
    )


def _what(report: Report) -> Iterator[Line]:
    run, earlier = report.run, report.corrects
    yield line(
        _KEYS[run.kind],
        run=run.number,
        subject=run.subject,
        earlier=earlier.number if earlier else 0,
        name=earlier.name if earlier else "",
    )
    for each in report.corrected_by:
        yield line("report.lead.put_right", run=each.number, state=state_line(each))


def _how_far(report: Report) -> Iterator[Line]:
    tally = report.tally
    yield line(
        "report.lead.state",
        state=state_line(report.run),
        count=tally.total,
        wikis=line("run.wikis", count=tally.wikis),
        sent=tally.sent,
        skipped=tally.skipped,
        failed=tally.failed,
        waiting=tally.waiting,
    )
    saved = [each.saved_at for each in report.deliveries if each.saved_at]
    if saved:
        yield line("report.lead.when", first=min(saved), last=max(saved))


def _allowed(report: Report) -> Iterator[Line]:
    if report.proposed is None:
        yield line("report.lead.not_proposed", who=report.author)
    elif not report.confirmed:
        yield line("report.lead.not_confirmed", who=report.proposed.who)
    else:
        names = tuple(each.who for each in report.confirmed)
        yield line("report.lead.confirmed", who=report.proposed.who, names=names)


def _chosen(report: Report) -> Iterator[Line]:
    if report.steps:
        first, last = report.steps[0], report.steps[-1]
        yield line("report.lead.chosen", listed=first.taken + first.left, count=last.left)


def _heard(report: Report) -> Iterator[Line]:
    counts = report.outcomes.total
    if counts.delivered:
        yield line(
            "report.lead.heard",
            replied=counts.replied,
            thanked=counts.thanked,
            signed_up=counts.signed_up,
            reverted=counts.reverted,
            opted_out=counts.opted_out,
        )
