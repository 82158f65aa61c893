"""The message in several languages: found, checked, previewed, proposed, and tried out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import deliveries, events, runs, texts
from storage.database import Database
from storage.runvalues import Recipient, Run, RunState, Text
from storage.values import Event
from tests.chatbot.erranding import NOW, Office, office

TRANSLATIONS = {
    "Newsletter%2Fsv.wiki": "<languages/>\n== Föredrag ==\n\nHej {{Greeting}}, $user!\n",
    "Newsletter%2Fnb.wiki": "Subject: Foredrag\nHei!\n",
    "Newsletter%2FArchive.wiki": "== Old ==\nOld",
    "Newsletter%2Fde.wiki": "Entwurf ohne Betreff",
    "Sections.wiki": (
        "<section begin=sv />\n== Föredrag ==\nKom!\n<section end=sv />\n"
        "<section begin=en />\n== Talk ==\nCome!\n<section end=en />\n"
        "<section begin=notes />\n== Notes ==\nx\n<section end=notes />\n"
    ),
    "Translatable.wiki": (
        "<languages/>\n<translate>\n== Talk == <!--T:1-->\n\n<!--T:2-->\nCome!\n</translate>"
    ),
    "Plain%2Fsv.wiki": "== Föredrag ==\nKom!",
}


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with run 1, for which an audience on two wikis is chosen, one of them Swedish."""
    (tmp_path / "svwiki").mkdir()
    (tmp_path / "svwiki/language.txt").write_text("sv\n")
    async with office(database, tmp_path) as opened:
        for name, text in TRANSLATIONS.items():
            opened.place(name, text)
        await opened.chat.say("run new December")
        await opened.ask("run audience 1 [[List]] | you came to a talk")
        yield opened


async def written(desk: Office) -> tuple[Run, dict[str, Text]]:
    """Return run 1 and its texts besides its own."""
    async with desk.chat.database.reading() as session:
        found = await texts.of_run(session, 1)
    return await desk.chat.run(), {each.language: each for each in found}


async def recipients(desk: Office) -> list[Recipient]:
    async with desk.chat.database.reading() as session:
        return [each.recipient for each in await deliveries.of_run(session, 1)]


async def test_the_subpages_of_a_page_are_its_translations(desk: Office) -> None:
    answer = await desk.ask("run message 1 [[Newsletter]]")
    assert "It is in 3 languages: en, nb, sv." in answer
    assert "Left out: de: I find no subject" in answer
    run, others = await written(desk)
    assert (run.subject, run.language) == ("Tech talk", "en")
    assert others["sv"] == Text(
        "sv", "Föredrag", "Hej {{Greeting}}, $user!", "metawiki:Newsletter/sv"
    )
    assert others["nb"].subject == "Foredrag"


@pytest.mark.parametrize(
    ("command", "own", "others"),
    [
        ("[[Newsletter]] | languages: sv", "en", {"sv"}),
        ("[[Sections]]", "en", {"sv"}),
        ("[[Sections]] | language: sv", "sv", {"en"}),
        ("[[Newsletter/sv]]", "sv", set()),
        ("[[Plain/sv]]", "sv", set()),
        ("[[Translatable]]", "en", set()),
        ("[[Newsletter/nb]] | language: nn", "nn", set()),
        ("| Hi | Come", "en", set()),
        ("| Hej | Kom | language: sv", "sv", set()),
    ],
)
async def test_each_text_is_in_a_language(
    desk: Office, command: str, own: str, others: set[str]
) -> None:
    await desk.ask(f"run message 1 {command}")
    run, found = await written(desk)
    assert (run.language, set(found)) == (own, others)
    assert run.draft


async def test_a_language_is_added_in_chat_and_taken_out_again(desk: Office) -> None:
    await desk.ask("run message 1 [[Newsletter]] | languages: sv")
    answer = await desk.ask("run message 1 | Charla | ¡Venga! | language: es")
    assert "It is in 3 languages: en, es, sv." in answer
    await desk.ask("run message 1 | Föredrag | Nytt | language: sv")
    run, found = await written(desk)
    assert (run.subject, found["sv"].draft, found["es"].source) == ("Tech talk", "Nytt", "")
    await desk.ask("run message 1 | without: sv, es")
    assert (await written(desk))[1] == {}


