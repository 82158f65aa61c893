"""Pages of events are written when they say something else, and only between the bot's marks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chatbot.wiki.dry.wiki import DryWiki
from commands.rules.pageblocks import empty_marks
from commands.wikis import SiteFacts
from storage.database import Database
from storage.publicationvalues import Kept
from storage.values import EventState
from tests.pagekeeping import DAY, GATHER, HOUR, NOW, TALK, Press, settings

CALENDAR, UPCOMING = "A calendar", "A calendar/Upcoming"
TALK_PAGE = "A calendar/1 How talk pages work"


class Folder(DryWiki):
    """A dry wiki that can tell how often it was saved to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="metawiki", folder=folder, clock=lambda: NOW)
        self.folder = folder

    def file(self, title: str) -> Path:
        return self.folder / f"{title.replace(' ', '_').replace('/', '%2F')}.wiki"

    def text(self, title: str) -> str:
        return self.file(title).read_text()

    def place(self, title: str, text: str) -> None:
        self.folder.mkdir(exist_ok=True)
        self.file(title).write_text(text)

    async def summaries(self, title: str) -> list[str]:
        return [each.summary for each in await self.own_edits(NOW) if each.title == title]

    async def edits(self) -> int:
        return len(await self.own_edits(NOW))


@pytest.fixture
def wiki(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "metawiki")


@pytest.fixture
def press(database: Database, wiki: Folder) -> Press:
    return Press(database, wiki, [settings("A")])


async def test_what_is_registered_stands_on_all_pages(press: Press, wiki: Folder) -> None:
    await press.add()
    await press.look()
    assert f"[[:{TALK_PAGE}|" in wiki.text(CALENDAR)
    assert f"[[:{TALK_PAGE}|" in wiki.text(UPCOMING)
    assert 'datetime="2026-12-03T12:00:00Z"' in wiki.text(TALK_PAGE)
    assert (await wiki.summaries(CALENDAR)) == [
        "Bring the calendar of events up to date ([[User:Bellringer|Bellringer]])"
    ]


async def test_only_what_changed_is_saved(press: Press, wiki: Folder) -> None:
    talk = await press.add()
    await press.add(title="Another", starts_at=NOW + 3 * DAY)
    await press.look()
    before = await wiki.edits()
    await press.after(HOUR)
    await press.change(talk, channels=())
    await press.after(2 * GATHER)
    assert await wiki.edits() == before
    await press.change(talk, title="How talk pages really work")
    await press.after(2 * GATHER)
    assert await wiki.edits() == before + 3
    assert len(await wiki.summaries("A calendar/2 Another")) == 1
    assert "really work" in wiki.text(TALK_PAGE)


async def test_many_changes_are_one_edit(press: Press, wiki: Folder) -> None:
    await press.look()
    assert len(await wiki.summaries(CALENDAR)) == 1
    began = press.now
    for number in range(5):
        await press.add(title=f"Talk {number}")
        assert await press.look() == began + GATHER
        press.now += GATHER / 10
    press.now = began + GATHER
    await press.look()
    assert len(await wiki.summaries(CALENDAR)) == 2
    assert wiki.text(CALENDAR).count("h-event") == 5


async def test_who_asks_for_the_pages_sees_what_has_just_changed(
    press: Press, wiki: Folder
) -> None:
    await press.look()
    await press.add()
    await press.look()
    await press.ask()
    await press.look()
    assert f"[[:{TALK_PAGE}|" in wiki.text(CALENDAR)
    assert len(await wiki.summaries(CALENDAR)) == 2


