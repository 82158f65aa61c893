"""A run for a wiki whose rules ask for it cannot be proposed without a link to its approval."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.overseeing import Overseeing
from commands.rundesk import Act, Records
from commands.standing import Standing
from storage import approvals, ledger
from storage.database import Database
from storage.runvalues import RunState
from tests.commands.rundesks import POLICY, RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
STRICT = replace(POLICY, approval=frozenset({"svwiki"}))
LINK = "[[Wikipedia:Robotar/Ansökningar]]"


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Run 1 is prepared; svwiki asks for an approval."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path, policy=STRICT)
    await conversation.appoint(["alice", "bob", "carol"])
    await conversation.prepare()
    return conversation


@pytest.mark.parametrize(
    ("said", "until"),
    [
        (LINK, NOW + timedelta(days=365)),
        (f"{LINK} until 2026-12-31", datetime(2026, 12, 31, 23, 59, tzinfo=UTC)),
        (f"{LINK} until 2026-12-31 10:00", datetime(2026, 12, 31, 10, 0, tzinfo=UTC)),
        ("https://sv.wikipedia.org/x?y=1", NOW + timedelta(days=365)),
    ],
)
async def test_an_approval_has_a_link_and_an_end(
    channel: RunConversation, said: str, until: datetime
) -> None:
    assert "svwiki has approved" in await channel.say(f"approval svwiki {said}")
    async with channel.database.reading() as session:
        (kept,) = await approvals.latest(session)
        (entry,) = await ledger.latest(session, 1)
    assert (kept.wiki, kept.link, kept.until) == ("svwiki", said.partition(" until")[0], until)
    assert (entry.action, entry.subject) == ("approval.given", "wiki:svwiki")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (f"nowiki {LINK}", "no wiki"),
        ("svwiki they said yes", "Where can the approval be read"),
        (f"svwiki {LINK} until yesterday 10:00", "past"),
    ],
)
async def test_what_is_no_approval_is_not_kept(
    channel: RunConversation, said: str, answer: str
) -> None:
    assert answer in await channel.say(f"approval {said}")
    assert "Still to be asked for: svwiki" in await channel.say("approvals")


async def test_without_one_that_holds_no_run_is_proposed(channel: RunConversation) -> None:
    (refusal,) = await channel.propose()
    assert (refusal.key, refusal.values["wikis"]) == ("propose.no_approval", ("svwiki",))
    await channel.say(f"approval svwiki {LINK} until 2026-12-02")
    channel.now += timedelta(days=2)
    assert "ended on" in await channel.say("approvals")
    (refusal,) = await channel.propose()
    assert refusal.key == "propose.no_approval"


async def test_the_link_is_part_of_what_is_confirmed_and_shown(channel: RunConversation) -> None:
    await channel.say(f"approval svwiki {LINK}")
    await channel.propose()
    first = await channel.run()
    assert first.approvals == {"svwiki": LINK}
    assert LINK in await channel.say("run show 1")
    await channel.say("withdraw 1")
    await channel.say("approval svwiki [[Wikipedia:Another]]")
    await channel.propose()
    assert (await channel.run()).digest != first.digest


async def test_no_run_starts_once_the_approval_has_ended(channel: RunConversation) -> None:
    await channel.say(f"approval svwiki {LINK} until 2026-12-02")
    await channel.propose()
    await channel.confirm("alice")
    channel.now += timedelta(days=2)
    assert "none holds any more" in await channel.confirm("bob")
    assert (await channel.run()).state is RunState.PROPOSED


async def test_a_run_halts_when_the_approval_ends(channel: RunConversation) -> None:
    await channel.say(f"approval svwiki {LINK} until 2026-12-02")
    await channel.start()
    records = Records(policy=STRICT)
    standing = Standing(policy=STRICT, records=records)
    overseeing = Overseeing(policy=STRICT, records=records, standing=standing)
    for days, state in ((0, RunState.CANARY), (2, RunState.HALTED)):
        async with channel.database.transaction() as session:
            await overseeing.look(Act(session, NOW + timedelta(days=days)))
        assert (await channel.run()).state is state
    channel.now += timedelta(days=2)
    assert "none holds any more" in await channel.say("resume 1", account="bob")
