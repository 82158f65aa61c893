"""Cards of events: of one size, legible, with nothing over the edge, whatever they show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from chatbot.pixels import png
from chatbot.publish.cards import Cards
from chatbot.publish.cardsheet import HEIGHT, PALETTES, WIDTH
from storage.database import Database
from storage.values import Event, EventState
from tests.chatbot.publish.feeding import Fed, fed
from tests.chatbot.web.visiting import DAY, NOW, talk
from tests.peers.pictures import shades, size

TALK = talk("Query optimisation", speakers=("Ada Lovelace",), topics=("wikidata",), number=7)
MANY = tuple(f"Speaker Number {n}" for n in range(30))
ODD = [
    replace(TALK, title="W" * 400),
    replace(TALK, title="wide words " * 60, speakers=MANY, topics=MANY, host="x" * 300),
    replace(TALK, title="ورشة تحرير ويكي بيانات للمبتدئين " * 9, language="ar", zone="Asia/Riyadh"),
    replace(TALK, title="👩🏽‍💻🏳️‍🌈" * 80, kind="🎉" * 90),
    replace(TALK, title="日本語版の発表会" * 30, speakers=("山田太郎" * 40,)),
    replace(TALK, title="", speakers=(), topics=()),
    replace(TALK, title='<tspan x="9"/>&amp; ]]> \x00\ud800 \u202e evil \ufffe', kind="<&>"),
    replace(TALK, state=EventState.CANCELLED, kind="k" * 200, language="sv"),
    replace(TALK, zone="America/Argentina/Buenos_Aires", duration=timedelta(hours=200)),
]
EDGES = ("0 0 40 630", f"{WIDTH - 40} 0 40 630", "0 0 1200 40", f"0 {HEIGHT - 12} 1200 12")
"""Where there is nothing but paper (x, y, width, height)."""
TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Fed]:
    async with fed(database) as site:
        yield site


@pytest.fixture
def cards(site: Fed) -> Cards:
    return site.feeding.cards


def drawn(cards: Cards, event: Event) -> bytes:
    content = cards.drawn(event, event.starts_at, event.language)
    assert content is not None
    return content


def words(cards: Cards, event: Event) -> list[str]:
    """Return what stands on a card, in the order of drawing."""
    svg = cards._svg(event, event.starts_at, cards._tag(event.language))
    lines = ET.fromstring(svg).findall(TEXT)
    return ["".join(line.itertext()).strip("\u2066\u2067\u2069\u200f") for line in lines]


def test_a_card_says_what_when_and_who(cards: Cards) -> None:
    event = replace(TALK, starts_at=datetime(2026, 9, 30, 23, tzinfo=UTC), zone="Asia/Tokyo")
    kind, community, title, people, day, utc, topics, there = words(cards, event)
    assert (kind, community) == ("Tech talk", "Small Wikis")
    assert (title, people) == ("Query optimisation", "with Ada Lovelace")
    assert day == "Wednesday, 30 September 2026"
    assert utc == "23:00–00:00\u2069 UTC"
    assert there == "Thu 1 Oct \u206608:00–09:00\u2069 Tokyo"
    assert topics == "#wikidata"


def test_a_card_speaks_the_language_of_its_event(cards: Cards) -> None:
    found = words(cards, replace(TALK, language="ar", title="ورشة"))
    assert "الأربعاء، 9 ديسمبر 2026" in found
    assert "Onsdag 9 december 2026" in words(cards, replace(TALK, language="sv"))
    assert "Wednesday, 9 December 2026" in words(cards, replace(TALK, language="fi"))


def test_speakers_for_whom_there_is_no_room_are_counted(cards: Cards) -> None:
    assert "with Speaker Number 0, Speaker Number 1 and 28 more" in words(
        cards, replace(TALK, speakers=MANY)
    )


def test_what_is_cancelled_says_so(cards: Cards) -> None:
    gone = replace(TALK, state=EventState.CANCELLED)
    assert "Cancelled" in words(cards, gone)
    assert cards.alt(gone, gone.starts_at, "en").endswith("is cancelled.")


def test_a_card_is_told_to_whoever_does_not_see_it(cards: Cards) -> None:
    assert cards.alt(TALK, TALK.starts_at, "en") == (
        "Card of Small Wikis: Query optimisation (Tech talk), Wed 9 Dec 2026 17:20 UTC, "
        "with Ada Lovelace."
    )


@pytest.mark.parametrize("event", [TALK, *ODD])
def test_nothing_reaches_the_edge(cards: Cards, event: Event) -> None:
    assert size(drawn(cards, event)) == (WIDTH, HEIGHT) == (1200, 630)
    svg = cards._svg(event, event.starts_at, cards._tag(event.language))
    for place in EDGES:
        assert strip(svg, place, words=True) == strip(svg, place, words=False), place
    middle = f"100 50 {WIDTH - 200} {HEIGHT - 100}"
    assert strip(svg, middle, words=True) != strip(svg, middle, words=False)


def test_letters_that_the_renderer_cannot_take_are_left_out(cards: Cards) -> None:
    emoji = "👩‍👩‍👧‍👦🏳️‍🌈👩🏽‍💻 e\u0301\u0302 " * 5
    assert size(drawn(cards, replace(TALK, topics=(emoji,)))) == (WIDTH, HEIGHT)


def test_a_title_is_legible_and_not_only_boxes(cards: Cards) -> None:
    other = replace(TALK, title="Zuery optimisation")
    assert drawn(cards, TALK) != drawn(cards, other)
    assert shades(drawn(cards, TALK)) > 16


def test_white_stands_out_from_every_paper() -> None:
    for palette in PALETTES:
        for colour in palette:
            assert 1.05 / (luminance(colour) + 0.05) >= 4.5


async def test_a_card_is_drawn_once_until_its_event_is_changed(site: Fed) -> None:
    (event,) = await site.visit.add(TALK)
    first = await site.visit.get("/card/1.png")
    assert first.headers["content-type"] == "image/png"
    again = await site.visit.get("/card/1.png", if_none_match=first.headers["etag"])
    assert again.status_code == 304
    await site.visit.change(replace(event, title="Other"))
    changed = await site.visit.get("/card/1.png", if_none_match=first.headers["etag"])
    assert (changed.status_code, changed.content != first.content) == (200, True)


async def test_of_a_series_the_next_is_shown(site: Fed) -> None:
    await site.visit.add(replace(TALK, recurrence_rule="FREQ=WEEKLY;COUNT=3"))
    alts = []
    for days in (0, 3, 30):
        site.now = NOW + days * DAY
        picture = await site.feeding.cards.of(1)
        assert picture is not None
        alts.append(picture.alt)
    assert ["9 Dec" in alts[0], "16 Dec" in alts[1], "23 Dec" in alts[2]] == [True] * 3


@pytest.mark.parametrize("changes", [{"test": True}, {"state": EventState.PROPOSED}])
async def test_what_is_not_for_everybody_has_no_card(site: Fed, changes: dict[str, object]) -> None:
    await site.visit.add(replace(TALK, **changes))  # type: ignore[arg-type]
    assert (await site.visit.get("/card/1.png")).status_code == 404
    assert await site.feeding.card(1) is None


def test_no_more_cards_are_kept_than_a_few(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.publish.cards._MOST_KEPT", 2)
    for number in range(4):
        drawn(cards, replace(TALK, number=number))
    assert len(cards._kept) == 2


def strip(svg: str, place: str, *, words: bool) -> bytes:
    """Return a part of a card (`x y width height`) in pixels, with its words or without them."""
    card = ET.fromstring(svg)
    card.attrib |= {"viewBox": place, "width": place.split()[2], "height": place.split()[3]}
    for line in card.findall(TEXT) if not words else ():
        card.remove(line)
    picture = png(ET.tostring(card, encoding="unicode"), zoom=1)
    assert picture is not None
    return picture


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
