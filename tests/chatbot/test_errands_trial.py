"""A test of a message on coordinators' own pages, and the footers that all messages have."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from commands.messages import line
from commands.policy import RunPolicy
from storage import deliveries
from storage.database import Database
from storage.runvalues import RunState
from tests.chatbot.erranding import Office, office
from tests.commands.rundesks import POLICY

PAGES = ("User talk:Alice", "svwiki:User talk:Bob", "User talk:Moved")
OWN_FOOTERS = {"nb": "<small>Fra {sender}. [{stop|Nei} Stopp]</small>"}


@pytest.fixture
def policy() -> RunPolicy:
    """Footers in the readers' languages, and two pages of the coordinators."""
    return replace(
        POLICY,
        footers=OWN_FOOTERS,
        optout_preload="User:Bellringer/Opt-out",
        test_pages=PAGES,
    )


@pytest.fixture
async def desk(database: Database, tmp_path: Path, policy: RunPolicy) -> AsyncIterator[Office]:
    """An office with run 1, whose message is in English and Swedish."""
    (tmp_path / "svwiki").mkdir()
    (tmp_path / "svwiki/language.txt").write_text("sv")
    async with office(database, tmp_path, policy=policy) as opened:
        await opened.chat.say("run new December")
        await opened.ask("run message 1 [[Newsletter]]")
        await opened.ask("run message 1 | Föredrag | Hej $user! | language: sv")
        yield opened


def text(desk: Office, wiki: str, name: str) -> str:
    file = desk.folder / wiki / "User_talk" / f"{name}.wiki"
    return file.read_text(encoding="utf-8") if file.exists() else ""


async def test_a_test_stands_on_coordinators_pages_and_is_marked_as_one(desk: Office) -> None:
    answer = await desk.ask("run test 1 [[User:Alice]] [[User talk:Bob@svwiki]]")
    assert "Written on User talk:Alice (metawiki): https://meta.example/?oldid=" in answer
    assert "Written on User talk:Bob (svwiki): " in answer
    assert text(desk, "metawiki", "Alice").startswith(
        "== Test: Tech talk ==\n\nHello dear reader!\n\nCome.\n\n<small>Sent on behalf of alice, "
    )
    assert text(desk, "svwiki", "Bob").startswith("== Test: Föredrag ==\n\nHej Bob!\n\n<small>")
    [edit] = await desk.wikis["metawiki"].own_edits(desk.chat.now)
    assert edit.summary.startswith("Test: Tech talk: [[User:Bellringer|run 1]] · t")
    assert (await desk.chat.run()).state is RunState.DRAFT


async def test_a_test_in_one_language_says_so_on_a_page_in_another(desk: Office) -> None:
    await desk.ask("run test 1 sv [[User:Alice]]")
    found = text(desk, "metawiki", "Alice")
    assert '== Test: <span lang="sv" dir="ltr">Föredrag</span> ==' in found
    assert '<div lang="sv" dir="ltr" class="mw-content-ltr">\nHej Alice!' in found


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("run test 1 [[User:Mallory]]", '"User:Mallory" is none of them'),
        ("run test 1 [[User:Alice/sub]]", "none of them"),
        ("run test 1 [[User:Bob]]", "none of them"),
        ("run test 1 [[User talk:Moved]]", '"User talk:Mallory" is none of them'),
        ("run test 1 [[User:Alice]] [[User:Mallory]]", '"User:Mallory" is none of them'),
        ("run test 1 fi [[User:Alice]]", "Run 1 has no text in: fi"),
    ],
)
async def test_nobody_else_gets_a_test(desk: Office, command: str, answer: str) -> None:
    desk.place("User_talk/Moved.wiki", "#REDIRECT [[User talk:Mallory]]")
    assert answer in await desk.ask(command)
    assert not await desk.wikis["metawiki"].own_edits(desk.chat.now)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("run test 1 User:Alice", "Say it like this"),
        (f"run test 1 {' '.join(f'[[User:A{n}]]' for n in range(6))}", "5 pages at most"),
    ],
)
async def test_a_test_names_few_pages(desk: Office, command: str, answer: str) -> None:
    assert answer in await desk.chat.say(command)


async def test_a_message_with_errors_is_not_tested(desk: Office) -> None:
    await desk.ask("run message 1 | Hi | <b>bold")
    answer = await desk.ask("run test 1 [[User:Alice]]")
    assert "<b> in line 1 is never closed" in answer
    assert "not tested" in answer
    assert text(desk, "metawiki", "Alice") == ""


async def test_who_has_opted_out_gets_no_test_either(desk: Office) -> None:
    desk.place("User_talk/Alice.wiki", "[[Category:Opted-out of message delivery]]")
    answer = await desk.ask("run test 1 [[User:Alice]]")
    assert "Not written on User talk:Alice (metawiki): opted-out" in answer


@pytest.mark.parametrize(
    ("loses", "answer", "stand"),
    [("answer", "Written on User talk:Alice", 1), ("edit", "Nobody knows whether it stands on", 0)],
)
async def test_a_lost_answer_is_looked_for_and_nothing_sent_again(
    desk: Office, loses: str, answer: str, stand: int
) -> None:
    metawiki = desk.wikis["metawiki"]
    metawiki.loses = loses
    assert answer in await desk.ask("run test 1 [[User:Alice]]")
    assert (metawiki.saves, text(desk, "metawiki", "Alice").count("== Test:")) == (1, stand)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Sent on behalf of alice, because "),
        ("nb", "<small>Fra alice. [{{fullurl:Special:MyTalk|action=edit&section=new&preload="),
        ("ar", "alice"),
    ],
)
async def test_a_footer_is_in_the_language_of_its_text(
    desk: Office, language: str, words: str
) -> None:
    await desk.ask(f"run message 1 | X | Y | language: {language}")
    await desk.ask(f"run test 1 {language} [[User:Alice]]")
    found = text(desk, "metawiki", "Alice")
    assert words in found
    assert "&preload=User%3ABellringer%2FOpt-out&preloadtitle=" in found
    assert "%5B%5BCategory%3AOpted-out%20of%20message%20delivery%5D%5D}} " in found


async def test_a_footer_in_another_language_than_its_text_says_which(desk: Office) -> None:
    await desk.ask("run message 1 | Moi | Tule | language: fi")
    await desk.ask("run test 1 fi [[User:Alice]]")
    outer, _, inner = text(desk, "metawiki", "Alice").partition("Tule\n\n")
    assert '<div lang="fi" dir="ltr"' in outer
    assert inner.startswith('<div lang="en" dir="ltr" class="mw-content-ltr">\n<small>Sent on')


async def test_a_reason_of_ours_is_in_the_language_of_the_text(desk: Office) -> None:
    desk.place("Mixed.wiki", "* {{#target:User talk:Ada}}\n* {{#target:User talk:Cleo|svwiki}}\n")
    await desk.ask("run audience 1 [[Mixed]]")
    for _ in range(2):
        await desk.ask("run propose 1")
        async with desk.chat.database.reading() as session:
            found = await deliveries.of_run(session, 1)
        assert [each.recipient.reason for each in found] == [
            "you are listed on Mixed",
            desk.chat.text.words(line("reason.list", page="Mixed"), language="sv"),
        ]
        await desk.chat.say("withdraw 1")
    await desk.ask("run message 1 | without: sv")
    await desk.ask("run propose 1")
    async with desk.chat.database.reading() as session:
        found = await deliveries.of_run(session, 1)
    assert {each.recipient.reason for each in found} == {"you are listed on Mixed"}
