"""Hostile words of people come out as words on every face of the bot, and do nothing.

They are said to the running bot; what its desks would tidy or refuse is put beside that as it is
into what the bot keeps, so that no face leans on the desks.
"""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
import vobject
from playwright.async_api import Browser, Page

from storage import events, occurrences, people
from storage.values import Event, Identity, Occurrence
from tests.chatbot.reporting.markup import Page as Markup
from tests.hostile import HOSTILE, RAW, is_title, letters, read
from tests.live.test_story_visibility import free_port
from tests.peers import pictures
from tests.peers.bellringer import DESK_CHAT, NETWORK, TALKS, TALKS_CHAT, Operator
from tests.peers.browser import browsing
from tests.peers.irc import IrcServer
from tests.peers.mastodon_server.text import values
from tests.peers.mediawiki import MediaWiki
from tests.peers.person import Person, person
from tests.peers.smtp import HOST, SmtpServer, running_smtp
from tests.peers.telegram import Telegram, running_telegram
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import found_in
from tests.peers.telegram_server.person import Person as Telegrammer

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = "Project:Hostile words"
EVENT = "https://events.example.org/event/"
LIST = "hostile@lists.example.org"
WITHIN = 60.0

MORE = """
[web]
port = {port}
address = "https://events.example.org"
title = "Small Wikis"

[[calendar_pages]]
wiki = "metawiki"
calendar = "{pages}"
upcoming = "{pages}/Upcoming"
events = "{pages}/"
most = 50

[mail]
host = "{smtp_host}"
port = {smtp_port}
encryption = "none"
sender = "Bellringer <bellringer@example.org>"

[digest]
weeks = 1
weekday = "{weekday}"
hour = "{hour}"
preview = "off"
nudge = "off"
channels = ["{network}/{talks}", "telegram/{talks_chat}"]
pages = ["metawiki/{pages}/Newsletter"]

[[digest.lists]]
address = "{list}"
unsubscribe = "mailto:hostile-leave@lists.example.org"
"""


