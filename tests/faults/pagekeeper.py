"""A process that does nothing but keep pages of events on a wiki, to be killed.

python -m tests.faults.pagekeeper '{"database": URL, "api": ADDRESS, "folder": DIR,
                                    "prefix": PREFIX, "now": INSTANT, "holder": NAME}'
"""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import storage.runs  # noqa: F401 - tables refer to those of runs
from chatbot.wiki.library import Library
from chatbot.wiki.settings import BotPassword, WikiSettings
from chatbot.wiki.sites import PywikibotWiki
from storage.database import Database
from tests.pagekeeping import Press, settings
from tests.peers.mediawiki import APPLICATION, BOT, SECRET


async def keep(told: dict[str, Any]) -> None:
    database = Database.open(told["database"])
    wiki = PywikibotWiki(
        settings=WikiSettings(
            name="metawiki",
            api=told["api"],
            username=BOT,
            credentials=BotPassword(APPLICATION, SECRET),
            contact="https://example.org/bellringer",
        ),
        library=Library(folder=Path(told["folder"])),
    )
    sections = [settings(told["prefix"])]
    now = datetime.fromisoformat(told["now"])
    await Press(database, wiki, sections, holder=told["holder"], now=now).look()
    await wiki.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(keep(json.loads(sys.argv[1])))
