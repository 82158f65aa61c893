"""The parts are all put together: nothing that was built stands outside the running bot."""

import io
import os
from pathlib import Path

import msgspec
import pytest
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from chatbot import settings
from chatbot.app import App
from chatbot.config import Config, Console
from chatbot.publicconfig import Web
from chatbot.publicity import known_address
from chatbot.tour import try_config
from storage.database import Database


async def test_every_engine_is_part_of_the_bot(tmp_path: Path) -> None:
    config = try_config(tmp_path, port=8080)
    database = Database.open(settings.database_url(config))
    app = put_together(config, database)
    assert set(app.engines) == {
        *("notices", "series", "errands", "watch", "delivery", "listening"),
        *("follow-up", "promotion", "waiting", "pages on drywiki", "web"),
    }
    assert set(app.wikis) == {"drywiki"}
    await database.close()


async def test_a_bot_for_events_alone_needs_no_wiki(tmp_path: Path) -> None:
    config = msgspec.structs.replace(
        try_config(tmp_path, port=8080), dry_wiki=(), calendar_pages=()
    )
    database = Database.open(settings.database_url(config))
    assert put_together(config, database).wikis == {}
    await database.close()


@pytest.mark.parametrize(
    ("web", "console", "known"),
    [
        (None, None, ""),
        (Web(), None, ""),
        (Web(), Console(), "http://127.0.0.1:8080"),
        (Web(listen="::1", port=81), Console(), "http://[::1]:81"),
        (Web(address="https://e.example.org/"), None, "https://e.example.org"),
    ],
)
def test_chats_are_told_only_of_an_address_that_people_reach(
    web: Web | None, console: Console | None, known: str
) -> None:
    assert known_address(Config(web=web, console=console)) == known


def put_together(config: Config, database: Database) -> App:
    return App(
        config=config,
        environment=os.environ,
        database=database,
        scheduler=AsyncIOScheduler(),
        source=io.StringIO(),
        screen=io.StringIO(),
        log=structlog.get_logger(),
    )
