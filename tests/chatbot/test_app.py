"""The parts are all put together: nothing that was built stands outside the running bot."""

import io
import os
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from chatbot import settings
from chatbot.app import App
from chatbot.tour import try_config
from storage.database import Database


async def test_every_engine_is_part_of_the_bot(tmp_path: Path) -> None:
    config = try_config(tmp_path)
    database = Database.open(settings.database_url(config))
    app = App(
        config=config,
        environment=os.environ,
        database=database,
        scheduler=AsyncIOScheduler(),
        source=io.StringIO(),
        screen=io.StringIO(),
        log=structlog.get_logger(),
    )
    engines = {"notices", "series", "errands", "watch", "delivery", "listening"}
    assert set(app.engines) == engines
    assert set(app.wikis) == {"drywiki"}
    await database.close()
