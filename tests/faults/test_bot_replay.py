"""A bot that comes back to a channel with history obeys nothing of what was said before."""

from pathlib import Path

import pytest

from storage import ledger
from tests.peers.bellringer import DESK, TALKS, Operator
from tests.peers.cast import Cast
from tests.peers.irc import IrcServer

FRESH = "tech-talk tomorrow 17:00"


@pytest.fixture
def operator(tmp_path: Path, irc_server: IrcServer) -> Operator:
    """An operator who has no wikis."""
    return Operator(folder=tmp_path, irc=irc_server, wikis={})


async def decisions(operator: Operator) -> list[str]:
    async with operator.database() as database, database.reading() as session:
        entries = await ledger.latest(session, 100)
    return [entry.action for entry in reversed(entries)]


async def test_a_restarted_bot_obeys_no_history(cast: Cast, operator: Operator) -> None:
    alice = cast.alice
    for channel in (TALKS, DESK):
        alice.send(f"MODE {channel} +H 50:1h")
    await cast.start_bot()
    alice.say(TALKS, f"!event add {FRESH} | Heard once")
    await alice.hears("Event 1 is registered")
    assert operator.stop() == 0
    before = await decisions(operator)
    alice.say(TALKS, f"!event add {FRESH} | Said to nobody")
    alice.say(DESK, "!halt all")
    alice.say(DESK, "!coordinator remove bob@testnet")
    await alice.settle()
    cast.carol.say(TALKS, "!next")
    await cast.carol.settle()
    mark = cast.carol.mark()
    await cast.start_bot()
    alice.say(TALKS, f"!event add {FRESH} | Heard again")
    await alice.hears("Event 2 is registered: Heard again")
    await operator.logged("irc.history_not_obeyed", times=2)
    assert await decisions(operator) == [*before, "event.added"]
    assert not [line for line in cast.carol.said_by("bellringer", since=mark) if "carol" in line]
    assert operator.stop() == 0
