"""A web face with feeds and cards on a socket of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count

import httpx
import structlog
from structlog.testing import LogCapture

from chatbot.feeding import made_feeding
from chatbot.programme import Programme
from chatbot.serving import web_engines
from chatbot.text import Texts
from storage.database import Database
from tests.chatbot.web.visiting import FACE, NOW, Visit

ADDRESS = "https://events.example.org"


class Fed:
    """What makes feeds and cards, what is logged, and a visitor who asks for them."""

    def __init__(self, database: Database) -> None:
        self.log = LogCapture()
        self.now = NOW
        self.visit = Visit(database)
        log, texts, seconds = structlog.wrap_logger(None, processors=[self.log]), Texts(), count()
        # It looks at the database whenever it is asked.
        programme = Programme(database=database, log=log, monotonic=lambda: float(next(seconds)))
        self.feeding = made_feeding(
            database=database,
            programme=programme,
            texts=texts,
            title=FACE.title,
            address=ADDRESS,
            kinds=FACE.kinds,
            clock=lambda: self.now,
            log=log,
        )
        self.told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.engine = web_engines(
            settings=replace(FACE, address=ADDRESS),
            programme=programme,
            texts=texts,
            commands=(),
            feeds=self.feeding.feeds,
            cards=self.feeding.cards,
            statistics=None,
            listening=self.told.set_result,
            clock=lambda: self.now,
            log=log,
        )["web"]


@asynccontextmanager
async def fed(database: Database) -> AsyncIterator[Fed]:
    """Serve feeds and cards."""
    made = Fed(database)
    serving = asyncio.create_task(made.engine.run())
    await asyncio.wait((serving, made.told), return_when=asyncio.FIRST_COMPLETED)
    try:
        made.visit.address = made.told.result()
        async with httpx.AsyncClient(base_url=made.visit.address) as made.visit._client:
            yield made
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
