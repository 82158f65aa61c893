"""Wikis that take nothing or are gone in mid-run delay it: nobody is lost or written to twice."""

from pathlib import Path

import pytest

from tests.peers.bellringer import Operator
from tests.peers.cast import Cast
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.irc import IrcServer
from tests.peers.mediawiki import MediaWiki


@pytest.fixture
def operator(tmp_path: Path, irc_server: IrcServer, own_wikis: dict[str, MediaWiki]) -> Operator:
    """An operator on wikis that nobody else needs to be up."""
    return Operator(folder=tmp_path, irc=irc_server, wikis=own_wikis)


async def test_a_run_goes_on_when_one_wiki_is_read_only_and_another_gone_for_a_while(
    cast: Cast, own_wikis: dict[str, MediaWiki]
) -> None:
    audience = newcomers(own_wikis, 60)
    cast.operator.configure(settle="2s", edits_per_minute=300)
    await cast.start_bot()
    await cast.start_run(own_wikis["metawiki"], audience)
    await cast.operator.logged("delivery.settled", times=15)
    with own_wikis["enwiki"].overridden("$wgReadOnly = 'Moving to another machine';"):
        own_wikis["svwiki"].stop()
        for wiki in ("enwiki", "svwiki"):
            await cast.operator.logged(f"lane.pauses wiki={wiki}")
    own_wikis["svwiki"].start()
    await cast.alice.hears("done: 60 delivered, 0 skipped, 0 failed", within=90)
    assert set(messages(own_wikis, audience).values()) == {1}
    assert cast.operator.stop() == 0
