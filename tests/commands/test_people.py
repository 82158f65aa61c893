"""Persons and coordinators, as they are talked to in a channel."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.coordinators import Coordinators
from commands.declaration import Call
from commands.messages import Line, line
from commands.people import People
from storage import ledger
from storage.database import Database
from tests.commands.conversation import Conversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


class Halting:
    """Stands where the look at runs after a link stands, and tells that it was asked."""

    async def __call__(self, call: Call) -> tuple[Line, ...]:
        return (line("dispatch.fault", reference="looked"),)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    codes = iter(["AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC"])
    desks = (
        *People(
            new_code=lambda: next(codes),
            linked=Halting(),
            languages=("en", "sv"),
            deep_link=lambda code: f"https://t.me/bell?start={code}",
            coordinators=(),
        ).commands(),
        *Coordinators(networks=("libera", "oftc"), word_holds=timedelta(hours=72)).commands(),
    )
    conversation = Conversation(database, desks, NOW)
    await conversation.appoint(["alice", "bob"])
    return conversation


async def actions(channel: Conversation) -> list[str]:
    async with channel.database.reading() as session:
        return [entry.action for entry in reversed(await ledger.latest(session, 50))]


async def test_somebody_without_an_account_is_nobody(channel: Conversation) -> None:
    assert "not logged in" in await channel.say("whoami", account=None)
    assert "NickServ" in await channel.say("timezone UTC", account=None)


@pytest.mark.parametrize("account", ['"carol smith"', "@libera", "x" * 65, "carol!c@libera"])
async def test_what_cannot_be_an_account_is_no_coordinator(
    channel: Conversation, account: str
) -> None:
    assert "cannot be an account" in await channel.say(f"coordinator add {account}")


async def test_whoami_tells_account_role_and_zone(channel: Conversation) -> None:
    await channel.say("timezone europe/stockholm")
    told = await channel.say("whoami")
    assert "alice@libera: a coordinator" in told
    assert "Europe/Stockholm" in told
    assert "nothing more" in await channel.say("whoami", account="eve")


async def test_timezone_alone_tells_the_zone_or_suggests_one(channel: Conversation) -> None:
    assert "timezone Europe/Stockholm" in await channel.say("timezone")
    await channel.say("timezone utc")
    assert await channel.say("tz") == "Your time zone is UTC."
    await channel.say("language sv", account="bob")
    assert "Kanske är din zon Europe/Stockholm" in await channel.say("whoami", account="bob")


async def test_a_language_once_chosen_is_spoken_to_that_person_alone(
    channel: Conversation,
) -> None:
    assert await channel.say("language Swedish") == "Från och med nu talar jag svenska med dig."
    assert "Jag talar svenska med dig." in await channel.say("whoami")
    assert "Menade du !whoami?" in await channel.say("whoamy")
    assert "I speak English to you." in await channel.say("lang", account="bob")
    assert await channel.say("language english") == "From now on I speak English to you."
    assert await actions(channel) == ["person.language", "person.language"]


async def test_a_language_that_is_not_spoken_is_answered_with_those_that_are(
    channel: Conversation,
) -> None:
    told = await channel.say("language klingon")
    assert told == 'I do not speak "klingon". I speak: English, svenska.'
    assert "I speak: English, svenska." in await channel.say("language")
    assert await actions(channel) == []


async def test_a_linked_account_brings_its_language(channel: Conversation) -> None:
    await channel.say("language sv", account="eve")
    await channel.say("link")
    await channel.say("link AAAA-AAAA yes", account="eve")
    assert "svenska" in await channel.say("whoami")


async def test_a_wrong_zone_is_answered_with_the_nearest(channel: Conversation) -> None:
    assert "Europe/Stockholm" in await channel.say("timezone Europe/Stokholm")


async def test_adding_a_coordinator_takes_two(channel: Conversation) -> None:
    assert "second coordinator" in await channel.say("coordinator add carol")
    assert "second coordinator" in await channel.say("coordinator add carol")
    assert "carol" not in await channel.say("coordinator list")
    assert "now a coordinator" in await channel.say("coordinator add carol", account="bob")
    assert "carol@libera" in await channel.say("coordinator list")
    assert await actions(channel) == [
        "coordinator.nominated",
        "coordinator.nominated",
        "coordinator.added",
    ]


async def test_a_word_given_by_somebody_dismissed_since_is_no_word(channel: Conversation) -> None:
    await channel.say("coordinator add carol")
    await channel.say("coordinator remove alice", account="bob")
    assert "second coordinator" in await channel.say("coordinator add carol", account="bob")


async def test_a_word_grows_old(channel: Conversation) -> None:
    await channel.say("coordinator add carol")
    channel.now += timedelta(hours=73)
    assert "second coordinator" in await channel.say("coordinator add carol", account="bob")


async def test_one_human_with_two_accounts_gives_one_word(channel: Conversation) -> None:
    await channel.say("link")
    await channel.say("link aaaa aaaa yes", account="eve")
    await channel.say("unlink", account="eve")
    await channel.appoint(["eve"])
    await channel.say("coordinator add carol")
    assert "second coordinator" in await channel.say("coordinator add carol", account="eve")


async def test_removing_takes_one_and_works_at_once(channel: Conversation) -> None:
    assert "1 coordinator is left" in await channel.say("coordinator remove bob")
    assert "is for coordinators" in await channel.say("audit", account="bob")


async def test_those_who_are_none_cannot_appoint(channel: Conversation) -> None:
    assert "is for coordinators" in await channel.say("coordinator add eve", account="eve")
    assert "know no network" in await channel.say("coordinator add eve@nowhere")


async def test_two_accounts_become_one_person_by_a_code_said_from_both_sides(
    channel: Conversation,
) -> None:
    offered = await channel.reply("link")
    assert offered is not None
    assert offered.private
    joined = await channel.say("link AAAA-AAAA yes", account="eve")
    assert "alice@libera, eve@libera" in joined
    assert "looked" in joined
    assert "a coordinator" in await channel.say("whoami", account="eve")
    assert "wrong, used or too old" in await channel.say("link AAAA-AAAA yes", account="mallory")


async def test_a_coordinators_role_stays_whichever_side_began(channel: Conversation) -> None:
    await channel.say("link", account="eve")
    await channel.say("link AAAA-AAAA yes", account="alice")
    assert "a coordinator" in await channel.say("whoami", account="alice")
    assert "2 coordinators" in await channel.say("coordinator list")


async def test_a_code_is_not_for_oneself_and_not_for_guessing(channel: Conversation) -> None:
    await channel.say("link")
    assert "your own" in await channel.say("link AAAA-AAAA yes")
    await channel.say("link")
    for _ in range(5):
        await channel.say("link XXXX-XXXX", account="mallory")
    assert "wrong" in await channel.say("link BBBB-BBBB", account="mallory")


async def test_unlinking_leaves_the_account_alone_and_without_the_role(
    channel: Conversation,
) -> None:
    await channel.say("link")
    await channel.say("link AAAA-AAAA yes", account="eve")
    assert "stands alone" in await channel.say("unlink", account="eve")
    assert "is for coordinators" in await channel.say("audit", account="eve")
    assert "only account" in await channel.say("unlink", account="eve")


async def test_the_audit_names_actors_but_the_ledger_knows_keys_only(
    channel: Conversation,
) -> None:
    await channel.say("coordinator add carol")
    assert "alice: coordinator.nominated" in await channel.say("audit 3")
    async with channel.database.reading() as session:
        (entry,) = await ledger.latest(session, 1)
    assert "carol" not in f"{entry.subject} {entry.details}"
