"""People say what they are called on the wikis."""

from __future__ import annotations

import pytest

from commands.editors import Editors
from commands.rules.usernames import user_name
from storage import attendance, editors, people
from storage.database import Database
from storage.values import Identity
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, event_desks


@pytest.fixture
async def chat(database: Database) -> Conversation:
    return Conversation(database, (*event_desks(), *Editors().commands()), NOW)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("ada_lovelace", "Ada lovelace"),
        ("User:Ada", "Ada"),
        ("user talk: Ada", "Ada"),
        ("[[User:Ada|me]]", "Ada"),
        ("[[:sv:Användare:Ada]]", "Ada"),
        ("@Ada", "Ada"),
        ("  Ada  ", "Ada"),
        ("Élodie", "Élodie"),
    ],
)
def test_names_are_understood_as_people_write_them(typed: str, name: str) -> None:
    assert user_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["", "A/B", "192.0.2.7", "a#b", "{{Ada}}", "Ada<br>", "~~~~", "x" * 236, "User:"],
)
def test_what_cannot_be_a_name_is_none(typed: str) -> None:
    assert user_name(typed) is None


async def test_a_name_is_kept_told_and_taken_back(chat: Conversation) -> None:
    assert "You have not said" in await chat.say("wikiname", account="bob")
    assert "you are Bo Ek" in await chat.say("wikiname bo_Ek", account="bob")
    assert "you are Bo Ek" in await chat.say("wikiname", account="bob")
    assert "cannot be a user name" in await chat.say("wikiname {{Bo}}", account="bob")
    assert "forgotten" in await chat.say("wikiname -", account="bob")
    assert "You have not said" in await chat.say("wikiname", account="bob")


async def test_those_who_attend_are_known_by_their_names(database: Database) -> None:
    async with database.transaction() as session:
        ada, bob, cleo = [
            (await people.ensure(session, Identity("libera", name), NOW)).key
            for name in ("ada", "bob", "cleo")
        ]
        await editors.set_name(session, ada, "Ada")
        await editors.set_name(session, bob, "Bo")
    async with database.reading() as session:
        assert await editors.attending(session, [1]) == ((), 0)
    async with database.transaction() as session:
        await editors.join(session, kept=cleo, joined=bob)
        assert await editors.name_of(session, cleo) == "Bo"
        assert await editors.name_of(session, bob) is None
        await editors.join(session, kept=ada, joined=cleo)
        assert await editors.name_of(session, ada) == "Ada"


async def test_who_comes_to_several_events_is_one(chat: Conversation) -> None:
    await chat.appoint(["alice"])
    for number in (1, 2):
        await chat.say(f"event add tech-talk in {number} hours | Talk {number}")
    await chat.say("wikiname Bo", account="bob")
    for word in ("coming 1", "coming 2"):
        await chat.say(word, account="bob")
    await chat.say("coming 2", account="carol")
    async with chat.database.reading() as session:
        assert await attendance.count(session, 2) == 2
        assert await editors.attending(session, [1, 2]) == (("Bo",), 1)
