"""Pages of events on a real wiki: read as they are meant, transcluded as they should be, safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.rules.pageblocks import empty_marks
from storage import publications
from storage.database import Database
from storage.publicationvalues import Kept
from storage.values import EventState
from tests.chatbot.reporting.markup import Page
from tests.pagekeeping import DAY, GATHER, HOUR, NOW, Press, settings
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

TEMPLATES = "wfLoadExtension( 'ParserFunctions' );"
HOSTILE = (
    "</noinclude></onlyinclude></includeonly>{{Evil|x}}}}|y=z| [[Category:Evil]] [[File:X.png]]"
    " ~~~~ <!-- --> <!-- Bellringer: end of calendar --> <nowiki>'''<script>alert(1)</script>"
    " <img src=x onerror=alert(2)> __NOTOC__ |} {| == Evil == https://evil.example/ -{x}- RFC 1"
    " &lt;b&gt; #REDIRECT [[Evil]] \u202eהפוך\u202c 🎈 {{subst:PAGENAME}} {{{1|}}} ]] ''"
)
EFFECTS = ("templates", "categories", "images")

_names = count(1)


@pytest.fixture
def prefix() -> str:
    """What the pages of one test alone begin with."""
    return f"Project:Kept {next(_names)}"


@pytest.fixture
def press(database: Database, meta: PywikibotWiki, prefix: str) -> Press:
    return Press(database, meta, [settings(prefix)])


def parsed(wiki: MediaWiki, **what: str) -> dict[str, Any]:
    """Return what the wiki makes of a page or a text."""
    answer: dict[str, Any] = wiki.visitor.ask(action="parse", disablelimitreport=True, **what)
    shown: dict[str, Any] = answer["parse"]
    return shown


def words(text: str) -> str:
    """Return what a reader sees, whatever marks of direction and spaces stand in it."""
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e]", " ", text).split())


def shown_words(page: Page) -> str:
    return words(" ".join(each.text for each in page.named("div")))


async def revisions(wiki: MediaWiki, press: Press) -> Sequence[int]:
    titles = [(await press.kept(kind)).title for kind in (Kept.CALENDAR, Kept.UPCOMING)]
    return [len(wiki.visitor.history(title)) for title in titles]


async def test_pages_are_read_as_they_are_meant(
    press: Press, metawiki: MediaWiki, prefix: str
) -> None:
    await press.add(link="https://meet.example.org/a_b__c?x=1&y=[2]", topics=("wikidata",))
    await press.look()
    calendar = parsed(metawiki, page=f"{prefix} calendar")
    assert [each["line"] for each in calendar["sections"]] == ["Coming events"]
    links = [each["title"] for each in calendar["links"]]
    title = prefix.replace("Project:", "Metawiki:")
    assert links == [f"{title.replace('Metawiki', 'metawiki')} calendar/1 How talk pages work"]
    page = Page(calendar["text"])
    (time,) = page.named("time")
    assert time.attributes["datetime"] == "2026-12-03T12:00:00Z"
    assert time.attributes["class"] == "dt-start"
    assert "https://meet.example.org/a_b__c?x=1&y=%5B2%5D" in calendar["externallinks"]
    assert len(page.named("table")) == 1


async def test_the_list_alone_is_transcluded(
    press: Press, metawiki: MediaWiki, prefix: str
) -> None:
    await press.add()
    await press.look()
    page = f"{prefix} calendar/Upcoming"
    text = metawiki.visitor.text(page)
    metawiki.visitor.edit(page, f"Above, for nobody else.\n{text}\nBelow.\n[[Category:Lists]]")
    shown = parsed(metawiki, text=f"Welcome.\n\n{{{{{page}}}}}\n\nBye.", contentmodel="wikitext")
    html = Page(shown["text"])
    assert [each.text for each in html.named("li")] == [
        "Thu 3 Dec, 12:00–13:00 UTC: How talk pages work (Tech talk · Ada, Grace)"
    ]
    assert [each.text.strip() for each in html.named("p")] == ["Welcome.", "Bye."]
    assert shown["categories"] == []
    own = Page(parsed(metawiki, page=page)["text"])
    assert any("To show this list on another page" in each.text for each in own.named("p"))


async def test_hostile_words_are_only_words(press: Press, metawiki: MediaWiki, prefix: str) -> None:
    long = HOSTILE + " long" * 2000
    await press.add(
        title=HOSTILE,
        description=f"{long}\n\n* {HOSTILE}\n----",
        speakers=(HOSTILE,),
        host=HOSTILE,
        topics=("}}|x",),
        language="|}}",
    )
    await press.add(title="|", link="javascript:alert(1)", stream="https://x.example/]|}}''<b>")
    gone = await press.add(title="]]", starts_at=NOW + 3 * DAY)
    over = await press.add(title="{{", starts_at=NOW + HOUR)
    await press.look()
    await press.change(gone, state=EventState.CANCELLED, cancel_reason=HOSTILE)
    await press.look_back(over, recording=f"https://x.example/{HOSTILE}", questions=(HOSTILE,))
    await press.after(3 * HOUR)
    metawiki.visitor.edit(f"{prefix} main", f"{{{{{prefix} calendar/Upcoming}}}}")
    listed = metawiki.visitor.ask(
        action="query", list="allpages", apprefix=prefix[8:], apnamespace=4, aplimit="max"
    )["query"]["allpages"]
    assert len(listed) == 7
    titles = {each["title"] for each in listed}
    for title in titles:
        shown = parsed(metawiki, page=title)
        own = [] if not title.endswith("main") else [f"{title[:-5]} calendar/Upcoming"]
        assert [each["title"] for each in shown["templates"]] == own
        for effect in EFFECTS[1:]:
            assert shown[effect] == [], (title, effect)
        assert {each["title"] for each in shown["links"]} <= titles
        assert all("Evil" not in each["line"] for each in shown["sections"])
        # In a description an address can be followed, and nothing else anywhere.
        followed = [each for each in shown["externallinks"] if "/evil.example" in each]
        assert followed == (["https://evil.example/"] if "calendar/1 " in title else [])
        assert not [each for each in shown["externallinks"] if not each.startswith("http")]
        html = Page(shown["text"])
        for tag in ("script", "img"):
            assert not html.named(tag), (title, tag)
    event = Page(parsed(metawiki, page=await _page_of(press, 1))["text"])
    seen = shown_words(event)
    assert words(HOSTILE) in seen
    assert words(long) in seen


async def test_hostile_words_stay_words_in_a_template(
    database: Database, connect: Connect, metawiki: MediaWiki, prefix: str
) -> None:
    with metawiki.overridden(TEMPLATES):
        sections = [settings(prefix, template=f"{prefix[8:]} event")]
        press = Press(database, connect(metawiki), sections)
        await press.add(title=HOSTILE, description=f"{HOSTILE}\n\n{HOSTILE}", host=HOSTILE)
        await press.look()
        page = await _page_of(press, 1)
        shown = parsed(metawiki, page=page)
        assert [each["title"] for each in shown["templates"]] == [f"Template:{prefix[8:]} event"]
        assert shown["categories"] == []
        assert shown_words(Page(shown["text"])).count(words(HOSTILE)) >= 4


async def test_the_template_makes_what_the_plain_page_is(
    database: Database, connect: Connect, metawiki: MediaWiki, prefix: str
) -> None:
    with metawiki.overridden(TEMPLATES):
        both = [settings(prefix), settings(f"{prefix}T", template=f"{prefix[8:]} event")]
        press = Press(database, connect(metawiki), both)
        await press.add(description="One.\nTwo.\n\nThree.", host="Alan", language="sv")
        await press.add(recurrence_rule="FREQ=WEEKLY", starts_at=NOW + HOUR)
        over = await press.add(starts_at=NOW + HOUR, title="Over")
        await press.look()
        await press.look_back(over, slides="https://example.org/s", questions=("A?", "B?"))
        await press.after(3 * HOUR)
        for number in (1, 2, 3):
            plain, made = [
                Page(parsed(metawiki, page=await _page_of(press, number, each))["text"])
                for each in (prefix, f"{prefix}T")
            ]
            for tag in ("tr", "li", "time", "b"):
                assert [e.text for e in plain.named(tag)] == [e.text for e in made.named(tag)]
            assert [e.text.strip() for e in plain.named("p")] == [
                e.text.strip() for e in made.named("p")
            ]
        template = parsed(metawiki, page=f"Template:{prefix[8:]} event")
        assert "| speakers = …" in Page(template["text"]).named("pre")[0].text


async def test_what_is_saved_is_known_again_and_not_saved_twice(
    database: Database, meta: PywikibotWiki, metawiki: MediaWiki, prefix: str
) -> None:
    press = Press(database, meta, [settings(prefix)])
    await press.add(title=f"{HOSTILE} e\u0301 \u212b", description="a \r\n b\t\n\n\n")
    await press.look()
    assert await revisions(metawiki, press) == [1, 1]
    await press.ask()
    await press.look()
    # Nothing remembered, as after a crash between the save and the note of it.
    assert await revisions(metawiki, press) == [1, 1]
    assert await press.told() == []
    change = metawiki.visitor.history(f"{prefix} calendar")[0]
    assert change["comment"] == (
        "Bring the calendar of events up to date ([[User:Bellringer|Bellringer]])"
    )
    assert metawiki.visitor.recent_change(change["revid"])["bot"]


async def test_an_edit_that_comes_between_is_kept(
    press: Press, metawiki: MediaWiki, prefix: str
) -> None:
    page = f"{prefix} calendar"
    await press.add()
    await press.look()
    above, below = (
        "{{DISPLAYTITLE:Calendar}}\nHello, ''all''.\n\n",
        "\n\n== See also ==\n* [[Help]]",
    )
    metawiki.visitor.edit(page, above + str(metawiki.visitor.text(page)) + below)
    await press.add(title="Another", starts_at=NOW + 3 * DAY)
    await press.after(2 * GATHER)
    text = metawiki.visitor.text(page)
    assert text is not None
    assert text.startswith(f"{above}<!-- Bellringer: calendar |")
    assert text.endswith(f"-->{below}")
    assert "Another" in text


async def test_a_protected_page_is_told_of_and_written_once_it_is_free(
    press: Press, metawiki: MediaWiki, prefix: str
) -> None:
    page = f"{prefix} calendar"
    metawiki.visitor.edit(page, f"Ours.\n\n{empty_marks('calendar')}")
    metawiki.visitor.change(action="protect", title=page, protections="edit=sysop")
    await press.add()
    for _ in range(3):
        await press.after(HOUR)
    (told,) = await press.told()
    assert "is protected" in told
    metawiki.visitor.change(action="protect", title=page, protections="edit=all")
    await press.after(7 * HOUR)
    assert "How talk pages work" in str(metawiki.visitor.text(page))


async def test_a_read_only_wiki_is_told_of_once(
    press: Press, metawiki: MediaWiki, prefix: str
) -> None:
    await press.look()
    await press.add()
    with metawiki.overridden("$wgReadOnly = 'Maintenance';"):
        for _ in range(3):
            await press.after(HOUR)
        (told,) = await press.told()
        assert "read-only" in told
        assert await revisions(metawiki, press) == [1, 1]
    await press.after(2 * HOUR)
    assert await revisions(metawiki, press) == [2, 2]


async def test_a_page_that_was_moved_is_written_where_it_is(
    press: Press, metawiki: MediaWiki, prefix: str
) -> None:
    talk = await press.add()
    await press.look()
    page = await _page_of(press, 1)
    metawiki.visitor.move(page, f"{prefix} elsewhere")
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    assert "Something else" in str(metawiki.visitor.text(f"{prefix} elsewhere"))
    assert str(metawiki.visitor.text(page)).startswith("#REDIRECT")


async def test_a_deleted_page_stays_deleted(press: Press, metawiki: MediaWiki, prefix: str) -> None:
    talk = await press.add()
    await press.look()
    page = f"{prefix} calendar"
    metawiki.visitor.change(action="delete", title=page)
    await press.change(talk, title="Something else")
    await press.after(2 * GATHER)
    assert metawiki.visitor.text(page) is None
    assert "Somebody has deleted" in (await press.told())[0]
    await press.ask()
    await press.look()
    assert "Something else" in str(metawiki.visitor.text(page))


async def test_an_edit_of_the_stop_page_stops_it(
    database: Database, meta: PywikibotWiki, metawiki: MediaWiki, prefix: str
) -> None:
    page = f"User:Bellringer/Stop {prefix[8:]}"
    press = Press(database, meta, [settings(prefix)], stop_page=page)
    await press.look()
    metawiki.visitor.edit(page, "Stop, please.")
    await press.add()
    await press.after(2 * GATHER)
    assert [each.page for each in press.stopped] == [page]
    assert await revisions(metawiki, press) == [1, 1]


async def test_words_in_another_language_run_their_way(
    database: Database, meta: PywikibotWiki, metawiki: MediaWiki, prefix: str
) -> None:
    press = Press(database, meta, [settings(prefix, language="ar")])
    await press.add()
    await press.look()
    page = Page(parsed(metawiki, page=f"{prefix} calendar")["text"])
    box = next(each for each in page.named("div") if each.attributes.get("lang") == "ar")
    assert box.attributes["dir"] == "rtl"
    assert "الفعاليات القادمة" in box.text


async def _page_of(press: Press, number: int, prefix: str | None = None) -> str:
    async with press.database.reading() as session:
        return next(
            each.title
            for each in await publications.kept(session)
            if each.event == number and (prefix is None or f"{prefix} calendar/" in each.name)
        )
