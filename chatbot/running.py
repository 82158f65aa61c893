"""A bot's life in one process: opened, run until told to stop, closed in reverse order."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC
from typing import Any, TextIO

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.typing import FilteringBoundLogger

from chatbot import settings
from chatbot.app import App
from chatbot.clock import utc_now
from chatbot.config import CONSOLE, Config
from chatbot.logs import start_logging
from chatbot.operator import ensure_coordinators, refuse_strangers
from chatbot.seat import SeatTaken, seat
from chatbot.sections import ConfigError
from commands.messages import Line
from storage.database import Database

_STOP_SECONDS = 45


async def run_forever(
    config: Config,
    environment: Mapping[str, str],
    *,
    source: TextIO,
    screen: TextIO,
    greeting: tuple[Line, ...] = (),
) -> int:
    """Run until SIGTERM, SIGINT or the end of what is typed. Return the exit code.

    Raises ConfigError.
    """
    folder = settings.data_folder(config)
    # Where a person reads the terminal, only what went wrong is logged.
    level = logging.ERROR if config.console else logging.INFO
    log = start_logging(settings.all_secrets(config, environment), level=level)
    try:
        with seat(folder):
            async with AsyncExitStack() as stack:
                database = await stack.enter_async_context(_opened(config))
                scheduler = await stack.enter_async_context(_scheduler())
                app = App(
                    config=config,
                    environment=environment,
                    database=database,
                    scheduler=scheduler,
                    source=source,
                    screen=screen,
                    log=log,
                )
                if app.console:
                    app.console.welcome(*greeting)
                return await _live(app, log)
    except SeatTaken as taken:
        raise ConfigError(f"data: another process runs on {taken}") from taken


async def _live(app: App, log: FilteringBoundLogger) -> int:
    stopping = _stop_signal()
    engines = [asyncio.create_task(engine.run(), name=name) for name, engine in app.engines.items()]
    transports = [asyncio.create_task(each.run(), name=each.network) for each in app.transports]
    typing = [asyncio.create_task(app.console.run(), name=CONSOLE)] if app.console else []
    waiting = asyncio.create_task(stopping.wait(), name="stop signal")
    log.info("started", parts=[task.get_name() for task in (*engines, *transports, *typing)])
    done, _ = await asyncio.wait(
        (*engines, *transports, *typing, waiting), return_when=asyncio.FIRST_COMPLETED
    )
    log.info("stopping")
    await _end(engines)
    await asyncio.gather(*(each.stop() for each in app.transports), return_exceptions=True)
    await _end([*transports, *typing, waiting])
    closing = [app.publicity.close(), *(wiki.close() for wiki in app.wikis.values())]
    await asyncio.gather(*closing, return_exceptions=True)
    return _verdict(done, log)


async def _end(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_STOP_SECONDS)


def _verdict(done: Collection[asyncio.Task[Any]], log: FilteringBoundLogger) -> int:
    died = [task for task in done if not task.cancelled() and task.exception()]
    for task in died:
        log.error("part died", part=task.get_name(), exc_info=task.exception())
    return 1 if died else 0


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[Database]:
    database = Database.open(settings.database_url(config))
    try:
        await database.upgrade()
        if config.console:
            await ensure_coordinators(database, CONSOLE, config.console.coordinators, utc_now())
        await refuse_strangers(database, config)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _scheduler() -> AsyncIterator[AsyncIOScheduler]:
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)
