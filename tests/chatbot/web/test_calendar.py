"""The page for watchers shows what takes place, where and as it is asked for."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from storage.values import EventState
from tests.chatbot.web.visiting import DAY, HOUR, NOW, Visit, talk

LINK = re.compile(r'href="(/event/[^"]+)"[^>]*>')


def events_on(page: str) -> list[str]:
    """Return the links to events, in order."""
    return LINK.findall(page)


async def test_a_month_shows_what_takes_place_in_it(visit: Visit) -> None:
    await visit.add(
        talk("Today", NOW),
        talk("Christmas", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        talk("Next year", datetime(2027, 1, 9, 17, tzinfo=UTC)),
    )
    page = await visit.page("/")
    assert "December 2026" in page
    assert events_on(page) == ["/event/1", "/event/2"]
    assert events_on(await visit.page("/?on=2027-01-31")) == ["/event/3"]


async def test_what_lasts_for_days_stands_on_each_of_them(visit: Visit) -> None:
    await visit.add(talk("Hackathon", datetime(2026, 12, 31, 20, tzinfo=UTC), duration=30 * HOUR))
    assert events_on(await visit.page("/?view=week&on=2026-12-30")) == ["/event/1"] * 3
    assert events_on(await visit.page("/?on=2027-01-10")) == ["/event/1"] * 3
    assert events_on(await visit.page("/?view=list&on=2026-12-30")) == ["/event/1"]


async def test_a_series_stands_on_each_of_its_days(visit: Visit) -> None:
    start = datetime(2026, 10, 6, 17, tzinfo=UTC)
    await visit.add(talk("Weekly", start, recurrence_rule="FREQ=WEEKLY"))
    assert events_on(await visit.page("/")) == [
        f"/event/1/2026-12-{day}" for day in ("01", "08", "15", "22", "29")
    ]


async def test_a_series_that_is_moved_leaves_its_days(visit: Visit) -> None:
    start = datetime(2026, 12, 1, 17, tzinfo=UTC)
    [weekly] = await visit.add(talk("Weekly", start, recurrence_rule="FREQ=WEEKLY"))
    await visit.page("/")
    await visit.change(talk("Weekly", start + DAY, number=weekly.number, uid=weekly.uid))
    assert events_on(await visit.page("/")) == ["/event/1"]


async def test_the_list_begins_now_and_leaves_out_what_is_over(visit: Visit) -> None:
    await visit.add(talk("Over", NOW - 2 * HOUR), talk("Running", NOW - HOUR / 2), talk("Later"))
    page = await visit.page("/?view=list")
    assert events_on(page) == ["/event/2", "/event/3"]
    assert "On now" in page


async def test_a_long_list_goes_on_where_it_ended(visit: Visit) -> None:
    await visit.add(*(talk(f"Talk {number}", NOW + DAY * (number // 40)) for number in range(100)))
    first = await visit.page("/?view=list")
    [onwards] = re.findall(r'class="onwards"><a href="([^"]+)"', first)
    second = await visit.page(f"/{onwards.replace('&amp;', '&')}")
    assert len(events_on(first)) == 80
    assert len(events_on(second)) == 20
    assert not set(events_on(first)) & set(events_on(second))


async def test_a_crowded_day_says_how_many_more_there_are(visit: Visit) -> None:
    await visit.add(*(talk(f"Talk {number}") for number in range(9)))
    page = await visit.page("/")
    assert len(events_on(page)) == 5
    assert "4 more" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=tech-talk", {1, 2}),
        ("kind=Workshop", {3}),
        ("kind=workshop&kind=tech-talk", {1, 2, 3}),
        ("topic=%23Bots", {1, 3}),
        ("topic=bots&kind=workshop", {3}),
        ("language=es", {2, 3}),
        ("kind=&topic=&language=", {1, 2, 3}),
        ("utm_source=elsewhere", {1, 2, 3}),
    ],
)
async def test_a_choice_is_part_of_the_address(visit: Visit, query: str, shown: set[int]) -> None:
    await visit.add(
        talk("One", topics=("bots",), language="en"),
        talk("Two", topics=("lua",)),
        talk("Three", kind="workshop", topics=("Bots",), language="es"),
    )
    page = await visit.page(f"/?view=list&{query}")
    assert {int(each.split("/")[2]) for each in events_on(page)} == shown


@pytest.mark.parametrize("language", ["english", "xx-yy", "<b>"])
async def test_a_language_of_which_nothing_is_known_is_told_by_its_tag(
    visit: Visit, language: str
) -> None:
    await visit.add(talk("One", language=language))
    for path in ("/", "/?view=list", "/event/1"):
        assert escape(language) in await visit.page(path)


async def test_links_keep_the_choice_and_the_language(visit: Visit) -> None:
    page = await visit.page("/?topic=bots&lang=sv")
    assert 'href="?view=week&amp;topic=bots&amp;lang=sv"' in page
    assert 'href="?on=2027-01-01&amp;topic=bots&amp;lang=sv"' in page
    assert 'href="/feeds/all.ics?topic=bots"' in page
    assert 'href="/presenters?lang=sv"' in page


async def test_neither_tests_nor_proposals_are_shown(visit: Visit) -> None:
    await visit.add(talk(test=True), talk(state=EventState.PROPOSED))
    assert events_on(await visit.page("/")) == []
    for number in (1, 2):
        assert (await visit.get(f"/event/{number}")).status_code == 404


async def test_what_is_called_off_stands_there_as_cancelled(visit: Visit) -> None:
    [event] = await visit.add(talk())
    await visit.change(talk(number=event.number, uid=event.uid, state=EventState.CANCELLED))
    page = await visit.page("/")
    assert events_on(page) == ["/event/1"]
    assert "Cancelled" in page


@pytest.mark.parametrize(
    ("headers", "first", "direction"),
    [
        ({}, "Mon", "ltr"),
        ({"accept_language": "en-US,en;q=0.8"}, "Sun", "ltr"),
        ({"accept_language": "fr, sv-SE;q=0.5, en;q=0.4"}, "mån", "ltr"),
        ({"accept_language": "es-MX"}, "dom", "ltr"),
        ({"accept_language": "ar"}, "السبت", "rtl"),
        ({"accept_language": ";;;q=x,,"}, "Mon", "ltr"),
    ],
)
async def test_the_week_begins_where_its_reader_s_does(
    visit: Visit, headers: dict[str, str], first: str, direction: str
) -> None:
    page = await visit.page("/", **headers)
    weekdays = page.split('class="weekdays"')[1]
    assert re.findall(r"<li>(.*?)</li>", weekdays)[0] == first
    assert f'dir="{direction}"' in page.split("<head>")[0]


async def test_a_language_that_is_named_goes_before_the_browser_s(visit: Visit) -> None:
    answer = await visit.get("/?lang=ar", accept_language="sv")
    assert answer.headers["content-language"] == "ar"
    assert "Accept-Language" not in answer.headers["vary"]
    assert "Accept-Language" in (await visit.get("/")).headers["vary"]


async def test_far_days_are_not_there_and_lead_no_crawler_on(visit: Visit) -> None:
    assert (await visit.get("/?on=2050-01-01")).status_code == 404
    assert (await visit.get("/?on=0001-01-01")).status_code == 404
    last = await visit.page("/?on=2028-12-08")
    assert 'rel="next nofollow"' not in last
    assert 'content="noindex"' in last
    assert 'content="noindex"' not in await visit.page("/")


async def test_what_is_changed_is_shown_at_once(visit: Visit) -> None:
    [event] = await visit.add(talk("Before"))
    assert "Before" in await visit.page("/")
    await visit.change(talk("After", number=event.number, uid=event.uid))
    assert "After" in await visit.page("/")


async def test_states_follow_the_clock(visit: Visit) -> None:
    await visit.add(talk(at=NOW + HOUR))
    assert "On now" not in await visit.page("/")
    visit.now += timedelta(minutes=61)
    assert "On now" in await visit.page("/")
