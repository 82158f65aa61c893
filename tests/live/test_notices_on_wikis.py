"""A notice of an event on the pages that subscribed, told from the chat to the pages themselves."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from chatbot.clock import utc_now
from chatbot.wiki.sites import PywikibotWiki
from commands.rules.recipe import Recipe, Source, SourceKind
from commands.rules.recipekept import kept
from commands.rules.subscriptions import listed_as
from storage import events, people, subscriptions
from storage.database import Database
from storage.runvalues import DeliveryState, Recipient
from storage.values import Destination, Event, Identity, Place, Subscription
from tests.delivering import delivering, until_state
from tests.peers.bellringer import DESK, TALKS
from tests.peers.cast import Cast
from tests.peers.mediawiki import BOT, MediaWiki
from tests.prepared import all_deliveries, confirmed

DAY = timedelta(days=1)
PUMP, TALK = "Project:Notice pump", "Project talk:Notice data"
PROTECTED, OPTED_OUT = "Project:Notice vault", "Project:Notice quiet"
BOTLESS, OTHER = "Project:Notice botless", "Project:Notice on Lua"
SWEDISH = "Project:Notisbrunnen"
TITLE = "Items & '''<b>{{properties}}</b>'''"
WANTS_IT = {"metawiki": (PUMP, TALK), "svwiki": (SWEDISH,)}
GETS_NOTHING = (PROTECTED, OPTED_OUT, BOTLESS, OTHER)


def prepare(wikis: Mapping[str, MediaWiki]) -> None:
    """Let there be pages of all sorts."""
    home = wikis["metawiki"].visitor
    home.edit(PUMP, "== Older ==\nText.\n")
    home.edit(PROTECTED, "Nobody may write here.")
    home.change(action="protect", title=PROTECTED, protections="edit=sysop")
    home.edit(OPTED_OUT, "[[Category:Opted-out of message delivery]]")
    home.edit(BOTLESS, "{{bots|deny=all}}")


def headings(wiki: MediaWiki, title: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", each) for each in wiki.visitor.headings(title)]


def notices(wiki: MediaWiki, title: str) -> list[str]:
    """Return the summaries of the bot's edits of a page."""
    if wiki.visitor.text(title) is None:
        return []
    return [each["comment"] for each in wiki.visitor.history(title) if each["user"] == BOT]


@pytest.mark.timeout(240)
async def test_pages_that_subscribed_get_a_notice_once_when_two_have_confirmed(
    cast: Cast, wikis: Mapping[str, MediaWiki]
) -> None:
    prepare(wikis)
    await cast.start_bot()
    await pages_subscribe(cast)
    await a_notice_is_drafted(cast)
    await one_confirmation_starts_nothing(cast, wikis)
    await cast.alice.hears("failed", within=90)
    each_page_has_it_once(wikis)
    await the_report_tells_why_not(cast)
    await a_second_notice_is_refused(cast)
    assert cast.operator.stop() == 0
    assert "error" not in cast.operator.log


async def pages_subscribe(cast: Cast) -> None:
    for page in (PUMP, TALK, PROTECTED, OPTED_OUT, BOTLESS):
        cast.alice.say(DESK, f"!subscribe [[{page}]] topic: wikidata")
        await cast.alice.hears(f"[[{page}]] on metawiki, to this: topic: #wikidata")
    cast.alice.say(DESK, f"!subscribe [[{OTHER}]] topic: lua")
    await cast.alice.hears(f"[[{OTHER}]] on metawiki, to this: topic: #lua")
    cast.alice.say(DESK, f"!subscribe svwiki:{SWEDISH} topic: wikidata")
    await cast.alice.hears(f"[[{SWEDISH}]] on svwiki, to this")
    cast.alice.say(TALKS, f"!event add tech-talk in 72 hours | {TITLE} | topic: wikidata")
    await cast.alice.hears("Event 1 is registered")


async def a_notice_is_drafted(cast: Cast) -> None:
    cast.alice.say(DESK, "!where 1")
    await cast.alice.hears("6 wiki pages subscribed to such events")
    cast.alice.say(DESK, "!notice 1")
    await cast.alice.hears("Run 1 is to become a notice of event 1")
    await cast.alice.hears("has 4 recipients", within=60)
    await cast.alice.hears(f'"[[{OTHER}]]@metawiki": subscribed only to topic: lua.')
    await cast.alice.hears(f'"[[{BOTLESS}]]@metawiki": opted out.')
    await cast.alice.hears("in 2 languages", within=60)
    cast.alice.say(DESK, "!run propose 1")
    await cast.bob.hears("different people must confirm it", within=60)