async def test_what_was_typed_stays_when_a_page_is_read_again(desk: Office) -> None:
    await desk.ask("run message 1 [[Newsletter]]")
    await desk.ask("run message 1 | Charla | ¡Venga! | language: es")
    await desk.ask("run message 1 [[Newsletter]] | languages: nb")
    assert set((await written(desk))[1]) == {"es", "nb"}


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("run message 1 | Hej | Kom | language: swedish", "No language of the wikis: swedish"),
        ("run message 1 [[Newsletter]] | languages: xyzzy", "No language of the wikis: xyzzy"),
        ("run message 1 | without: en", "cannot be taken out"),
        ("run message 1 | without: fi", "Run 1 has no text in: fi"),
        ("run preview 1 fi", "Run 1 has no text in: fi"),
    ],
)
async def test_a_language_that_there_is_not(desk: Office, command: str, answer: str) -> None:
    await desk.ask("run message 1 [[Newsletter]] | languages: sv")
    assert answer in await desk.ask(command)
    assert set((await written(desk))[1]) == {"sv"}


@pytest.mark.parametrize(
    "command",
    [
        "run message 1 [[Newsletter]] | Hi",
        "run message 1 [[Newsletter]] | without: sv",
        "run message 1 | Hi | Come | languages: sv, nb",
        "run message 1",
    ],
)
async def test_a_command_that_means_two_things_is_asked_back(desk: Office, command: str) -> None:
    answer = await desk.chat.say(command)
    assert "Say either" in answer or "in one language" in answer


async def test_what_is_wrong_in_one_language_is_told_with_it(desk: Office) -> None:
    await desk.ask("run message 1 | Hi | Come on, $usr, to $event")
    answer = await desk.ask("run message 1 | Hej | <b>Kom | language: sv")
    assert "sv: <b> in line 1 is never closed" in answer
    assert "$usr stays as it is. There are $event, $project, $user, $wiki" in answer
    assert "run 1 has no event" in answer
    assert "sv: $usr" not in answer


async def test_each_gets_the_text_of_his_page_s_language(desk: Office) -> None:
    await desk.ask("run message 1 [[Newsletter]] | languages: sv")
    await desk.ask("run propose 1")
    run, others = await written(desk)
    assert run.state is RunState.PROPOSED
    assert others["sv"].body == "Hej dear reader, $user!"
    assert others["sv"].footer
    assert {(each.title, each.language, each.page_language) for each in await recipients(desk)} == {
        ("User talk:Ada", "", "en"),
        ("User talk:Grace", "", "en"),
        ("User talk:Cleo", "sv", "sv"),
    }
    assert run.particulars.names == {"metawiki": "metawiki", "svwiki": "svwiki"}
    assert run.particulars.optouts["svwiki"] == "Category:Opted-out of message delivery"


async def test_a_preview_shows_every_text_and_each_again_on_request(desk: Office) -> None:
    await desk.ask("run message 1 [[Newsletter]]")
    await desk.ask("run propose 1")
    preview = await desk.ask("run preview 1", account="bob")
    assert "| == Tech talk ==" in preview
    assert "In sv (1):" in preview
    assert "| Hej dear reader, Cleo!" in preview
    assert "In nb (0):" in preview
    assert "| Hei!" in preview
    assert "confirm 1 " in preview
    swedish = await desk.ask("run preview 1 sv", account="bob")
    assert "as it will stand on User talk:Cleo on svwiki" in swedish
    assert "| Hej dear reader, Cleo!" in swedish
    assert "confirm 1" not in swedish
    norwegian = await desk.ask("run preview 1 nb", account="bob")
    assert '| == <span lang="nb" dir="ltr">Foredrag</span> ==' not in norwegian
    assert "| Hei!" in norwegian


async def test_a_text_changed_behind_the_digest_starts_nothing(desk: Office) -> None:
    await desk.ask("run message 1 [[Newsletter]] | languages: sv")
    await desk.ask("run propose 1")
    code = await desk.code("bob")
    async with desk.chat.database.transaction() as session:
        await texts.keep(session, 1, [Text("sv", "Annat", "x", "", "x", "x")])
    answer = await desk.chat.say(f"confirm 1 {code}", account="bob")
    assert "not what" in answer or "void" in answer
    assert (await desk.chat.run()).state is RunState.AUDIENCE_BUILT


async def test_an_event_is_told_by_title_time_and_address(desk: Office) -> None:
    async with desk.chat.database.transaction() as session:
        run = await runs.get(session, 1, lock=True)
        assert run is not None
        event = Event(
            0,
            "u",
            "tech-talk",
            "Talk [[x]]",
            NOW + timedelta(days=2),
            "UTC",
            timedelta(hours=1),
            link="https://meet.example/x",
        )
        kept = await events.add(session, event, created_by=run.created_by, now=NOW)
        await runs.save(session, replace(run, event=kept.number))
    await desk.ask("run message 1 | Hi $user | See $event // on $wiki")
    preview = await desk.ask("run preview 1")
    assert "| == Hi Ada ==" in preview
    assert (
        "[https://meet.example/x Talk &#91;&#91;x&#93;&#93; (2026-12-03 12&#58;00 UTC)]" in preview
    )
    assert "| on metawiki" in preview