async def test_what_begins_and_ends_is_written_by_the_clock(press: Press, wiki: Folder) -> None:
    await press.add(starts_at=NOW + HOUR)
    assert await press.look() == NOW + HOUR
    press.now = NOW + HOUR
    assert await press.look() == NOW + 2 * HOUR
    assert "On now" in wiki.text(CALENDAR)
    assert "On now" in wiki.text(UPCOMING)
    assert "On now" in wiki.text(TALK_PAGE)
    press.now = NOW + 2 * HOUR
    midnight = NOW + 12 * HOUR
    assert await press.look() == midnight
    assert "Past events" in wiki.text(CALENDAR)
    assert "No events are planned" in wiki.text(UPCOMING)
    assert "On now" not in wiki.text(TALK_PAGE)
    edits = await wiki.edits()
    press.now = midnight
    await press.look()
    assert await wiki.edits() == edits


async def test_what_there_is_to_look_back_on_is_added(press: Press, wiki: Folder) -> None:
    talk = await press.add(starts_at=NOW + HOUR)
    await press.look()
    press.now = NOW + 3 * HOUR
    await press.look_back(
        talk,
        recording="https://video.example.org/1",
        slides="https://example.org/slides",
        notes="https://example.org/notes",
        attended=12,
        questions=("And archives?",),
    )
    await press.after(2 * GATHER)
    for title in (CALENDAR, TALK_PAGE):
        for link in ("/1 Recording", "/slides Slides", "/notes Notes"):
            assert f"{link}]" in wiki.text(title)
    assert "12 people came" in wiki.text(TALK_PAGE)
    assert "* <bdi>And archives&#63;</bdi>" in wiki.text(TALK_PAGE)


async def test_few_people_are_not_counted_in_public(press: Press, wiki: Folder) -> None:
    talk = await press.add(starts_at=NOW + HOUR)
    await press.look()
    press.now = NOW + 3 * HOUR
    await press.look_back(talk, recording="https://video.example.org/1", attended=4)
    await press.after(2 * GATHER)
    assert "Recording" in wiki.text(TALK_PAGE)
    assert "came" not in wiki.text(TALK_PAGE)


async def test_a_cancellation_and_a_move_are_shown(press: Press, wiki: Folder) -> None:
    talk = await press.add()
    other = await press.add(title="Another")
    await press.look()
    await press.change(talk, state=EventState.CANCELLED, cancel_reason="The speaker is ill")
    other = await press.change(other, starts_at=NOW + 4 * DAY)
    await press.after(2 * GATHER)
    for title in (CALENDAR, UPCOMING, TALK_PAGE):
        assert "'''Cancelled''': <bdi>The speaker is ill</bdi>" in wiki.text(title)
    for title in (CALENDAR, UPCOMING, "A calendar/2 Another"):
        assert re.search("Moved.*Thu 3 Dec 2026 12:00 UTC|Moved.*3 Dec", wiki.text(title))
    # Changed otherwise, it still says so, until it is over.
    await press.change(other, title="Another one")
    await press.after(2 * GATHER)
    assert "Moved" in wiki.text("A calendar/2 Another")
    press.now = NOW + 5 * DAY
    await press.look()
    assert "Moved" not in wiki.text("A calendar/2 Another")
    assert "The speaker is ill" not in wiki.text(CALENDAR)


async def test_a_series_tells_its_next_dates_and_earlier_recordings(
    press: Press, wiki: Folder
) -> None:
    series = await press.add(starts_at=NOW + HOUR, recurrence_rule="FREQ=WEEKLY")
    await press.look()
    press.now = NOW + DAY
    await press.look_back(series, recording="https://video.example.org/1")
    await press.after(2 * GATHER)
    page = wiki.text(TALK_PAGE)
    assert "Tue 8 Dec 2026 13:00 UTC (14:00 Europe/Stockholm)" in page
    assert "Tue 1 Dec 2026, 13:00 UTC</time>: [https://video.example.org/1 Recording]" in page


async def test_what_is_not_public_stands_nowhere(press: Press, wiki: Folder) -> None:
    await press.add(title="Secret proposal", state=EventState.PROPOSED)
    await press.add(title="Secret test", test=True)
    talk = await press.add(title="Public")
    await press.look()
    pages = "".join(file.read_text() for file in wiki.folder.glob("*.wiki"))
    assert "Public" in pages
    assert "Secret" not in pages
    await press.change(talk, test=True)
    await press.after(2 * GATHER)
    assert "not planned any more" in wiki.text("A calendar/3 Public")
    assert "Public" not in wiki.text(CALENDAR)


