"""A whole report, put together of its parts."""

from __future__ import annotations

from chatbot.reporting.allowed import allowed, proof
from chatbot.reporting.audience import audience
from chatbot.reporting.document import Document
from chatbot.reporting.ended import Address, ended, everybody, pace
from chatbot.reporting.heard import answers, heard
from chatbot.reporting.lead import summary
from chatbot.reporting.report import Report
from chatbot.reporting.sent import sent
from commands.messages import line


def document(report: Report, *, address: Address, covered_file: str) -> Document:
    """Return a report as a document.

    `address` returns that of a revision; `covered_file` is the name of the file whose SHA-256
    is the digest that was confirmed.
    """
    run = report.run
    sections = (
        allowed(report),
        sent(report),
        audience(report),
        ended(report),
        pace(report),
        heard(report),
        proof(report, covered_file),
        answers(report, address),
        everybody(report, address),
    )
    return Document(
        title=line("report.title", run=run.number, name=run.name),
        summary=(*summary(report), line("report.made", at=report.made_at.replace(microsecond=0))),
        sections=tuple(each for each in sections if each.blocks),
    )
