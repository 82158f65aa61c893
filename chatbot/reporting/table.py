"""A report as a table for spreadsheets: what became of everybody who was listed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from chatbot.reporting.ended import Address
from chatbot.reporting.report import Report
from storage.runvalues import Delivery, LeftOut

_HEADER = (
    "number",
    "wiki",
    "page",
    "as listed",
    "language",
    "way",
    "state",
    "reason",
    "detail",
    "may be retried",
    "saved on",
    "saved at (UTC)",
    "revision",
    "read back",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cells = tuple[str, ...]


def table(report: Report, address: Address) -> str:
    """Return a report as CSV (RFC 4180)."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_HEADER)
    writer.writerows(tuple(map(_harmless, row)) for row in _rows(report, address))
    return file.getvalue()


def _rows(report: Report, address: Address) -> Iterator[Cells]:
    for delivery in report.deliveries:
        yield _delivered(delivery, report.run.language, address)
    for left in report.left_out:
        yield _left_out(left)


def _delivered(delivery: Delivery, language: str, address: Address) -> Cells:
    to = delivery.recipient
    return (
        str(to.number),
        to.wiki,
        to.title,
        to.as_listed,
        to.language or language,
        to.way,
        delivery.state,
        delivery.outcome,
        delivery.detail,
        "yes" if delivery.retriable else "",
        delivery.saved_title or "",
        f"{delivery.saved_at:%Y-%m-%d %H:%M:%S}" if delivery.saved_at else "",
        _revision(delivery, address),
        "yes" if delivery.verified else "",
    )


def _revision(delivery: Delivery, address: Address) -> str:
    """Return the address of the edit, its number where nobody has the wiki's address."""
    if delivery.revid is None:
        return ""
    return address(delivery.recipient.wiki, delivery.revid) or str(delivery.revid)


def _left_out(left: LeftOut) -> Cells:
    who = ("", left.wiki, left.title, left.as_listed, "", "")
    return (*who, "left out", left.step, left.detail, *("",) * 5)


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
