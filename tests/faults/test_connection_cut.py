"""A wiki that cuts each connection after 25 edits: everybody is written to, and once."""

from pathlib import Path

import pytest

from storage.database import Database
from storage.runvalues import DeliveryState
from tests.delivering import delivering, until_state
from tests.peers.cutting_proxy import CuttingProxy
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, confirmed


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("answers_last", [True, False], ids=["after its answer", "before"])
async def test_a_wiki_that_cuts_connections_loses_and_doubles_nobody(
    database: Database,
    metawiki: MediaWiki,
    connect: Connect,
    tmp_path: Path,
    answers_last: bool,
) -> None:
    audience = newcomers({"metawiki": metawiki}, 60)
    run = await confirmed(database, audience)
    proxy = CuttingProxy(wiki_api=metawiki.api, edits=25, answers_last=answers_last)
    with proxy.running():
        site = {"metawiki": connect(metawiki, api=proxy.api)}
        async with delivering(database, site, folder=tmp_path):
            await until_state(database, run)
    assert proxy.cut == 2
    assert len(proxy.edits()) == len(audience)
    assert {each.state for each in await all_deliveries(database, run)} == {DeliveryState.SENT}
    assert set(messages({"metawiki": metawiki}, audience).values()) == {1}
