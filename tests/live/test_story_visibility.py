"""The whole story of one talk: proposed, seen everywhere, reminded of, held, and looked back on.

The bot is a process of its own; IRC network, wiki, mail server and browser are real.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import vobject
from playwright.async_api import Browser, Page

from tests.peers.bellringer import DESK, NETWORK, TALKS, Operator
from tests.peers.browser import browsing
from tests.peers.irc import IrcServer
from tests.peers.mediawiki import MediaWiki
from tests.peers.person import Person, person
from tests.peers.smtp import HOST, PASSWORD, USER, SmtpServer, running_smtp

TITLE = "What talk pages are for"
PAGES = "Project:Seen everywhere"
LIST = "talks@lists.example.org"
RECORDING = "https://commons.example.org/wiki/File:Talk_pages.webm"
ACCOUNTS = {"alice": "alice", "bob": "bob", "dora": "dora", "carol": None}
LONG = 60.0
"""In seconds: more than any single thing takes on a busy machine."""

MORE = """
[events.kinds.lightning-talk]
duration = "8s"
reminders = ["15s", "start"]

[follow_up]
ask = ["1s", "1d", "2d"]

[web]
port = {port}
title = "Small Wikis"

[[calendar_pages]]
wiki = "metawiki"
calendar = "{pages}"
upcoming = "{pages}/Upcoming"
events = "{pages}/"

[mail]
host = "{smtp_host}"
port = {smtp_port}
user = "{user}"
password_file = "{password_file}"
ca_file = "{ca_file}"
sender = "Bellringer <bellringer@example.org>"

[digest]
weeks = 1
weekday = "{weekday}"
hour = "{hour}"
preview = "30s"
nudge = "off"
channels = ["{network}/{talks}"]

