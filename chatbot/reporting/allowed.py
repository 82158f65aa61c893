"""The part of a report for whoever asks who allowed this, and how that can be checked."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.reporting.document import Points, Section
from chatbot.reporting.report import Report
from commands.messages import Line, line
from commands.rules.marks import mark


def allowed(report: Report) -> Section:
    """Return who drafted, proposed, confirmed and approved a run, and who objects."""
    lines = (*_words(report), *_approvals(report), line("report.allowed.rule"))
    return Section(line("report.allowed.heading"), (Points(lines),))


def proof(report: Report, covered_file: str) -> Section:
    """Return how anybody can check what was confirmed. `covered_file` is what the digest covers."""
    return Section(line("report.proof.heading"), (Points(tuple(_proofs(report, covered_file))),))


def _words(report: Report) -> Iterator[Line]:
    yield line("report.allowed.drafted", who=report.author)
    if report.proposed:
        yield line("report.allowed.proposed", who=report.proposed.who, at=report.proposed.at)
    for each in report.confirmed:
        yield line("report.allowed.confirmed", who=each.who, at=each.at, network=each.network)
    for each in report.objections:
        yield line("report.allowed.objected", who=each.who, at=each.at, reason=each.reason)


def _approvals(report: Report) -> Iterator[Line]:
    for each in report.approvals:
        yield line("report.allowed.approval", wiki=each.wiki, link=each.link, until=each.until)


def _proofs(report: Report, covered_file: str) -> Iterator[Line]:
    run = report.run
    if run.digest is None:
        yield line("report.proof.none")
        return
    yield line("report.proof.digest", digest=run.digest)
    if report.proven:
        yield line("report.proof.recompute", code=f"sha256sum {covered_file}", file=covered_file)
    else:
        yield line("report.proof.changed")
    yield line("report.proof.mark", code=mark(run.number, run.digest, 42))
