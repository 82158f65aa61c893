"""A process that does nothing but deliver, to be killed: database, engine and real wikis.

    python -m tests.faults.deliverer '{"database": URL, "folder": DIR, "wikis": {NAME: API}}'

It ends when every run is done.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from chatbot.delivery.settings import LaneSettings
from chatbot.wiki.library import Library
from chatbot.wiki.settings import BotPassword, WikiSettings
from chatbot.wiki.sites import PywikibotWiki
from storage import runs
from storage.database import Database
from storage.deliveries import UNDER_WAY
from tests.delivering import delivering
from tests.peers.mediawiki import APPLICATION, BOT, SECRET

SETTLE = timedelta(seconds=2)


async def deliver(told: dict[str, Any]) -> None:
    database = Database.open(told["database"])
    folder = Path(told["folder"])
    library = Library(folder=folder / f"pywikibot-{os.getpid()}")
    wikis = {name: _wiki(name, api, library) for name, api in told["wikis"].items()}
    settings = LaneSettings(settle=SETTLE, check_ahead=told.get("check_ahead", 1))
    async with delivering(
        database, wikis, folder=folder, settings=settings, holder=f"process {os.getpid()}"
    ):
        while await _under_way(database):
            await asyncio.sleep(0.05)
    for wiki in wikis.values():
        await wiki.close()
    await database.close()


def _wiki(name: str, api: str, library: Library) -> PywikibotWiki:
    settings = WikiSettings(
        name=name,
        api=api,
        username=BOT,
        credentials=BotPassword(APPLICATION, SECRET),
        contact="https://example.org/bellringer",
    )
    return PywikibotWiki(settings=settings, library=library)


async def _under_way(database: Database) -> bool:
    async with database.reading() as session:
        return bool(await runs.in_state(session, UNDER_WAY))


if __name__ == "__main__":
    asyncio.run(deliver(json.loads(sys.argv[1])))