async def test_only_wanted_events_stand_there(database: Database, wiki: Folder) -> None:
    from commands.rules.showcase import choice

    press = Press(database, wiki, [settings("A", wanted=choice(topics=["wikidata"]))])
    await press.add(topics=("Wikidata",), title="Wanted")
    await press.add(topics=("commons",), title="Other")
    await press.look()
    assert "Wanted" in wiki.text(CALENDAR)
    assert "Other" not in wiki.text(CALENDAR)
    assert not wiki.file("A calendar/2 Other").exists()


async def test_what_people_write_around_the_marks_stays(press: Press, wiki: Folder) -> None:
    talk = await press.add()
    await press.look()
    block = wiki.text(CALENDAR).rstrip("\n")
    above, below = (
        "{{Shortcut|CAL}}\n  \nHello.  \n",
        "\n\n== See also ==\n* [[Help]]\n<!-- x -->\n",
    )
    wiki.place(CALENDAR, above + block + below)
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    text = wiki.text(CALENDAR)
    assert text.startswith(above)
    assert text.endswith(below)
    assert "Something else" in text


async def test_what_people_write_between_the_marks_is_replaced_and_the_summary_says_so(
    press: Press, wiki: Folder
) -> None:
    talk = await press.add()
    await press.look()
    wiki.place(CALENDAR, wiki.text(CALENDAR).replace("Coming events", "Coming soon"))
    revid = (await wiki.read(CALENDAR)).revid
    await press.after(HOUR)
    assert "Coming soon" in wiki.text(CALENDAR)
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    assert "Coming events" in wiki.text(CALENDAR)
    assert (await wiki.summaries(CALENDAR))[-1] == (
        "Bring the calendar of events up to date; this replaces what others wrote between the "
        f"bot's marks: [[Special:PermanentLink/{revid}]] ([[User:Bellringer|Bellringer]])"
    )
    assert "replaces" not in (await wiki.summaries(UPCOMING))[-1]


async def test_a_page_of_others_is_left_alone_until_the_marks_stand_there(
    press: Press, wiki: Folder
) -> None:
    wiki.place(CALENDAR, "Our own calendar.\n")
    await press.look()
    assert wiki.text(CALENDAR) == "Our own calendar.\n"
    marks = empty_marks("calendar")
    (told,) = await press.told()
    assert "[[A calendar]] on metawiki exists" in told
    assert marks in told
    wiki.place(CALENDAR, f"Our own calendar.\n{marks}\nMore.\n")
    await press.ask()
    await press.look()
    assert wiki.text(CALENDAR).startswith("Our own calendar.\n<!-- Bellringer: calendar | ")
    assert wiki.text(CALENDAR).endswith("-->\nMore.\n")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("<!-- Bellringer: end of calendar", "<!-- "),
        lambda text: text + text,
        lambda text: re.sub("(?s)<!--.*?-->", "", text),
    ],
    ids=["one is missing", "twice", "both are gone"],
)
async def test_damaged_marks_are_told_once_and_nothing_is_written(
    press: Press, wiki: Folder, damage: object
) -> None:
    assert callable(damage)
    talk = await press.add()
    await press.look()
    whole = wiki.text(CALENDAR)
    wiki.place(CALENDAR, damage(whole))
    await press.change(talk, title="Something else")
    for _ in range(20):
        await press.after(timedelta(hours=7))
    assert wiki.text(CALENDAR) == damage(whole)
    assert len(await press.told()) == 1
    # Who repairs it need say nothing: it is looked at again now and then.
    wiki.place(CALENDAR, whole)
    await press.after(timedelta(hours=7))
    assert (await press.kept(Kept.CALENDAR)).trouble is None
    assert wiki.text(CALENDAR) != whole
    wiki.place(CALENDAR, damage(whole))
    await press.add(title="Yet another", starts_at=press.now + DAY)
    await press.after(2 * GATHER)
    assert len(await press.told()) == 2


