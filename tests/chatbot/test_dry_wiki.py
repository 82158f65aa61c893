"""A folder that plays a wiki, with the real one's face."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.wiki.dry.seed import seed
from chatbot.wiki.dry.wiki import DryWiki
from commands.wikis import Signs, UserFacts, Wiki, WikiTrouble
from commands.writes import Outcome, Section

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "drywiki"


@pytest.fixture
def wiki(folder: Path) -> DryWiki:
    return DryWiki(name="drywiki", folder=folder, clock=lambda: NOW)


def place(folder: Path, file: str, text: str) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


async def section_for(wiki: Wiki, title: str, number: int = 1) -> Section:
    base = (await wiki.pages([title]))[title]
    summary = f"Hello · b7-3fa9c2-{number:04}"
    return Section(base.title, "Tech talk", "Come and see.", summary, bot=True, base=base)


async def test_a_section_stands_below_what_was_there(wiki: DryWiki, folder: Path) -> None:
    page = place(folder, "User_talk/Ada.wiki", "Welcome.\n")
    result = await wiki.add_section(await section_for(wiki, "User talk:ada"))
    assert page.read_text() == "Welcome.\n\n== Tech talk ==\n\nCome and see.\n"
    assert (result.outcome, result.title, result.saved_at) == (Outcome.SAVED, "User talk:Ada", NOW)
    assert (await wiki.pages(["User talk:Ada"]))["User talk:Ada"].revid == result.revid


@pytest.mark.parametrize("before", [None, "Welcome.\n"])
async def test_a_section_sent_twice_stands_once(
    wiki: DryWiki, folder: Path, before: str | None
) -> None:
    if before:
        place(folder, "User_talk/Ada.wiki", before)
    section = await section_for(wiki, "User talk:Ada")
    outcomes = [(await wiki.add_section(section)).outcome for _ in range(2)]
    assert outcomes == [Outcome.SAVED, Outcome.CONFLICT]
    assert (await wiki.read("User talk:Ada")).text.count("Tech talk") == 1


async def test_own_edits_are_found_also_by_another_process(wiki: DryWiki, folder: Path) -> None:
    for number in (1, 2):
        await wiki.add_section(await section_for(wiki, f"User talk:Ada {number}", number))
    another = DryWiki(name="drywiki", folder=folder, clock=lambda: NOW)
    edits = await another.own_edits(NOW)
    assert [edit.summary[-4:] for edit in edits] == ["0001", "0002"]
    assert [edit.title for edit in edits] == ["User talk:Ada 1", "User talk:Ada 2"]
    assert await another.own_edits(NOW + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    "title",
    [
        "User talk:../../../etc/passwd",
        "User talk:Ada/../Bob",
        "User talk:.hidden",
        "User talk:" + "å" * 120,
        "User talk:%2e%2e%2fAda",
        "User talk:Ada/Archive 1",
        "User talk:Ada\x00",
        "../up",
    ],
)
async def test_no_title_leads_out_of_the_folder(wiki: DryWiki, folder: Path, title: str) -> None:
    await wiki.add_section(Section(title, "Hello", "Text", "mark", bot=True))
    around = [path for path in folder.parent.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(folder) for path in around)
    assert all(len(path.relative_to(folder).parts) <= 2 for path in around)


async def test_two_titles_never_share_a_file(wiki: DryWiki) -> None:
    titles = [f"User talk:{name}" for name in ("A/B", "A%2FB", "A B", "A+B", "å" * 110, "å" * 111)]
    for title in titles:
        await wiki.add_section(Section(title, title.partition(":")[2], "Text", "m", bot=True))
    texts = [(await wiki.read(title)).text for title in titles if "%2F" not in title]
    assert [text.count("==") for text in texts] == [2] * 5


@pytest.mark.parametrize("file", ["Delivery_list.wiki", "Delivery list.wiki"])
async def test_a_page_placed_by_hand_is_read(wiki: DryWiki, folder: Path, file: str) -> None:
    place(folder, file, "* {{#target:User talk:Ada}}\n")
    page = await wiki.read("delivery_list")
    assert (page.title, page.text) == ("Delivery list", "* {{#target:User talk:Ada}}\n")


async def test_a_change_by_hand_is_another_revision(wiki: DryWiki, folder: Path) -> None:
    place(folder, "Template/Greet.wiki", "Hello")
    first = await wiki.revisions(["Template:Greet", "Template:Absent"])
    place(folder, "Template/Greet.wiki", "Hello!")
    second = await wiki.revisions(["Template:Greet"])
    assert set(first) == set(second) == {"Template:Greet"}
    assert first != second


@pytest.mark.parametrize(
    ("text", "opted_out"),
    [
        ("[[Category:Opted-out of message delivery]]", True),
        ("[[ category : opted-out_of message delivery |*]]", True),
        ("[[:Category:Opted-out of message delivery]]", False),
        ("<!-- [[Category:Opted-out of message delivery]] -->", False),
        ("[[Category:Something else]]", False),
        ("{{nobots}}", True),
        ("{{bots|deny=Bellringer}}", True),
        ("{{bots|deny=Other}}", False),
    ],
)
async def test_opting_out_is_recognised(
    wiki: DryWiki, folder: Path, text: str, opted_out: bool
) -> None:
    place(folder, "User_talk/Ada.wiki", text)
    assert (await wiki.pages(["User talk:Ada"]))["User talk:Ada"].opted_out is opted_out


async def test_redirects_are_followed_to_their_end(wiki: DryWiki, folder: Path) -> None:
    place(folder, "User_talk/Old.wiki", "#redirect [[User talk:Older]]")
    place(folder, "User_talk/Older.wiki", "#REDIRECT [[user_talk:new]]")
    place(folder, "User_talk/Loop.wiki", "#REDIRECT [[User talk:Loop]]")
    seen = await wiki.pages(["User talk:Old", "User talk:Loop"])
    assert seen["User talk:Old"].title == "User talk:New"
    assert seen["User talk:Old"].owner == UserFacts("New", exists=True)
    assert seen["User talk:Loop"].invalid == "redirects in a circle"


async def test_all_accounts_exist_but_those_listed(wiki: DryWiki, folder: Path) -> None:
    place(folder, "missing-users.txt", "Nobody\n")
    users = await wiki.users(["ada", "Nobody", "192.0.2.1", "Bellringer", "a|b"])
    assert users == {
        "ada": UserFacts("Ada", exists=True),
        "Nobody": UserFacts("Nobody", exists=False),
        "192.0.2.1": UserFacts("192.0.2.1", exists=False, anonymous=True),
        "Bellringer": UserFacts("Bellringer", exists=True, bot=True),
        "a|b": UserFacts("a|b", exists=False),
    }


async def test_members_of_a_category_are_found(wiki: DryWiki, folder: Path) -> None:
    for name in ("Bob", "Ada"):
        place(folder, f"User_talk/{name}.wiki", "[[Category:Ringers]]")
    assert await wiki.members("ringers") == ["User talk:Ada", "User talk:Bob"]


async def test_templates_are_substituted(wiki: DryWiki, folder: Path) -> None:
    place(
        folder, "Template/Greet.wiki", "Dear {{{1|reader}}}{{{sign|!}}}<noinclude>doc</noinclude>"
    )
    place(folder, "Template/Twice.wiki", "{{Greet|{{{1}}}}} {{Greet}}")
    text = "{{subst:Twice|{{PAGENAME}}}} {{Greet|A|sign=.}} {{Unknown}}"
    assert await wiki.expand("User talk:Ada", text) == "Dear Ada! Dear reader! Dear A. {{Unknown}}"


async def test_a_template_that_holds_itself_ends(wiki: DryWiki, folder: Path) -> None:
    place(folder, "Template/Loop.wiki", "x{{Loop}}")
    assert (await wiki.expand("User talk:Ada", "{{Loop}}")).endswith("x{{Loop}}")


async def test_a_rendered_section_tells_what_it_brings_along(wiki: DryWiki, folder: Path) -> None:
    place(folder, "Template/Outer.wiki", "{{Inner}}")
    body = "{{Outer}} {{PAGENAME}} [[User talk:Bob]] [[Category:Leak]] [[:Category:Fine]]"
    rendered = await wiki.render("User talk:Ada", "Hello", body)
    assert rendered.text == f"== Hello ==\n\n{body}"
    assert (rendered.categories, rendered.users) == (("Leak",), ("Bob",))
    assert (list(rendered.transcluded), rendered.missing) == (
        ["Template:Outer"],
        ("Template:Inner",),
    )


async def test_an_argument_that_names_itself_ends(wiki: DryWiki, folder: Path) -> None:
    place(folder, "Template/Greet.wiki", "Dear {{{1}}}")
    assert (await wiki.expand("User talk:Ada", "{{Greet|x{{{1}}}}}")).startswith("Dear xx")


@pytest.mark.parametrize(("title", "code"), [("Absent", "missingtitle"), ("A|B", "invalidtitle")])
async def test_what_cannot_be_read_is_lasting(wiki: DryWiki, title: str, code: str) -> None:
    with pytest.raises(WikiTrouble) as trouble:
        await wiki.read(title)
    assert (trouble.value.code, trouble.value.lasting) == (code, True)


async def test_a_fresh_folder_is_laid_out_for_the_tour(wiki: DryWiki, folder: Path) -> None:
    seed(name="drywiki", folder=folder)
    assert (await wiki.read("Delivery list")).text.count("{{#target:") == 6
    assert (await wiki.read("Newsletter")).text.startswith("== Tech talk")
    seen = await wiki.pages(["User talk:Edsger", "User talk:Old name of Alan"])
    assert [facts.title for facts in seen.values() if facts.opted_out] == ["User talk:Edsger"]
    assert seen["User talk:Old name of Alan"].title == "User talk:Alan"


async def test_a_folder_in_use_is_left_as_it_is(folder: Path) -> None:
    place(folder, "Delivery_list.wiki", "mine")
    seed(name="drywiki", folder=folder)
    assert [path.name for path in folder.iterdir()] == ["Delivery_list.wiki"]


@pytest.mark.parametrize("torn", ["", '{"title": "User talk:Ada 9", "summ'])
async def test_an_edit_begun_by_a_killed_process_is_made(
    wiki: DryWiki, folder: Path, torn: str
) -> None:
    await wiki.add_section(await section_for(wiki, "User talk:Ada"))
    page = folder / "User_talk" / "Ada.wiki"
    text = page.read_text()
    page.unlink()
    journal = folder / "edits.jsonl"
    journal.write_text(journal.read_text().removesuffix("done\n") + torn)
    another = DryWiki(name="drywiki", folder=folder, clock=lambda: NOW)
    assert len(await another.own_edits(NOW)) == 1
    assert page.read_text() == text
    assert (await another.add_section(await section_for(another, "User talk:Bob"))).revid
    assert len(await another.own_edits(NOW)) == 2


PROGRAM = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from chatbot.wiki.dry.wiki import DryWiki
from commands.writes import Section

async def main():
    wiki = DryWiki(name="drywiki", folder=Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
    done = {edit.summary for edit in await wiki.own_edits(datetime(2001, 1, 15, tzinfo=UTC))}
    for number in range(60):
        if f"mark {number}" not in done:
            title = f"User talk:Person {number}"
            await wiki.add_section(Section(title, "Hello", "Text", f"mark {number}", bot=True))
            print(number, flush=True)

asyncio.run(main())
"""


