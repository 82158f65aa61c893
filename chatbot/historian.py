"""What the operator does by hand with the history dumps: import them, look at them, ask them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

import msgspec

from chatbot import settings
from chatbot.config import Config
from chatbot.history.engines import HistoryError, insist_on
from chatbot.history.importing import Imported, Refused, import_all
from chatbot.history.reading import Contributor, History
from chatbot.history.shelf import Shelf
from chatbot.seat import SeatTaken, seat
from chatbot.sections import ConfigError
from chatbot.text import Texts
from commands.census import Articles, Contribution, Window
from commands.messages import Line, line
from commands.rules.recipe import Significance


@dataclass(frozen=True, slots=True)
class Question:
    """Who is looked for: days are in UTC; `engine` and `master` go before what is configured."""

    since: datetime | None
    until: datetime | None
    edits: int
    added: int
    by_article: bool
    engine: Literal["duckdb", "spark"] | None = None
    master: str = ""


def bring_in(config: Config, files: Sequence[Path], jobs: int, screen: TextIO) -> int:
    """Import files of the dumps, as the only one; exit code 1 when one was refused."""
    shelf = _shelf(config)
    try:
        insist_on("history", "pyarrow")
        with seat(shelf.folder):
            return max(_imported(config, import_all(files, shelf, jobs), screen))
    except SeatTaken:
        return _say(config, screen, line("history.busy", folder=str(shelf.folder)), code=1)
    except HistoryError as fault:
        return _say(config, screen, line("operator.failed", reason=str(fault)), code=1)


def show(config: Config, screen: TextIO) -> int:
    """Print what was imported, a snapshot a line."""
    shelf = _shelf(config)
    whole, unfinished = shelf.snapshots(), shelf.unfinished()
    for month in whole:
        wikis = shelf.wikis(month)
        files = len(shelf.files(month, wikis))
        _say(config, screen, line("history.snapshot", month=month, files=files, wikis=wikis))
    for month in unfinished:
        _say(config, screen, line("history.unfinished", month=month))
    if not whole and not unfinished:
        _say(config, screen, line("history.nothing"))
    return 0


async def list_contributors(
    config: Config, articles: Path, question: Question, screen: TextIO, errors: TextIO
) -> int:
    """Print who contributed to articles, a heading first. Raises ConfigError."""
    topic = await asyncio.to_thread(_topic, articles)
    history = History(settings=settings.history(_computed(config, question)))
    if missing := history.missing(topic.by_wiki):
        _say(config, errors, line("history.missing", wikis=missing))
    try:
        found = await _found(history, topic, question)
    except HistoryError as fault:
        return _say(config, errors, line("operator.failed", reason=str(fault)), code=1)
    columns = fields(Contribution if question.by_article else Contributor)
    _print(screen, [column.name for column in columns])
    for row in found:
        _print(screen, astuple(row))
    return 0


def _imported(
    config: Config, endings: Iterable[Imported | Refused], screen: TextIO
) -> Iterator[int]:
    for ended in endings:
        yield _say(config, screen, _told(ended), code=isinstance(ended, Refused))
        screen.flush()


def _shelf(config: Config) -> Shelf:
    settings.data_folder(config)
    shelf = Shelf(settings.history(config).folder)
    shelf.folder.mkdir(exist_ok=True)
    return shelf


async def _found(
    history: History, topic: Articles, question: Question
) -> Sequence[Contribution] | Sequence[Contributor]:
    window = Window(_utc(question.since), _utc(question.until))
    significance = Significance(question.edits, question.added)
    if question.by_article:
        return await history.contributions(topic, window, significance)
    return await history.contributors(topic, window, significance)


def _computed(config: Config, question: Question) -> Config:
    configured = config.history
    chosen = msgspec.structs.replace(
        configured,
        engine=question.engine or configured.engine,
        master=question.master or configured.master,
    )
    return msgspec.structs.replace(config, history=chosen)


def _topic(file: Path) -> Articles:
    by_wiki: dict[str, list[str]] = {}
    try:
        for wiki, title in _articles(file):
            by_wiki.setdefault(wiki, []).append(title.replace("_", " "))
    except (OSError, ValueError) as fault:
        raise ConfigError(f"{file}: {fault}") from fault
    return Articles({wiki: tuple(titles) for wiki, titles in by_wiki.items()})


def _articles(file: Path) -> Iterator[tuple[str, str]]:
    for number, text in enumerate(file.read_text().splitlines(), 1):
        wiki, tab, title = text.partition("\t")
        if not (wiki and tab and title):
            raise ValueError(f"line {number} is not a wiki, a tab and a title")
        yield wiki, title


def _told(ended: Imported | Refused) -> Line:
    if isinstance(ended, Refused):
        return line("history.refused", file=ended.file, reason=ended.reason)
    if ended.already:
        return line("history.already", file=ended.file)
    return line(
        "history.imported",
        file=ended.file,
        read=ended.read,
        kept=ended.kept,
        broken=ended.broken,
    )


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None


def _print(screen: TextIO, values: Iterable[object]) -> None:
    screen.write("\t".join(str(value) for value in values) + "\n")


def _say(config: Config, screen: TextIO, said: Line, *, code: int = 0) -> int:
    screen.write(Texts(default=config.language).words(said) + "\n")
    return code