async def one_confirmation_starts_nothing(cast: Cast, wikis: Mapping[str, MediaWiki]) -> None:
    previews = [(each, await cast.preview(each)) for each in (cast.alice, cast.bob)]
    (_, (alices, shown)), (_, (bobs, _)) = previews
    assert "äger rum" in shown
    cast.alice.say(DESK, f"!confirm 1 {alices}")
    await cast.bob.hears("1 of 2")
    cast.alice.say(DESK, "!run show 1")
    await cast.alice.hears("1 of 2")
    assert not any(notices(wikis[wiki], page) for wiki in WANTS_IT for page in WANTS_IT[wiki])
    cast.bob.say(DESK, f"!confirm 1 {bobs}")
    await cast.bob.hears("starts: two different people have confirmed it")


def each_page_has_it_once(wikis: Mapping[str, MediaWiki]) -> None:
    for wiki, pages in WANTS_IT.items():
        for page in pages:
            found = notices(wikis[wiki], page)
            assert len(found) == 1, (wiki, page)
            assert re.search(r"run 1\]\] · b1-[0-9a-f]{6}-\d{4}", found[0])
    for page in GETS_NOTHING:
        assert notices(wikis["metawiki"], page) == [], page
    text = wikis["metawiki"].visitor.text(PUMP) or ""
    assert text.startswith("== Older ==\nText.\n")
    assert "this page is subscribed to events such as" in text
    assert re.search(r"\{\{fullurl:\w+:Notice pump\|action=edit&section=new", text)
    assert "{{properties}}" in text
    assert html.unescape(headings(wikis["metawiki"], PUMP)[-1]).startswith(f"{TITLE}, ")
    swedish = wikis["svwiki"].visitor.text(SWEDISH) or ""
    assert "äger rum" in swedish
    assert "den här sidan prenumererar på evenemang som" in swedish


async def the_report_tells_why_not(cast: Cast) -> None:
    cast.alice.say(DESK, "!run report 1")
    await cast.alice.hears("The whole report is in")
    (table,) = (cast.operator.data / "reports").glob("run-1*.csv")
    rows = {
        page: row for row in table.read_text().splitlines() for page in GETS_NOTHING if page in row
    }
    assert "protected" in rows[PROTECTED]
    assert "opted" in rows[OPTED_OUT]
    assert "opted" in rows[BOTLESS]
    assert "lua" in rows[OTHER]


async def a_second_notice_is_refused(cast: Cast) -> None:
    cast.alice.say(DESK, "!notice 1")
    await cast.alice.hears("is a notice of this event already")


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_changed_after_the_confirmations_is_heeded_before_each_save(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    titles = [f"Project:Late notice {number}" for number in range(3)]
    pages = [Destination("metawiki", Place.PAGE, title) for title in titles]
    audience = [
        Recipient(number, "metawiki", each.address, None, listed_as(each), "it subscribed")
        for number, each in enumerate(pages, start=1)
    ]
    event = await an_event(database, pages)
    recipe = kept(Recipe(sources=(Source(SourceKind.SUBSCRIBED, number=event.number),)))
    run = await confirmed(database, audience, recipe=recipe, event=event.number)
    async with database.transaction() as session:
        await subscriptions.drop(session, pages[1])
        other = Subscription(pages[2], topics=("lua",))
        await subscriptions.keep(session, other, person=1, now=utc_now())
    async with delivering(database, {"metawiki": meta}, folder=tmp_path):
        await until_state(database, run)
    assert [(each.state, each.outcome) for each in await all_deliveries(database, run)] == [
        (DeliveryState.SENT, ""),
        (DeliveryState.SKIPPED, "not-wanted"),
        (DeliveryState.SKIPPED, "not-wanted"),
    ]
    assert [len(notices(metawiki, title)) for title in titles] == [1, 0, 0]


async def an_event(database: Database, pages: Sequence[Destination]) -> Event:
    """Return an event to which these pages have subscribed."""
    now = utc_now()
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), now)
        event = Event(0, "late", "tech-talk", "Items", now + DAY, "UTC", DAY, topics=("wikidata",))
        for each in pages:
            await subscriptions.keep(session, Subscription(each), person=alice.key, now=now)
        return await events.add(session, event, created_by=alice.key, now=now)