[[digest.lists]]
address = "{list}"
name = "Talks"
unsubscribe = "mailto:talks-leave@lists.example.org"
"""


@dataclass
class Town:
    """Alice is a coordinator; Bob has a talk to give; Dora is curious; Carol only reads along."""

    alice: Person
    bob: Person
    dora: Person
    carol: Person
    operator: Operator
    wiki: MediaWiki
    smtp: SmtpServer
    web: httpx.AsyncClient
    browser: Browser

    @asynccontextmanager
    async def page(self, path: str) -> AsyncIterator[Page]:
        """Open a page as a reader in Stockholm; the browser may have nothing to complain of."""
        context = await self.browser.new_context(
            base_url=str(self.web.base_url), timezone_id="Europe/Stockholm"
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(path)
        yield page
        assert complaints == []
        await context.close()

    async def feed(self, *, known: str = "") -> httpx.Response:
        """Return the calendar that others subscribe to, unless it is still what is `known`."""
        return await self.web.get("/feeds/all.ics", headers={"If-None-Match": known})

    async def entry(self) -> Any:
        """Return the only event of that calendar, as another library reads it."""
        (event,) = vobject.readOne((await self.feed()).text).vevent_list
        return event

    def on_wiki(self, title: str) -> str:
        """Return what the wiki shows of a page, as HTML; nothing where there is none."""
        if self.wiki.visitor.text(title) is None:
            return ""
        answer = self.wiki.visitor.ask(action="parse", page=title, disablelimitreport=True)
        return str(answer["parse"]["text"])


@pytest.fixture
async def town(
    tmp_path: Path, irc_server: IrcServer, wikis: Mapping[str, MediaWiki]
) -> AsyncIterator[Town]:
    """Everybody, and the bot running."""
    wiki = wikis["metawiki"]
    operator = Operator(folder=tmp_path, irc=irc_server, wikis={"metawiki": wiki})
    async with AsyncExitStack() as stack:
        smtp = await stack.enter_async_context(running_smtp(tmp_path))
        port = free_port()
        operator.configure(more=configured(tmp_path, smtp, port))
        assert operator.does("coordinator", "add", f"alice@{NETWORK}").returncode == 0
        people = {
            name: await stack.enter_async_context(
                person(name, irc_server.plain_port, account=account, password=f"{name}pass")
            )
            for name, account in ACCOUNTS.items()
        }
        await people["alice"].join(TALKS, DESK)
        await people["carol"].join(TALKS, DESK)
        address = f"http://127.0.0.1:{port}"
        web = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=LONG))
        browser = await stack.enter_async_context(browsing())
        stack.callback(operator.kill)
        mark = people["carol"].mark()
        operator.start()
        for channel in (TALKS, DESK):
            await people["carol"].sees(f"JOIN :{channel}", since=mark)
        # What has the same time as the join counts as history, and the server's time is coarse.
        await asyncio.sleep(0.05)
        yield Town(**people, operator=operator, wiki=wiki, smtp=smtp, web=web, browser=browser)


def configured(folder: Path, smtp: SmtpServer, port: int) -> str:
    """Return what the operator configured for the public: a digest is due in a minute or two."""
    secret = folder / "mail-password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD)
    due = datetime.now(UTC) + timedelta(minutes=2)
    return MORE.format(
        port=port,
        pages=PAGES,
        smtp_host=HOST,
        smtp_port=smtp.port,
        user=USER,
        password_file=secret,
        ca_file=smtp.ca_file,
        weekday=f"{due:%A}".lower(),
        hour=f"{due:%H:%M}",
        network=NETWORK,
        talks=TALKS,
        list=LIST,
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(holds: Callable[[], Awaitable[bool]], *, what: str) -> None:
    """Wait until something holds that nobody tells of."""
    try:
        async with asyncio.timeout(LONG):
            while not await holds():
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"never: {what}") from None


@pytest.mark.timeout(240)
async def test_a_talk_is_seen_by_everybody_before_during_and_after_it(town: Town) -> None:
    holding = asyncio.create_task(the_digest_is_shown_and_held(town))
    await somebody_wants_to_know_of_such_talks(town)
    await a_talk_is_proposed_and_accepted(town)
    await the_plan_is_there(town)
    await the_calendar_shows_it(town)
    await the_feed_has_it(town)
    await the_wiki_has_it(town)
    await somebody_comes(town)
    await it_is_moved_to_now(town)
    await it_takes_place(town)
    await the_host_is_asked_and_gives_the_recording(town)
    await holding
    await the_digest_goes_out_once(town)
    await figures_are_kept(town)
    assert town.operator.stop() == 0
    assert "error" not in town.operator.log
    assert PASSWORD not in town.operator.log
    assert town.operator.does("audit", "verify").returncode == 0


async def the_digest_is_shown_and_held(town: Town) -> None:
    await town.alice.hears("The next digest goes out in", within=150)
    town.alice.say(DESK, "!digest hold")
    await town.alice.hears("is held. !digest go lets it out")


async def somebody_wants_to_know_of_such_talks(town: Town) -> None:
    town.dora.say("bellringer", "subscribe topic: talk-pages")
    await town.dora.hears("Subscribed: ")


async def a_talk_is_proposed_and_accepted(town: Town) -> None:
    town.bob.say(
        "bellringer",
        f"propose | {TITLE} | when: tomorrow 17:00 UTC | speaker: Ada | topic: talk-pages"
        " | about: Where editors meet, and how to be heard there",
    )
    await town.bob.hears("Thank you! Proposal 1 is kept")
    await town.bob.hears("Many people need")
    await town.alice.hears("Somebody has proposed an event.")
    town.alice.say(DESK, "!accept 1 lightning-talk")
    await town.alice.hears(f"Event 1 is registered: {TITLE} (lightning-talk)")
    await town.alice.hears("Its promotion plan has")
    await town.bob.hears("Good news: your proposal is accepted. Event 1")
    await town.carol.sees(f"PRIVMSG {TALKS} :New: {TITLE} (lightning-talk, event 1)")
    await town.dora.hears(TITLE)


async def the_plan_is_there(town: Town) -> None:
    town.bob.say("bellringer", "promote 1")
    await town.bob.hears("Promotion plan of event 1")
    await town.bob.hears("tell the communities that care about the topic")
    town.bob.say("bellringer", "blurb 1")
    await town.bob.hears("With Ada")


async def the_calendar_shows_it(town: Town) -> None:
    async with town.page(f"/?on={tomorrow():%Y-%m-%d}") as page:
        await page.get_by_role("link", name=TITLE).click()
        dialog = page.get_by_role("dialog", name=TITLE)
        await dialog.wait_for()
        shown = await dialog.inner_text()
        for words in ("17:00–", "UTC", "18:00", "your time", "Ada", "talk-pages"):
            assert words in shown
        calendar = dialog.get_by_role("link", name="calendar")
        assert await calendar.get_attribute("href") == "/feeds/event/1.ics"


async def the_feed_has_it(town: Town) -> None:
    answer = await town.feed()
    event = await town.entry()
    assert event.summary.value == TITLE
    assert event.dtstart.value.astimezone(UTC) == tomorrow().replace(hour=17)
    again = await town.feed(known=answer.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


async def the_wiki_has_it(town: Town) -> None:
    # Changes are gathered for a minute, unless somebody cannot wait.
    town.alice.say(DESK, "!pages update")
    for title in (PAGES, f"{PAGES}/Upcoming", f"{PAGES}/1 {TITLE}"):
        await until(partial(shows, town, title, TITLE), what=f"{TITLE} on {title}")


async def somebody_comes(town: Town) -> None:
    town.dora.say("bellringer", "coming 1 5s")
    await town.dora.hears("You are on the list for event 1")
    town.alice.say(DESK, "!event edit 1 | stream: https://stream.example.org/talks")
    await town.alice.hears("is changed (stream)")


async def it_is_moved_to_now(town: Town) -> None:
    before = await town.entry()
    mark = town.dora.mark()
    town.alice.say(DESK, "!event move 1 in 25 seconds")
    await town.alice.hears("is moved from")
    await town.carol.hears("Moved: ")
    await town.dora.hears("Moved: ", since=mark)

    async def newer() -> bool:
        after = await town.entry()
        assert after.uid.value == before.uid.value
        moved: bool = after.dtstart.value < before.dtstart.value
        return moved and int(after.sequence.value) > int(before.sequence.value)

    await until(newer, what="the move in the feed")


async def it_takes_place(town: Town) -> None:
    await town.carol.hears(f"{TITLE} (lightning-talk, event 1) starts in 15 seconds", within=LONG)
    await town.dora.hears("starts in 5 seconds", within=LONG)
    said = await town.carol.hears("starts now", within=LONG)
    assert "https://stream.example.org/talks" in said
    assert "Ada" in said


async def the_host_is_asked_and_gives_the_recording(town: Town) -> None:
    await town.bob.hears(f"{TITLE} (event 1) is over. Thank you!", within=LONG)
    town.bob.say("bellringer", f"recording 1 {RECORDING}")
    await town.bob.hears("Thank you! It is kept for event 1")
    await town.carol.hears(f"To look back on {TITLE} (event 1): recording: {RECORDING}")

    async def fed() -> bool:
        return RECORDING in (await town.feed()).text.replace("\r\n ", "")

    await until(fed, what="recording in the feed")
    town.alice.say(DESK, "!pages update")
    await until(partial(shows, town, f"{PAGES}/1 {TITLE}", RECORDING), what="recording on the wiki")
    async with town.page("/event/1") as page:
        link = page.get_by_role("link", name="recording")
        assert await link.get_attribute("href") == RECORDING


async def the_digest_goes_out_once(town: Town) -> None:
    town.alice.say(DESK, "!digest note | The hackathon is in May.")
    await town.alice.hears("stands: The hackathon is in May.")
    town.alice.say(DESK, "!digest go")
    for words in ("The hackathon is in May.", f"{TITLE}: Recording {RECORDING}"):
        await town.carol.sees(f"PRIVMSG {TALKS} :{words}", within=90)
    async with asyncio.timeout(LONG):
        await town.smtp.arrived.wait()
    (mail,) = town.smtp.taken
    assert mail.tls
    assert mail.recipients == (LIST,)
    text = mail.message.get_body(("plain",))
    assert text is not None
    assert RECORDING in text.get_content()
    assert "The hackathon is in May." in text.get_content()
    town.alice.say(DESK, "!digest")
    await town.alice.hears("The last one went out on")
    assert len(town.smtp.taken) == 1


async def figures_are_kept(town: Town) -> None:
    mark = town.bob.mark()
    town.bob.say("bellringer", "followup 1 | attended: 23")
    await town.bob.hears("Thank you! It is kept for event 1", since=mark)
    town.alice.say(DESK, "!stats")
    await town.alice.hears("Of 1 event since")
    assert "1 event" in (await town.web.get("/organisers/stats")).text


async def shows(town: Town, title: str, words: str) -> bool:
    """Return whether a page of the wiki shows these words."""
    return words in town.on_wiki(title)


def tomorrow() -> datetime:
    """Return when the talk was to be, but for the hour."""
    at = datetime.now(UTC) + timedelta(days=1)
    return at.replace(minute=0, second=0, microsecond=0)
