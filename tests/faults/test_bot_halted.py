"""A run halted by one word in mid-run: what the answer promises holds on the wikis."""

import asyncio
import re
from collections.abc import Mapping

from storage import deliveries
from storage.database import Database
from storage.runvalues import RunState
from tests.delivering import until_state
from tests.peers.bellringer import DESK
from tests.peers.cast import Cast
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.mediawiki import BOT, MediaWiki
from tests.prepared import the_run

MAY_LAND = re.compile(r"has halted run 1 \(Newsletter\)\. (\d+) edits? may still land")


def written(wikis: Mapping[str, MediaWiki], digest: str) -> int:
    """Count on the wikis the edits that bear a run's mark."""
    ask = {"action": "query", "list": "usercontribs", "ucuser": BOT, "uclimit": "max"}
    answers = [wiki.visitor.ask(**ask)["query"]["usercontribs"] for wiki in wikis.values()]
    return sum(f"b1-{digest[:6]}-" in edit["comment"] for edits in answers for edit in edits)


async def until_nothing_is_on_its_way(database: Database) -> None:
    async with asyncio.timeout(30):
        while await _on_its_way(database):
            await asyncio.sleep(0.02)


async def _on_its_way(database: Database) -> int:
    async with database.reading() as session:
        return await deliveries.claimed_count(session, 1)


async def test_after_a_halt_no_more_lands_than_was_said_and_another_lets_it_go_on(
    cast: Cast, wikis: Mapping[str, MediaWiki]
) -> None:
    audience = newcomers(dict(wikis), 60)
    cast.operator.configure(settle="2s")
    await cast.start_bot()
    await cast.start_run(wikis["metawiki"], audience)
    await cast.operator.logged("delivery.settled", times=15)
    cast.alice.say(DESK, "!halt 1")
    (most,) = MAY_LAND.findall(await cast.alice.hears("alice has halted run 1"))
    async with cast.operator.database() as database:
        run = await the_run(database)
        assert run.digest is not None
        before = written(wikis, run.digest)
        await until_nothing_is_on_its_way(database)
        after = written(wikis, run.digest)
        assert after - before <= int(most) <= len(wikis)
        assert after < len(audience)
        cast.alice.say(DESK, "!resume 1")
        await cast.alice.hears("Whoever halted a run does not let it go on")
        assert written(wikis, run.digest) == after
        cast.bob.say(DESK, "!resume 1")
        await until_state(database, run, RunState.DONE)
    assert set(messages(wikis, audience).values()) == {1}
    assert cast.operator.stop() == 0
