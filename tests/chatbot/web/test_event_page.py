"""An event's page has everything that everybody may know, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from storage.database import Database
from storage.values import EventState, Occurrence
from tests.chatbot.web.visiting import DAY, FACE, HOUR, NOW, Visit, talk, visiting

HOSTILE = (
    "</title></script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u2066\u2067",
    "🎉👩‍👩‍👧 " + "لا" * 20,
    "<!--",
    "x" * 10_000,
    "\u2028line\u2029",
)


class Tags(HTMLParser):
    """All that a page is made of, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def data_of(page: str) -> dict[str, object]:
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found: dict[str, object] = json.loads(text)
    return found


async def test_everything_is_told(visit: Visit) -> None:
    await visit.add(
        talk(
            "Slow queries",
            speakers=("Ada", "Grace"),
            host="Selam",
            topics=("databases",),
            language="sv",
            link="https://meet.example.org/talks",
            stream="https://stream.example.org/",
            description="Why they are slow.",
            capacity=40,
        )
    )
    page = await visit.page("/event/1")
    for words in (
        "Slow queries",
        "Tech talk",
        "Wednesday, 9 December 2026",
        "17:20",
        "18:20",
        "Ada",
        "Grace",
        "Selam",
        "databases",
        "svenska",
        "Why they are slow.",
        "40",
    ):
        assert words in page
    for link in (
        "https://meet.example.org/talks",
        "https://stream.example.org/",
        "/feeds/event/1.ics",
    ):
        assert f'href="{link}"' in page


async def test_a_link_to_look_back_on_takes_the_place_of_joining(visit: Visit) -> None:
    [event] = await visit.add(talk(at=NOW - DAY, link="https://meet.example.org/talks"))
    await visit.tell(
        Occurrence(event.number, event.starts_at, recording="https://commons.example.org/r.webm")
    )
    page = await visit.page("/event/1")
    assert 'href="https://commons.example.org/r.webm"' in page
    assert ">Join<" not in page
    assert "This event is over." in page


async def test_who_comes_is_a_figure_and_never_a_small_one(visit: Visit) -> None:
    [event] = await visit.add(talk())
    await visit.come(event, range(4))
    assert "people come" not in await visit.page("/event/1")
    await visit.come(event, range(4, 5))
    assert "5 people come" in await visit.page("/event/1")


async def test_a_cancelled_event_says_why(visit: Visit) -> None:
    await visit.add(talk(state=EventState.CANCELLED, cancel_reason="The speaker is ill."))
    page = await visit.page("/event/1")
    assert "This event does not take place: <bdi>The speaker is ill.</bdi>" in page
    assert data_of(page)["eventStatus"] == "https://schema.org/EventCancelled"


async def test_a_series_shows_its_next_date_or_the_one_that_is_named(visit: Visit) -> None:
    start = datetime(2026, 10, 6, 17, tzinfo=UTC)
    await visit.add(talk("Weekly", start, recurrence_rule="FREQ=WEEKLY"))
    assert "Tuesday, 8 December 2026" in await visit.page("/event/1")
    named = await visit.page("/event/1/2026-10-13")
    assert "Tuesday, 13 October 2026" in named
    assert named.count('href="/event/1/2026-12-') == 4
    assert (await visit.get("/event/1/2026-10-14")).status_code == 404


async def test_a_series_that_is_over_shows_its_last_date(visit: Visit) -> None:
    start = datetime(2026, 10, 6, 17, tzinfo=UTC)
    await visit.add(talk("Weekly", start, recurrence_rule="FREQ=WEEKLY;COUNT=3"))
    assert "Tuesday, 20 October 2026" in await visit.page("/event/1")


async def test_search_engines_read_it_as_an_event(database: Database) -> None:
    face = replace(FACE, address="https://events.example.org/wiki")
    async with visiting(database, face=face) as visit:
        await visit.add(talk("Lua", speakers=("Jan",), language="en", link="https://meet.example/"))
        page = await visit.page("/event/1")
        data = data_of(page)
        address = "https://events.example.org/wiki/event/1"
        assert (data["@type"], data["name"], data["url"]) == ("Event", "Lua", address)
        assert data["startDate"] == "2026-12-09T17:20:00Z"
        assert data["endDate"] == "2026-12-09T18:20:00Z"
        assert data["performer"] == [{"@type": "Person", "name": "Jan"}]
        assert data["location"] == {"@type": "VirtualLocation", "url": "https://meet.example/"}
        tags = Tags(page).found
        named = {each.get("property"): each.get("content") for tag, each in tags if tag == "meta"}
        assert named["og:title"] == "Lua"
        assert named["og:image"] == "https://events.example.org/wiki/card/1.png"
        assert 'href="/wiki/presenters"' in page


async def test_microformats_mark_it_as_an_event(visit: Visit) -> None:
    await visit.add(talk("Lua", description="Modules", topics=("lua",)))
    page = await visit.page("/event/1")
    classes = {name for _, each in Tags(page).found for name in (each.get("class") or "").split()}
    assert {"h-event", "p-name", "dt-start", "dt-end", "p-summary", "p-category"} <= classes


@pytest.mark.parametrize("text", HOSTILE)
async def test_whatever_people_write_comes_out_as_text(visit: Visit, text: str) -> None:
    harmless = await shape(visit, 1, "harmless")
    assert await shape(visit, 2, text) == harmless


async def shape(visit: Visit, number: int, text: str) -> list[list[str]]:
    """Return the elements of each page on which an event stands whose every word is `text`."""
    await visit.add(
        talk(
            text,
            NOW + HOUR * number,
            kind="tech-talk",
            speakers=(text,),
            host=text,
            topics=(text[:90],),
            description=text,
            cancel_reason=text,
        )
    )
    elements = []
    for path in (f"/event/{number}",):
        page = await visit.page(path)
        tags = Tags(page).found
        assert not [name for _, each in tags for name in each if name.startswith("on")]
        assert data_of(page)["@type"] == "Event"
        assert "\u202e" not in page
        elements.append([tag for tag, _ in tags])
    for path in ("/", "/?view=list", "/presenters", "/organisers", "/embed"):
        tags = Tags(await visit.page(path)).found
        assert [tag for tag, _ in tags].count("img") == 0
        assert not [name for _, each in tags for name in each if name.startswith("on")]
    return elements


async def test_a_link_that_is_none_is_not_followed(visit: Visit) -> None:
    await visit.add(talk(link="javascript:alert(1)", stream="data:text/html,x"))
    page = await visit.page("/event/1")
    hrefs = [each.get("href") or "" for _, each in Tags(page).found]
    assert not [each for each in hrefs if each.startswith(("javascript", "data"))]
