"""One person across networks: what is begun in one is gone on with in the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.messages import Incoming
from storage import attendance, people
from storage.database import Database
from storage.runvalues import RunState
from storage.values import Attendee
from tests.commands import stage
from tests.commands.conversation import identity_of
from tests.commands.rundesks import RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ADA = "1234567@telegram"
BO = "7654321@telegram"


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Alice and Bob decide on IRC, Ada and Bo on Telegram; run 1 is prepared."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path)
    await conversation.appoint(["alice", "bob", ADA, BO])
    await conversation.prepare()
    return conversation


async def test_a_run_proposed_in_one_network_starts_by_a_word_from_each(
    channel: RunConversation,
) -> None:
    await channel.propose(by="alice")
    assert "1 of 2" in await channel.confirm("bob")
    assert "starts" in await channel.confirm(ADA)


@pytest.mark.parametrize(("one", "other"), [("alice", ADA), (ADA, "alice")])
async def test_two_who_confirmed_and_turn_out_to_be_one_halt_the_run(
    channel: RunConversation, one: str, other: str
) -> None:
    await channel.propose(by="bob")
    await channel.confirm("alice")
    await channel.confirm(ADA)
    said = await channel.join(one, other)
    assert "You are now one person" in said
    assert "one person" in said.splitlines()[-1]
    run = await channel.run()
    assert (run.state, run.halted_by) == (RunState.HALTED, None)
    assert "one person" in (await channel.told())[-1]


async def test_who_was_ever_linked_counts_as_one_also_when_unlinked(
    channel: RunConversation,
) -> None:
    await channel.join("alice", ADA)
    await channel.say("unlink", account=ADA)
    await channel.appoint([ADA])
    channel.now += timedelta(hours=1)
    await channel.propose(by="bob")
    await channel.confirm("alice")
    assert "1 of 2" in await channel.confirm(ADA)
    assert (await channel.run()).state is RunState.PROPOSED
    assert "starts" in await channel.confirm(BO)


async def test_whoever_speaks_on_telegram_is_called_by_his_name_there(
    channel: RunConversation,
) -> None:
    said = Incoming("timezone utc", "Ada Berg", identity_of(ADA), None, channel.now, "/")
    await channel.dispatch.hear(said)
    assert "Ada Berg (1234567@telegram)" in await channel.say("coordinator list")
    await channel.propose(by=ADA)
    assert any("Ada Berg" in told for told in await channel.told())


async def test_no_stranger_gets_a_coordinators_word_by_a_code_that_is_sent_to_him(
    channel: RunConversation,
) -> None:
    offered = await channel.say("link", account="mallory", private=True)
    code = offered.partition("Your code is ")[2].partition(".")[0]
    asked = await channel.say(f"link {code}", account=ADA, private=True)
    assert "mallory@libera" in asked
    assert "link" in asked
    assert "mallory" not in await channel.say("coordinator list")
    assert "one person" in await channel.say(f"link {code} yes", account=ADA, private=True)
    assert any("mallory@libera" in told for told in await channel.told())


async def test_a_code_comes_with_the_address_that_says_it_on_telegram(
    channel: RunConversation,
) -> None:
    offered = await channel.say("link", private=True)
    code = offered.partition("Your code is ")[2].partition(".")[0]
    assert f"https://t.me/bell?start={code}" in offered
    assert "t.me" not in await channel.say("link", account=ADA, private=True)


async def test_of_two_who_are_linked_an_event_counts_one(channel: RunConversation) -> None:
    for turn in range(2):
        await stage.plan(channel.database, turn)
    async with channel.database.transaction() as session:
        for account in ("alice", ADA, "bob"):
            person = await people.find(session, identity_of(account))
            assert person is not None
            await attendance.save(session, 1, Attendee(person.key, NOW))
            if account == ADA:
                await attendance.save(session, 2, Attendee(person.key, NOW))
    await channel.join("alice", ADA)
    async with channel.database.reading() as session:
        assert [await attendance.count(session, event) for event in (1, 2)] == [2, 1]


@pytest.mark.parametrize(
    ("account", "answer"),
    [
        ("5555555@telegram", "I have your word for 5555555@telegram"),
        ("5555555@Telegram", "I have your word for 5555555@telegram"),
        ("1087968824@telegram", "is not a person"),
        ("777000@telegram", "is not a person"),
        ("136817688@telegram", "is not a person"),
        ("ada@telegram", "is no Telegram user id"),
        ("-100123@telegram", "is no Telegram user id"),
        ("007@telegram", "is no Telegram user id"),
        ("777000@libera", "I have your word for 777000@libera"),
    ],
)
async def test_coordinators_of_telegram_are_user_ids_of_people(
    channel: RunConversation, account: str, answer: str
) -> None:
    assert answer in await channel.say(f"coordinator add {account}")


async def test_who_is_no_person_can_still_be_removed(channel: RunConversation) -> None:
    await channel.appoint(["777000@telegram"])
    assert "no longer" in await channel.say("coordinator remove 777000@telegram")
