"""A run's report: what became of everybody who was listed, as CSV in the data folder."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from storage import deliveries, funnels
from storage.database import Database
from storage.values import Delivery, LeftOut

_HEADER = (
    "number",
    "wiki",
    "page",
    "as listed",
    "state",
    "reason",
    "detail",
    "may be retried",
    "saved on",
    "saved at (UTC)",
    "revision",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = tuple[str, ...]


class Reports:
    """Writes reports into a folder.

    `revision_urls` are addresses of a wiki's revisions, by wiki, with `{revid}` in them.
    """

    def __init__(
        self, *, database: Database, folder: Path, revision_urls: Mapping[str, str]
    ) -> None:
        self._database = database
        self._folder = folder
        self._revision_urls = revision_urls

    async def write(self, run: int) -> Path:
        """Write the report of a run as it stands now, in place of an earlier one."""
        async with self._database.reading() as session:
            delivered = await deliveries.of_run(session, run)
            left_out = await funnels.left_out(session, run)
        rows = [self._delivered(each) for each in delivered]
        rows += [_left_out(each) for each in left_out]
        path = self._folder / f"run-{run}.csv"
        await asyncio.to_thread(_write, path, rows)
        return path

    def _delivered(self, delivery: Delivery) -> Row:
        recipient = delivery.recipient
        return (
            str(recipient.number),
            recipient.wiki,
            recipient.title,
            recipient.as_listed,
            delivery.state,
            delivery.outcome,
            delivery.detail,
            "yes" if delivery.retriable else "",
            delivery.saved_title or "",
            f"{delivery.saved_at:%Y-%m-%d %H:%M:%S}" if delivery.saved_at else "",
            self._address(delivery),
        )

    def _address(self, delivery: Delivery) -> str:
        if delivery.revid is None:
            return ""
        url = self._revision_urls.get(delivery.recipient.wiki, "{revid}")
        return url.replace("{revid}", str(delivery.revid))


def _left_out(left: LeftOut) -> Row:
    blank = ("",) * 4
    return ("", left.wiki, left.title, left.as_listed, "left out", left.step, left.detail, *blank)


def _write(path: Path, rows: Iterable[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(tuple(map(_harmless, row)) for row in rows)
    unfinished.replace(path)


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
