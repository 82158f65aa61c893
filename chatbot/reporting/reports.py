"""Makes the report of a run in each of its formats, as the run stands at that moment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from chatbot.clock import Clock
from chatbot.pixels import png
from chatbot.reporting import charts
from chatbot.reporting.audience import funnel_chart
from chatbot.reporting.collecting import collected
from chatbot.reporting.contents import document
from chatbot.reporting.document import Document
from chatbot.reporting.page import html
from chatbot.reporting.report import Report
from chatbot.reporting.table import table
from chatbot.reporting.turnout import one_picture
from chatbot.reporting.wikipage import wikitext
from chatbot.text import Texts
from commands.policy import RunPolicy
from commands.rules.turnout import comparisons
from commands.stats import collected as turnouts
from storage import funnels
from storage.database import Database


class Reports:
    """Reports of runs, in words of the configured language.

    `folder` is where files are written, `revision_urls` are addresses of a wiki's revisions, by
    wiki, with `{revid}` in them.
    """

    def __init__(
        self,
        *,
        database: Database,
        folder: Path,
        policy: RunPolicy,
        texts: Texts,
        revision_urls: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._database = database
        self._folder = folder
        self._policy = policy
        self._texts = texts
        self._revision_urls = revision_urls
        self._clock = clock

    async def write(self, run: int) -> tuple[Path, ...]:
        """Write a run's files in place of earlier ones and return where they are.

        First a page to be read, then a table; of a run that is proposed also what its digest
        covers. Raises LookupError when there is no such run.
        """
        report = await self._collected(run)
        return await asyncio.to_thread(self._write, report)

    async def wikitext(self, run: int) -> str:
        """Return the report as a page of a wiki. Raises LookupError when there is no such run."""
        report = await self._collected(run)
        return await asyncio.to_thread(
            lambda: wikitext(self._document(report), self._texts, run=run)
        )

    async def funnel(self, run: int) -> bytes | None:
        """Return how the audience came about as PNG, None where pictures cannot be made."""
        async with self._database.reading() as session:
            chart = funnel_chart(await funnels.steps(session, run))
        to_left = self._texts.right_to_left()
        svg = charts.drawn(chart, self._texts.words, to_left=to_left)
        return await asyncio.to_thread(png, svg)

    async def turnout(self, back: timedelta) -> bytes | None:
        """Return how the events of so long were attended as PNG, None where there is none."""
        async with self._database.reading() as session:
            found = await turnouts(session, since=self._clock() - back)
        compared = comparisons(found.told)
        if not compared:
            return None
        to_left = self._texts.right_to_left()
        svg = one_picture(compared, self._texts.words, to_left=to_left)
        return await asyncio.to_thread(png, svg)

    async def _collected(self, run: int) -> Report:
        async with self._database.reading() as session:
            return await collected(session, run, policy=self._policy, now=self._clock())

    def _write(self, report: Report) -> tuple[Path, ...]:
        self._folder.mkdir(parents=True, exist_ok=True)
        files = {
            f"{_stem(report)}.html": html(self._document(report), self._texts).encode(),
            f"{_stem(report)}.csv": table(report, self._address).encode(),
        }
        if report.proven:
            files[_covered_file(report)] = report.covered
        return tuple(_put(self._folder / name, content) for name, content in files.items())

    def _document(self, report: Report) -> Document:
        return document(report, address=self._address, covered_file=_covered_file(report))

    def _address(self, wiki: str, revid: int | None) -> str:
        url = self._revision_urls.get(wiki, "")
        return url.replace("{revid}", str(revid)) if revid else ""


def _stem(report: Report) -> str:
    return f"run-{report.run.number}"


def _covered_file(report: Report) -> str:
    return f"{_stem(report)}.confirmed.json"


def _put(path: Path, content: bytes) -> Path:
    """Write a file so that nobody ever finds half of it."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path
