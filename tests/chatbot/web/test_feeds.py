"""Feeds over HTTP: for all, for a choice and for one person, and no more often than needed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import vobject
from sqlalchemy import select, update

from storage import attendance, feedtokens, people, subscriptions, wishes
from storage.database import Database
from storage.events import EventRow
from storage.values import (
    Attendee,
    Destination,
    EventState,
    Identity,
    Occurrence,
    Place,
    Subscription,
)
from tests.chatbot.publish.feeding import ADDRESS, Fed, fed
from tests.chatbot.web.visiting import DAY, HOUR, NOW, talk

ATOM = {"a": "http://www.w3.org/2005/Atom"}
ALICE = Identity("libera", "alice")
TOKEN = "x" * 43
HOSTILE = "<b>bold</b> & ]]> {{subst:x}} =1+1 \u202eevil\n\x00\x08 \ufffe 👩🏽‍💻 مرحبا " * 40


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Fed]:
    async with fed(database) as site:
        yield site


def titles(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    calendar: Any = vobject.readOne(answer.text)
    found = calendar.contents.get("vevent", [])
    return [each.summary.value for each in found]


def entries(answer: httpx.Response) -> list[ET.Element]:
    assert answer.status_code == 200
    return ET.fromstring(answer.content).findall("a:entry", ATOM)


def text(element: ET.Element, path: str) -> str:
    found = element.find(path, ATOM)
    assert found is not None
    return found.text or ""


async def test_a_calendar_of_all_that_is_for_everybody(site: Fed) -> None:
    cancelled = talk("Off", state=EventState.CANCELLED, cancel_reason="ill")
    await site.visit.add(
        talk("Query"), cancelled, talk("Secret", test=True), talk("Idea", state=EventState.PROPOSED)
    )
    answer = await site.visit.get("/feeds/all.ics")
    assert titles(answer) == ["Query", "Off"]
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    calendar: Any = vobject.readOne(answer.text)
    assert calendar.x_wr_calname.value == "Small Wikis: events"
    assert calendar.source.value == f"{ADDRESS}/feeds/all.ics"
    assert calendar.vevent_list[1].comment.value == "ill"
    assert calendar.vevent_list[0].url.value == f"{ADDRESS}/event/1"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=Tech-Talk", ["A", "C"]),
        ("?topic=%23Wikidata", ["A", "B"]),
        ("?language=sv", ["B", "C"]),
        ("?kind=tech-talk&topic=wikidata", ["A"]),
        ("?kind=tech-talk&kind=workshop", ["A", "B", "C"]),
        ("?topic=nobody", []),
    ],
)
async def test_an_address_chooses(site: Fed, query: str, expected: list[str]) -> None:
    await site.visit.add(
        talk("A", topics=("wikidata",), language="en"),
        talk("B", kind="workshop", topics=("Wikidata", "x"), language="sv"),
        talk("C"),
    )
    assert titles(await site.visit.get(f"/feeds/all.ics{query}")) == expected


async def test_a_choice_is_named_and_can_be_shared(site: Fed) -> None:
    answer = await site.visit.get("/feeds/all.ics?topic=b&kind=workshop&topic=A")
    calendar: Any = vobject.readOne(answer.text)
    assert calendar.x_wr_calname.value == "Small Wikis: events (workshop, #a, #b)"
    assert calendar.source.value == f"{ADDRESS}/feeds/all.ics?kind=workshop&topic=a&topic=b"
    assert calendar.url.value == f"{ADDRESS}/?kind=workshop&topic=a&topic=b"


async def test_nobody_gets_twice_what_he_has(site: Fed) -> None:
    (event,) = await site.visit.add(talk())
    first = await site.visit.get("/feeds/all.ics")
    again = await site.visit.get("/feeds/all.ics", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    await site.visit.change(replace(event, title="Other", sequence=1))
    changed = await site.visit.get("/feeds/all.ics", if_none_match=first.headers["etag"])
    assert titles(changed) == ["Other"]
    assert changed.headers["etag"] != first.headers["etag"]


async def test_the_same_edition_makes_the_same_bytes_in_another_process(
    database: Database, site: Fed
) -> None:
    await site.visit.add(talk(), talk("B", recurrence_rule="FREQ=WEEKLY", zone="Asia/Tokyo"))
    async with fed(database) as other:
        other.now = NOW + 3 * HOUR
        (one, two) = [await each.visit.get("/feeds/all.ics") for each in (site, other)]
    assert one.content == two.content


@pytest.mark.parametrize(
    "column",
    [
        {"recurrence_rule": "FREQ=FORTNIGHTLY;BYDAY=XX"},
        {"recurrence_rule": "garbage"},
        {"zone": "Mars/Olympus"},
    ],
)
@pytest.mark.parametrize("form", ["ics", "atom", "json"])
async def test_one_odd_event_spoils_nothing(
    database: Database, site: Fed, column: dict[str, str], form: str
) -> None:
    """Such a row cannot come about by a command; somebody wrote it by hand."""
    _, odd, _ = await site.visit.add(talk("A"), talk("Odd"), talk("C"))
    async with database.transaction() as session:
        await session.execute(
            update(EventRow).where(EventRow.number == odd.number).values(**column)
        )
    answer = await site.visit.get(f"/feeds/all.{form}")
    assert answer.status_code == 200
    assert ("A" in answer.text, "Odd" in answer.text) == (True, False)
    assert any(each.get("number") == odd.number for each in site.log.entries)


async def test_atom_has_what_comes_and_what_can_be_seen_again(site: Fed) -> None:
    over = talk("Over", NOW - 2 * DAY)
    coming, past, _, _ = await site.visit.add(
        talk("Coming", speakers=("Ada", "Bo"), topics=("x",), link="https://meet.example.org/a b"),
        over,
        talk("Far", NOW + 200 * DAY),
        talk("Long ago", NOW - 100 * DAY),
    )
    await site.visit.tell(Occurrence(past.number, past.starts_at, recording="https://v.example/1"))
    answer = await site.visit.get("/feeds/all.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)
    assert text(feed, "a:id") == f"{ADDRESS}/feeds/all.atom"
    first, second = entries(answer)
    assert text(feed, "a:updated") == text(second, "a:updated")
    assert text(first, "a:title") == "Coming"
    assert text(first, "a:id").startswith("urn:uuid:")
    assert [each.text for each in first.findall("a:author/a:name", ATOM)] == ["Ada", "Bo"]
    links = [(each.get("rel"), each.get("href")) for each in first.findall("a:link", ATOM)]
    assert links == [
        ("alternate", f"{ADDRESS}/event/{coming.number}"),
        ("related", "https://meet.example.org/a%20b"),
    ]
    assert "Wed 9 Dec 2026 17:20 UTC, 1 hour (tech-talk)" in text(first, "a:content")
    assert text(second, "a:title") == "Over"
    assert "Recording: https://v.example/1" in text(second, "a:content")


async def test_a_series_does_not_fill_a_feed(site: Fed) -> None:
    await site.visit.add(talk("Daily", recurrence_rule="FREQ=DAILY"), talk("Once", NOW + 30 * DAY))
    found = entries(await site.visit.get("/feeds/all.atom"))
    assert [text(each, "a:title") for each in found] == ["Daily"] * 3 + ["Once"]
    names = [text(each, "a:id") for each in found]
    assert len(set(names)) == 4
    assert names[0].endswith("#20261209T172000Z")
    link = found[1].find("a:link", ATOM)
    assert link is not None
    assert link.get("href") == f"{ADDRESS}/event/1/2026-12-10"


async def test_json_says_in_fields_what_the_others_say_in_words(site: Fed) -> None:
    event, _ = await site.visit.add(
        talk("Coming", zone="Asia/Tokyo", capacity=30, language="sv"), talk("Past", NOW - DAY)
    )
    await site.visit.come(event, range(5))
    answer = await site.visit.get("/feeds/all.json")
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{ADDRESS}/feeds/all.json"
    first, second = feed["items"]
    assert first["url"] == f"{ADDRESS}/event/1"
    assert first["date_published"] == "2026-11-08T17:20:00Z"
    assert first["_event"] | {"uid": ""} == {
        "number": 1,
        "uid": "",
        "kind": "tech-talk",
        "starts_at": "2026-12-09T17:20:00Z",
        "ends_at": "2026-12-09T18:20:00Z",
        "zone": "Asia/Tokyo",
        "recurrence": None,
        "stage": "to-come",
        "cancel_reason": None,
        "topics": [],
        "language": "sv",
        "host": None,
        "speakers": [],
        "link": None,
        "stream": None,
        "capacity": 30,
        "coming": 5,
        "attended": None,
        "recording": None,
        "slides": None,
        "notes": None,
    }
    assert second["_event"]["stage"] == "over"


async def test_fewer_than_five_people_are_no_figure(site: Fed) -> None:
    (event,) = await site.visit.add(talk())
    await site.visit.come(event, range(4))
    feed = json.loads((await site.visit.get("/feeds/all.json")).content)
    assert feed["items"][0]["_event"]["coming"] is None


async def test_what_is_over_moves_down_when_it_is_over(site: Fed) -> None:
    await site.visit.add(talk("A"))
    before = await site.visit.get("/feeds/all.json")
    site.now += DAY + HOUR
    after = await site.visit.get("/feeds/all.json", if_none_match=before.headers["etag"])
    assert json.loads(after.content)["items"][0]["_event"]["stage"] == "over"


@pytest.mark.parametrize("form", ["ics", "atom", "json"])
async def test_hostile_words_come_out_as_words(site: Fed, form: str) -> None:
    await site.visit.add(
        talk(HOSTILE, description=HOSTILE, speakers=(HOSTILE,), topics=(HOSTILE,), host=HOSTILE)
    )
    answer = await site.visit.get(f"/feeds/all.{form}")
    begins = "<b>bold</b> & ]]> {{subst:x}} =1+1 "
    if form == "ics":
        (title,) = titles(answer)
    elif form == "atom":
        (entry,) = entries(answer)
        title = text(entry, "a:title")
        assert len(entry.findall("a:content", ATOM)[0]) == 0
    else:
        title = json.loads(answer.content)["items"][0]["title"]
    assert title.startswith(begins)
    assert "👩🏽‍💻 مرحبا" in title


async def test_an_empty_programme_is_a_valid_feed(site: Fed) -> None:
    for form in ("ics", "atom", "json"):
        assert (await site.visit.get(f"/feeds/all.{form}")).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/all.rss", 404),
        ("/feeds/event/7.ics", 404),
        (f"/feeds/person/{TOKEN}.ics", 404),
        (f"/feeds/all.ics?topic={'x' * 200}", 400),
        ("/feeds/all.ics?" + "&".join(f"topic={n}" for n in range(50)), 400),
    ],
)
async def test_there_is_no_such_feed(site: Fed, path: str, status: int) -> None:
    assert (await site.visit.get(path)).status_code == status


async def test_one_event_is_a_file_for_ones_calendar(site: Fed) -> None:
    await site.visit.add(talk("A"), talk("B"), talk("Test", test=True))
    answer = await site.visit.get("/feeds/event/2.ics")
    assert titles(answer) == ["B"]
    assert answer.headers["content-disposition"] == 'attachment; filename="event-2.ics"'
    assert (await site.visit.get("/feeds/event/3.ics")).status_code == 404


class TestOwn:
    """A person's own feed."""

    @pytest.fixture(autouse=True)
    async def person(self, database: Database, site: Fed) -> int:
        async with database.transaction() as session:
            alice = await people.ensure(session, ALICE, NOW)
            await feedtokens.keep(session, TOKEN, person=alice.key, now=NOW)
        return alice.key

    async def own(self, site: Fed, token: str = TOKEN) -> httpx.Response:
        return await site.visit.get(f"/feeds/person/{token}.ics")

    async def test_it_has_what_concerns_him(
        self, database: Database, site: Fed, person: int
    ) -> None:
        those = (talk(title, topics=("t",) if title == "wants" else ()) for title in TITLES)
        comes, asked, *_ = await site.visit.add(*those)
        async with database.transaction() as session:
            await attendance.save(session, comes.number, Attendee(person, NOW))
            await wishes.add(
                session, asked.number, [timedelta(0)], identity=ALICE, person=person, now=NOW
            )
            told = Destination("libera", Place.PERSON, "alice")
            await subscriptions.keep(
                session, Subscription(told, topics=("T",)), person=person, now=NOW
            )
        answer = await self.own(site)
        assert titles(answer) == ["comes", "asked", "wants"]
        assert "private" in answer.headers["cache-control"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "access-control-allow-origin" not in answer.headers
        assert TOKEN not in answer.text
        again = await site.visit.get(
            f"/feeds/person/{TOKEN}.ics", if_none_match=answer.headers["etag"]
        )
        assert again.status_code == 304

    async def test_it_is_empty_for_whom_nothing_concerns(self, site: Fed) -> None:
        await site.visit.add(talk())
        assert titles(await self.own(site)) == []

    async def test_what_was_revoked_is_gone(
        self, database: Database, site: Fed, person: int
    ) -> None:
        async with database.transaction() as session:
            assert await feedtokens.revoke(session, person, NOW)
        assert (await self.own(site)).status_code == 410

    async def test_a_token_is_in_no_log_and_not_in_the_database(
        self, database: Database, site: Fed
    ) -> None:
        """What the client of this test logs does not count."""
        with everything_logged() as records:
            await self.own(site)
            await self.own(site, "y" * 43)
            logging.getLogger("uvicorn.error").info("that it hears anything")
        heard = [each.getMessage() for each in records if not each.name.startswith("http")]
        assert "that it hears anything" in heard
        told = [*site.log.entries, *site.visit.log.entries, *heard]
        assert not any(TOKEN in str(each) or "yyy" in str(each) for each in told)
        async with database.reading() as session:
            digests = await session.scalars(select(feedtokens.FeedTokenRow.digest))
            assert TOKEN not in digests.all()


@contextmanager
def everything_logged() -> Iterator[list[logging.LogRecord]]:
    records, root = list[logging.LogRecord](), logging.getLogger()
    handler, level = logging.Handler(), root.level
    handler.emit = records.append  # type: ignore[method-assign,assignment]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


TITLES = ("comes", "asked", "wants", "other")


async def test_many_readers_wait_for_the_same_feed(site: Fed) -> None:
    await site.visit.add(*(talk(f"{n}") for n in range(50)))
    answers = await asyncio.gather(*(site.visit.get("/feeds/all.ics") for _ in range(20)))
    assert len({each.headers["etag"] for each in answers}) == 1
