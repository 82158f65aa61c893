"""The web face in a real browser: by keyboard, without scripts, elsewhere on earth, on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from playwright.async_api import Browser, Page, Route

from storage.database import Database
from storage.values import EventState, Occurrence
from tests.chatbot.web.statistics import statistics
from tests.chatbot.web.visiting import DAY, HOUR, NOW, Visit, talk, visiting
from tests.peers.browser import browsing, violations

PAGES = (
    "/",
    "/?view=week&topic=lua",
    "/?view=list",
    "/event/1",
    "/event/2",
    "/event/3",
    "/presenters",
    "/organisers",
    "/organisers/stats",
    "/embed",
    "/nowhere",
)
EXPECTED = ("Failed to load resource: the server responded with a status of 404", "Framing ")
"""What the browser says of the page that is not there, and of one that may not be framed."""
LOOKS: dict[str, dict[str, object]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "right to left": {"locale": "ar"},
    "right to left phone": {"locale": "ar", "viewport": {"width": 360, "height": 740}},
}


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Visit]:
    """A site with events of all kinds and states."""
    async with visiting(database, statistics=statistics()) as visit:
        await visit.add(
            talk(
                "Slow queries",
                NOW + HOUR,
                speakers=("Ada",),
                host="Zoe",
                topics=("lua",),
                language="en",
                link="https://meet.example.org/",
                description="Why they are slow.",
            ),
            talk(
                "Off", NOW + DAY, kind="workshop", state=EventState.CANCELLED, cancel_reason="Ill."
            ),
            talk("Over", NOW - DAY, kind="office-hours"),
            talk("Running", NOW - HOUR / 2, kind="hackathon", topics=("maps",)),
            talk("Weekly", NOW + 3 * HOUR, kind="lightning-talk", recurrence_rule="FREQ=WEEKLY"),
            talk("مرحبا", NOW + 2 * DAY, kind="meetup", duration=40 * HOUR),
            *(talk(f"Talk {number}", NOW + 4 * DAY, kind=f"kind-{number}") for number in range(8)),
        )
        recording = "https://commons.example.org/r.webm"
        await visit.tell(Occurrence(3, NOW - DAY, recording=recording))
        yield visit


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@asynccontextmanager
async def seen(browser: Browser, site: Visit, path: str, **context: object) -> AsyncIterator[Page]:
    """Open a page; whatever the browser complains of fails the test."""
    opened = await browser.new_context(base_url=site.address, **context)  # type: ignore[arg-type]
    page = await opened.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: elsewhere.append(asked.url))
    try:
        await page.goto(path)
        yield page
        assert not [each for each in elsewhere if not each.startswith(site.address)]
        assert not [each for each in complaints if not each.startswith(EXPECTED)]
    finally:
        await opened.close()


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_holds_nothing_against_any_page(browser: Browser, site: Visit, look: str) -> None:
    for path in PAGES:
        async with seen(browser, site, path, bypass_csp=True, **LOOKS[look]) as page:
            assert await violations(page) == [], path


@pytest.mark.parametrize("look", ["light", "dark", "right to left phone"])
async def test_axe_holds_nothing_against_the_dialog(
    browser: Browser, site: Visit, look: str
) -> None:
    async with seen(browser, site, "/", bypass_csp=True, **LOOKS[look]) as page:
        await page.get_by_text("Slow queries").first.click()
        await page.locator("dialog[open] #event-title").wait_for()
        await page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
        assert await violations(page) == []


async def test_an_event_pops_up_and_goes_away_by_keyboard(browser: Browser, site: Visit) -> None:
    async with seen(browser, site, "/", timezone_id="UTC") as page:
        link = page.get_by_role("link", name="Slow queries")
        await link.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Slow queries")
        await dialog.wait_for()
        assert await dialog.get_by_role("link", name="Join").get_attribute("href")
        assert await dialog.evaluate("(it) => it.contains(document.activeElement)")
        await page.keyboard.press("Escape")
        await dialog.wait_for(state="hidden")
        assert await link.evaluate("(it) => it === document.activeElement")
        assert page.url == f"{site.address}/"


async def test_the_dialog_closes_by_its_button_and_beside_it(browser: Browser, site: Visit) -> None:
    async with seen(browser, site, "/") as page:
        link, dialog = page.get_by_role("link", name="Slow queries"), page.locator("dialog[open]")
        await link.click()
        await page.get_by_role("button", name="Close").click()
        await dialog.wait_for(state="hidden")
        await link.click()
        await dialog.wait_for()
        await page.mouse.click(5, 5)
        await dialog.wait_for(state="hidden")


async def test_from_the_dialog_one_gets_to_the_page(browser: Browser, site: Visit) -> None:
    async with seen(browser, site, "/") as page:
        await page.get_by_role("link", name="Slow queries").click()
        await page.get_by_role("link", name="Open this event's page").click()
        await page.wait_for_url("**/event/1")
        assert await page.get_by_role("heading", level=1).inner_text() == "Slow queries"


@pytest.mark.parametrize(
    ("zone", "slot", "whole"),
    [
        ("Europe/Stockholm", "19:20 your time", "Tuesday 8 December, 19:20–20:20 your time"),
        (
            "Asia/Tokyo",
            "Wed, 9 Dec, 03:20 your time",
            "Wednesday 9 December, 03:20–04:20 your time",
        ),
        ("America/Los_Angeles", "10:20 your time", "Tuesday 8 December, 10:20–11:20 your time"),
    ],
)
async def test_times_are_on_the_reader_s_clock_too(
    browser: Browser, site: Visit, zone: str, slot: str, whole: str
) -> None:
    async with seen(browser, site, "/", timezone_id=zone) as page:
        words = await page.get_by_role("link", name="Slow queries").inner_text()
        assert f"18:20\n{slot}" in words
        assert zone in await page.locator(".zone").inner_text()
        await page.goto("/event/1")
        shown = await page.locator(".when").inner_text()
        assert "18:20–19:20 UTC" in shown
        assert whole in shown.replace("day,", "day")


async def test_a_reader_in_utc_sees_each_time_once(browser: Browser, site: Visit) -> None:
    async with seen(browser, site, "/", timezone_id="UTC") as page:
        assert await page.get_by_text("your time").count() == 0
        assert not await page.locator("[data-zone]").is_visible()


async def test_all_works_without_scripts(browser: Browser, site: Visit) -> None:
    async with seen(browser, site, "/", java_script_enabled=False) as page:
        await page.get_by_role("link", name="Slow queries").click()
        await page.wait_for_url("**/event/1")
        assert await page.get_by_role("link", name="Join").is_visible()
        await page.get_by_role("link", name="Back to the calendar").click()
        await page.locator("summary").click()
        await page.get_by_label("Topic").select_option("maps")
        await page.get_by_role("button", name="Show").click()
        await page.wait_for_url("**topic=maps**")
        assert await page.get_by_role("link", name="Running").is_visible()
        assert await page.get_by_role("link", name="Slow queries").count() == 0


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_is_wider_than_a_phone(browser: Browser, site: Visit, path: str) -> None:
    viewport = {"width": 320, "height": 600}
    async with seen(browser, site, path, viewport=viewport) as page:
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_on_a_phone_the_sheet_is_an_agenda_of_the_days_with_events(
    browser: Browser, site: Visit
) -> None:
    async with seen(browser, site, "/", viewport={"width": 360, "height": 740}) as page:
        days = [await each.inner_text() for each in await page.locator(".sheet h2:visible").all()]
        assert days[:3] == ["Monday 7 December", "Tuesday 8 December", "Wednesday 9 December"]
        assert await page.locator(".sheet .empty").first.is_hidden()


async def test_the_first_stop_of_the_keyboard_leads_to_the_content(
    browser: Browser, site: Visit
) -> None:
    async with seen(browser, site, "/") as page:
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        assert await skip.evaluate("(it) => it === document.activeElement")
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "content"


async def test_only_the_list_for_other_sites_can_be_framed(browser: Browser, site: Visit) -> None:
    async with seen(browser, site, "/embed") as page:
        for path, shown in (("/embed", True), ("/organisers", False)):
            frame = f'<iframe src="{path}"></iframe>'
            await page.unroute_all()
            await page.route(
                "**/elsewhere", partial(Route.fulfill, body=frame, content_type="text/html")
            )
            await page.goto("/elsewhere")
            assert bool(await page.frames[1].locator("main").count()) is shown