async def test_a_deleted_page_stays_deleted_until_somebody_asks(press: Press, wiki: Folder) -> None:
    talk = await press.add()
    await press.look()
    wiki.file(CALENDAR).unlink()
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    assert not wiki.file(CALENDAR).exists()
    assert "deleted [[A calendar]]" in (await press.told())[0]
    await press.ask()
    await press.look()
    assert "Something else" in wiki.text(CALENDAR)


async def test_a_page_that_was_moved_is_found_where_it_is(press: Press, wiki: Folder) -> None:
    talk = await press.add()
    await press.look()
    wiki.place("Elsewhere", wiki.text(TALK_PAGE))
    wiki.place(TALK_PAGE, "#REDIRECT [[Elsewhere]]\n")
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    assert "Something else" in wiki.text("Elsewhere")
    assert wiki.text(TALK_PAGE) == "#REDIRECT [[Elsewhere]]\n"
    await press.change(talk, title="Again something else")
    await press.after(2 * GATHER)
    assert "[[:Elsewhere|" in wiki.text(CALENDAR)


async def test_both_lists_may_stand_on_one_page(database: Database, wiki: Folder) -> None:
    press = Press(database, wiki, [settings("A", upcoming=CALENDAR)])
    wiki.place(CALENDAR, f"{empty_marks('upcoming')}\n{empty_marks('calendar')}\n")
    talk = await press.add()
    await press.look()
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    assert wiki.text(CALENDAR).count("Something else") == 2
    assert wiki.text(CALENDAR).count("<!-- Bellringer: end of") == 2


class Templating(Folder):
    """A dry wiki that has ParserFunctions, as far as it says."""

    async def site(self) -> SiteFacts:
        return replace(await super().site(), extensions=frozenset({"ParserFunctions"}))


async def test_the_template_is_given_to_the_wiki_once(database: Database, tmp_path: Path) -> None:
    wiki = Templating(tmp_path / "metawiki")
    press = Press(database, wiki, [settings("A", template="Event")])
    talk = await press.add()
    await press.look()
    assert wiki.text(TALK_PAGE).count("{{Event\n| number = 1\n| title = ") == 1
    assert len(await wiki.summaries(TALK_PAGE)) == 1
    file = wiki.folder / "Template" / "Event.wiki"
    assert "{{#if:{{{speakers|}}}|" in file.read_text()
    file.write_text("The community's own.\n")
    await press.ask()
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    assert file.read_text() == "The community's own.\n"
    file.unlink()
    await press.change(talk, title="Again something else")
    await press.after(2 * GATHER)
    assert not file.exists()
    assert "{{Event" not in wiki.text(TALK_PAGE)


async def test_without_parser_functions_there_is_no_template(
    database: Database, wiki: Folder
) -> None:
    press = Press(database, wiki, [settings("A", template="Event")])
    await press.add()
    await press.look()
    assert not (wiki.folder / "Template").exists()
    assert '<table class="wikitable"' in wiki.text(TALK_PAGE)


async def test_what_is_configured_no_more_is_left_alone(database: Database, wiki: Folder) -> None:
    await Press(database, wiki, [settings("A")]).look()
    text = wiki.text(CALENDAR)
    press = Press(database, wiki, [settings("B")])
    await press.add()
    await press.look()
    assert wiki.text(CALENDAR) == text
    assert "B calendar/1 How talk pages work" in wiki.text("B calendar")
    assert (await press.kept(Kept.CALENDAR)).title == "B calendar"


async def test_a_title_that_can_be_none_is_told(database: Database, wiki: Folder) -> None:
    press = Press(database, wiki, [settings("A", calendar="A [calendar]")])
    await press.add(TALK)
    await press.look()
    assert "no page called “A [calendar]” on metawiki" in (await press.told())[0]
    assert "How talk pages work" in wiki.text(UPCOMING)
