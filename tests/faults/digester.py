"""A process that does nothing but send the digest that is due, to be killed.

python -m tests.faults.digester '{"database": URL, "folder": DIR, "port": N, "ca": FILE,
                                  "now": INSTANT, "holder": NAME}'
"""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import storage.runs  # noqa: F401 - tables refer to those of runs
from storage.database import Database
from tests.chatbot.publish.newsroom import newsroom
from tests.peers.smtp import SmtpServer


async def send(told: dict[str, Any]) -> None:
    database = Database.open(told["database"])
    folder = Path(told["folder"])
    # Of the server, which another process runs, only its port and certificate are looked at.
    server = SmtpServer(folder=Path(told["ca"]).parent, port=told["port"])
    async with newsroom(database, folder, server) as room:
        room.restart(told["holder"])
        await room.jump(datetime.fromisoformat(told["now"]))
    await database.close()


if __name__ == "__main__":
    asyncio.run(send(json.loads(sys.argv[1])))