@dataclass
class Stage:
    """The running bot, all that it speaks to, and the events by number."""

    operator: Operator
    telegram: Telegram
    alice: Telegrammer
    talks: Chat
    carol: Person
    wiki: MediaWiki
    smtp: SmtpServer
    web: httpx.AsyncClient
    browser: Browser
    events: Mapping[int, Event]

    @property
    def titles(self) -> dict[int, str]:
        """What each event is called, as people read it."""
        return {number: read(event.title) for number, event in self.events.items()}

    def parsed(self, title: str) -> dict[str, Any]:
        """Return what the wiki makes of a page."""
        answer = self.wiki.visitor.ask(action="parse", page=title, disablelimitreport=True)
        shown: dict[str, Any] = answer["parse"]
        return shown


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    tmp_path_factory: pytest.TempPathFactory, irc_server: IrcServer, wikis: Mapping[str, MediaWiki]
) -> AsyncIterator[Stage]:
    """Everything, with each text registered as it is said, and kept as it is."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    wiki = wikis["metawiki"]
    async with AsyncExitStack() as stack:
        telegram = stack.enter_context(running_telegram())
        operator = Operator(
            folder=folder, irc=irc_server, wikis={"metawiki": wiki}, telegram=telegram
        )
        smtp = await stack.enter_async_context(running_smtp(folder, encryption="none", login=False))
        port = free_port()
        operator.configure(more=configured(smtp, port))
        assert operator.does("coordinator", "add", "1001@telegram").returncode == 0
        talks = telegram.supergroup("Talks", chat_id=TALKS_CHAT)
        telegram.supergroup("Desk", chat_id=DESK_CHAT)
        carol = await stack.enter_async_context(person("carol", irc_server.plain_port))
        await carol.join(TALKS)
        web = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=WITHIN)
        )
        browser = await stack.enter_async_context(browsing())
        stack.callback(operator.kill)
        mark = carol.mark()
        operator.start()
        await carol.sees(f"JOIN :{TALKS}", since=mark, within=WITHIN)
        alice = telegram.user(1001, "Alice")
        alice.start()
        found = Stage(operator, telegram, alice, talks, carol, wiki, smtp, web, browser, {})
        await hold_the_digest(found)
        await say_all(found)
        await keep_all(found)
        yield replace(found, events=await kept(found))


def configured(smtp: SmtpServer, port: int) -> str:
    """Return the configuration of all faces; the digest is due soon."""
    due = datetime.now(UTC) + timedelta(seconds=90)
    return MORE.format(
        port=port,
        pages=PAGES,
        smtp_host=HOST,
        smtp_port=smtp.port,
        weekday=f"{due:%A}".lower(),
        hour=f"{due:%H:%M}",
        network=NETWORK,
        talks=TALKS,
        talks_chat=TALKS_CHAT,
        list=LIST,
    )


async def hold_the_digest(stage: Stage) -> None:
    stage.alice.say("/digest hold")
    await stage.telegram.heard(stage.alice.private, "is held", timeout=WITHIN)


async def say_all(stage: Stage) -> None:
    """Register an event for each text, and have the same text in all of its other fields."""
    for number, text in enumerate(HOSTILE.values(), start=1):
        said = text.replace("|", "\\|")
        stage.alice.say(f"/event_add tech-talk in {number * 24} hours | {said}")
        await stage.telegram.heard(
            stage.alice.private, f"Event {number} is registered", timeout=WITHIN
        )
        fields = " | ".join(f"{name}: {said}" for name in ("speaker", "host", "about", "topic"))
        stage.alice.say(f"/event_edit {number} | {fields}")
        await stage.telegram.heard(stage.alice.private, "is changed", timeout=WITHIN)


async def keep_all(stage: Stage) -> None:
    """Put the texts as they are into what the bot keeps: into what comes, and what was."""
    now = datetime.now(UTC)
    async with stage.operator.database() as database, database.transaction() as session:
        somebody = await people.ensure(session, Identity("telegram", "1001"), now)
        for count, text in enumerate(RAW.values()):
            event = Event(
                0,
                f"hostile-{count}@test",
                "tech-talk",
                text,
                now + timedelta(hours=2 + count),
                "UTC",
                timedelta(hours=1),
                speakers=(text, "Ada"),
                host=text,
                description=text,
                topics=(text[:100],),
                language=text[:20],
                link=f"https://meet.example.org/{text[:50]}",
            )
            await events.add(session, event, created_by=somebody.key, now=now)
            over = replace(
                event, uid=f"over-{count}@test", starts_at=now - timedelta(days=2, hours=count)
            )
            over = await events.add(session, over, created_by=somebody.key, now=now)
            told = Occurrence(
                over.number,
                over.starts_at,
                recording=f"https://video.example.org/{count}?{text[:50]}",
                slides=f"javascript:{text[:50]}",
                notes=text,
                questions=(text,),
            )
            await occurrences.save(session, told, now=now)


async def kept(stage: Stage) -> Mapping[int, Event]:
    """Return all events, as they are kept."""
    async with stage.operator.database() as database, database.reading() as session:
        most = len(HOSTILE) + 2 * len(RAW)
        found = [await events.get(session, number + 1) for number in range(most)]
    return {each.number: each for each in found if each is not None}


@pytest.mark.timeout(300)
async def test_desks_keep_what_was_said_in_one_line(stage: Stage) -> None:
    said = [stage.events[number + 1] for number in range(len(HOSTILE))]
    assert [each.title for each in said] == [read(text) for text in HOSTILE.values()]
    for each in said:
        assert each.speakers == (each.title,)
        assert each.host == each.description == each.title
    assert len(stage.events) == len(HOSTILE) + 2 * len(RAW)


async def test_pages_show_words_and_run_nothing(stage: Stage) -> None:
    context = await stage.browser.new_context(base_url=str(stage.web.base_url))
    page = await context.new_page()
    complaints = complaints_of(page)
    for path in ("/", "/?view=list", "/organisers", "/presenters", "/embed"):
        await page.goto(path)
        assert await page.locator("img, svg[onload], [onclick], [onmouseover]").count() == 0
    for number, title in stage.titles.items():
        await page.goto(f"/event/{number}")
        assert read(await page.locator("h1").inner_text()) == title
        assert read(await page.title()) == f"{title} · Small Wikis"
        (data,) = await page.locator("script[type='application/ld+json']").all_text_contents()
        marked = json.loads(data)
        assert read(marked["name"]) == title
        assert read(marked["organizer"]["name"]) == title
        assert read(await page.locator(".about").inner_text()) == title
        assert await page.locator("img, svg[onload], [onclick], [onmouseover]").count() == 0
        links = await page.locator("main a").evaluate_all("those => those.map(a => a.protocol)")
        assert set(links) <= {"http:", "https:"}
    # What is embedded elsewhere has no icon of its own.
    assert [each for each in complaints if not each.endswith("/favicon.ico")] == []
    await context.close()


def complaints_of(page: Page) -> list[str]:
    """Return a list that takes what a page does that it should not."""
    found: list[str] = []
    page.on("dialog", lambda dialog: found.append(dialog.message))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(f"{message.text} {message.location['url']}"))
    page.on("popup", lambda popup: found.append(popup.url))
    return found


async def test_feeds_are_read_whole_by_others(stage: Stage) -> None:
    calendar = vobject.readOne((await stage.web.get("/feeds/all.ics")).text)
    found = {each.url.value.rpartition("/")[2]: each for each in calendar.vevent_list}
    assert len(found) == len(stage.events)
    for number, title in stage.titles.items():
        assert is_title(found[str(number)].summary.value, title)
    atom = ET.fromstring((await stage.web.get("/feeds/all.atom")).content)
    names = "{http://www.w3.org/2005/Atom}"
    entries = [each.findtext(f"{names}title") or "" for each in atom.iter(f"{names}entry")]
    items = json.loads((await stage.web.get("/feeds/all.json")).content)["items"]
    for told in (entries, [each["title"] for each in items]):
        titles = stage.titles.values()
        odd = [each for each in told if not any(is_title(each, title) for title in titles)]
        assert odd == []
        assert told


async def test_pictures_are_drawn(stage: Stage) -> None:
    for number in stage.events:
        answer = await stage.web.get(f"/card/{number}.png")
        assert answer.status_code == 200
        assert pictures.size(answer.content) == (1200, 630)
        assert pictures.shades(answer.content) > 10


async def test_the_wiki_shows_words_and_does_nothing(stage: Stage) -> None:
    stage.alice.say("/pages update")
    await stage.telegram.heard(stage.alice.private, "I look at")
    own = stage.wiki.visitor.ask(
        action="query", list="allpages", apprefix="Hostile words", apnamespace=4, aplimit="max"
    )
    titles = {each["title"] for each in own["query"]["allpages"]}
    for title in titles:
        shown = stage.parsed(title)
        assert shown["templates"] == []
        assert shown["categories"] == []
        assert shown["images"] == []
        assert {each["title"] for each in shown["links"]} <= titles
        assert all(each.startswith("http") for each in shown["externallinks"])
        page = Markup(shown["text"])
        assert not [tag for tag in ("script", "img", "svg", "iframe") if page.named(tag)]
        number = title.partition("/")[2].partition(" ")[0]
        if number.isdecimal():
            assert letters(stage.titles[int(number)]) in letters(page.elements[0].text)


async def test_channels_hear_lines_of_text(stage: Stage) -> None:
    for number in stage.events:
        stage.carol.say(TALKS, f"!event {number}")
        await stage.carol.hears(f"carol: Event {number}:", within=WITHIN)
    for line in stage.carol.lines:
        odd = [c for c in line if unicodedata.category(c) in {"Cc", "Zl", "Zp"}]
        assert odd == [], ascii(line)
        assert len(line.encode()) <= 510
    said = letters(" ".join(stage.carol.said_by("bellringer")))
    for number, title in stage.titles.items():
        assert letters(f"Event {number}: {title}"[:150]) in said
        if number <= len(HOSTILE):
            assert letters(f"New: {title} (tech-talk, event {number})") in said


async def test_telegram_shows_words_and_calls_nobody(stage: Stage) -> None:
    """Its server refuses a message whose marks are not well-formed."""
    private = stage.alice.private
    for number in range(1, len(HOSTILE) + 5):
        stage.alice.say(f"/event {number}")
        shown = await stage.telegram.heard(private, rf"^Event {number}: ", timeout=WITHIN)
        words = letters(shown.text.partition(": ")[2])
        assert words.startswith(letters(stage.titles[number])[:100]), shown.text
    for message in (*stage.talks.messages, *private.messages):
        for line in message.text.splitlines():
            called = [each for each in found_in(line) if each["type"] == "mention"]
            # Only who speaks is called, by the name that a coordinator wrote.
            assert called == [] or line.startswith("with "), line
        assert "@everyone" not in message.text


async def test_texts_to_share_call_nobody(stage: Stage) -> None:
    mark = stage.carol.mark()
    now = datetime.now(UTC)
    for number in [number for number, each in stage.events.items() if each.starts_at > now]:
        stage.carol.say(TALKS, f"!blurb {number}")
        await stage.carol.hears(f"how to take part: {EVENT}{number}", since=mark, within=WITHIN)
    for text in stage.carol.said_by("bellringer", since=mark):
        assert values(text, "mention") == [], text
        assert values(text, "hashtag") == [], text
        assert all(each.startswith(EVENT) for each in values(text, "url")), text


async def test_the_digest_is_words_everywhere(stage: Stage) -> None:
    note = HOSTILE["HTML"] + HOSTILE["calls"]
    stage.alice.say(f"/digest note | {note}")
    await stage.telegram.heard(stage.alice.private, "On top of the digest", timeout=WITHIN)
    mark = stage.carol.mark()
    stage.alice.say("/digest go")
    async with asyncio.timeout(150):
        await stage.smtp.arrived.wait()
    await stage.carol.hears("https://events.example.org", since=mark, within=WITHIN)
    said = stage.carol.said_by("bellringer", since=mark)
    assert letters("Bcc: all@example.org Two QUIT :bye") in letters(" ".join(said))
    (mail,) = stage.smtp.taken
    assert mail.recipients == (LIST,)
    assert not mail.message.defects
    assert mail.message["Bcc"] is None
    assert len(str(mail.message["Subject"]).splitlines()) == 1
    text, html = mail.message.get_body(("plain",)), mail.message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert read(note) in read(text.get_content())
    page = Markup(html.get_content())
    assert not [tag for tag in ("script", "img", "svg") if page.named(tag)]
    assert not [name for each in page.elements for name in each.attributes if name.startswith("on")]
