"""What becomes of recipients when the process that delivers is killed again and again.

    python -m tests.benchmarks.killing [KILLS] [SEED]

Runs go to crowds on three real wikis. A process delivers, is killed with SIGKILL at a point that
the seed decides (starting, looking, waiting for what may be on its way, writing), and the next
one goes on. In the end it is counted on the wikis and on record: nobody has the message twice,
nobody is lost, and whoever did not get it has a reason. It ends with an error where somebody was
wronged.
"""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from storage.database import Database
from tests.faults.counting import Ends
from tests.faults.killing import Killing
from tests.peers.delivery_fixtures import Deliverers
from tests.peers.mediawiki import running_wikis

KILLS = 200
SIZE = 150


async def killed(kills: int, seed: int, folder: Path) -> list[Ends]:
    """Kill so often. Return how the runs have ended."""
    url = f"sqlite+aiosqlite:///{folder / 'bellringer.db'}"
    database = Database.open(url)
    await database.upgrade()
    with running_wikis() as wikis:
        apis = {name: wiki.api for name, wiki in wikis.items()}
        deliverers = Deliverers(folder=folder, wikis=apis)
        try:
            killing = Killing(
                database=database,
                url=url,
                wikis=wikis,
                deliverers=deliverers,
                chance=random.Random(seed),
                size=SIZE,
            )
            return await killing.ends(kills)
        finally:
            deliverers.kill_all()
            await database.close()


def main() -> int:
    """Tell of each run how it has ended. Return 1 where somebody was wronged."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 10**6
    print(f"{kills} kills, seed {seed}")  # noqa: T201 - it is run by hand
    with tempfile.TemporaryDirectory() as folder:
        ends = asyncio.run(killed(kills, seed, Path(folder)))
    for each in ends:
        print(each)  # noqa: T201
    return 0 if all(each.right for each in ends) else 1


if __name__ == "__main__":
    sys.exit(main())
