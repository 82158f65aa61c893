"""Kills processes that deliver, at points that a seed decides, until all have come to an end."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from storage.database import Database
from storage.runvalues import Run, RunState
from tests.faults.counting import Ends, counted, crowd
from tests.peers.delivery_fixtures import Deliverer, Deliverers
from tests.peers.mediawiki import MediaWiki
from tests.prepared import all_deliveries, confirmed, stands


class Killing:
    """Delivers to one crowd of `size` after the other over `wikis`, and kills all the while."""

    def __init__(
        self,
        *,
        database: Database,
        url: str,
        wikis: Mapping[str, MediaWiki],
        deliverers: Deliverers,
        chance: random.Random,
        size: int = 60,
    ) -> None:
        self._database = database
        self._url = url
        self._wikis = wikis
        self._deliverers = deliverers
        self._chance = chance
        self._size = size

    async def ends(self, kills: int) -> list[Ends]:
        """Kill so often. Return how each run has ended that was under way meanwhile."""
        ends = []
        while kills:
            run = await confirmed(self._database, crowd(self._wikis, self._size))
            while kills and await stands(self._database, run) is not RunState.DONE:
                process = self._deliverers.start(self._url)
                if kill_somewhere(process, self._chance):
                    kills -= 1
                else:
                    process.wait()
            self._deliverers.start(self._url).wait()
            ends.append(await ends_of(self._database, self._wikis, run))
        return ends


async def ends_of(database: Database, wikis: Mapping[str, MediaWiki], run: Run) -> Ends:
    """Return how a run has ended, which must be done."""
    assert await stands(database, run) is RunState.DONE
    return counted(wikis, await all_deliveries(database, run))


def kill_somewhere(process: Deliverer, chance: random.Random) -> bool:
    """Kill at a random point: mostly while it writes, now and then while it still looks.

    Return whether it had not ended before.
    """
    if chance.random() < 0.75:
        process.wait_until_it_delivers()
        time.sleep(chance.uniform(0, 0.4))
    else:
        time.sleep(chance.uniform(0.3, 3))
    alive = not process.ended
    process.kill()
    return alive