async def test_killed_again_and_again_each_page_gets_one_message(
    wiki: DryWiki, folder: Path
) -> None:
    for attempt in range(40):
        command = [sys.executable, "-c", PROGRAM, str(folder)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
        )
        assert process.stdout is not None
        for _ in range(attempt % 5):
            process.stdout.readline()
        time.sleep(attempt % 7 / 3000)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=True)
    titles = [f"User talk:Person {number}" for number in range(60)]
    texts = [(await wiki.read(title)).text for title in titles]
    assert texts == ["== Hello ==\n\nText\n"] * 60


async def test_whose_edit_a_page_s_last_one_is_tells_whether_to_stop(
    wiki: DryWiki, folder: Path
) -> None:
    assert await wiki.signs(["User:Bellringer/Stop"]) == Signs("Bellringer")
    await wiki.add_section(await section_for(wiki, "User talk:Bellringer"))
    changed = place(folder, "User/Bellringer%2FStop.wiki", "Please stop.")
    signs = await wiki.signs(["User:Bellringer/Stop"])
    assert [(each.title, each.user) for each in signs.edits] == [
        ("User talk:Bellringer", "Bellringer"),
        ("User:Bellringer/Stop", "somebody"),
    ]
    assert signs.edits[1].at.timestamp() == pytest.approx(changed.stat().st_mtime)
