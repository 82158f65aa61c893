"""Requests to one wiki take turns: nothing that is in a hurry waits for a long query to end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import pytest

from chatbot.wiki.library import Library
from chatbot.wiki.sites import PywikibotWiki
from commands.wikis import WikiTrouble
from commands.writes import Outcome, Section
from tests.peers.faulty_proxy import AskWiki, FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect, settings_for

ARTICLES = [f"Long {number:02}" for number in range(40)]
BEGUN = 3
"""So many parts of the answer have been asked for before anything else happens."""


class StingyProxy(FaultyProxy):
    """A wiki that tells one member of a category at a time, as it does where a limit says so."""

    def __init__(self, *, wiki_api: str) -> None:
        super().__init__(wiki_api=wiki_api)
        self._loop = asyncio.get_running_loop()
        self.begun = asyncio.Event()

    def parts(self) -> list[dict[str, str]]:
        """The requests for members of a category."""
        return [sent for sent in self.seen if sent.get("list") == "categorymembers"]

    def answer(self, parameters: Mapping[str, str], ask_wiki: AskWiki) -> bytes | None:
        if parameters.get("list") != "categorymembers":
            return None
        if len(self.parts()) == BEGUN:
            self._loop.call_soon_threadsafe(self.begun.set)
        return ask_wiki({**parameters, "cmlimit": "1"}).content


@pytest.fixture
async def stingy(metawiki: MediaWiki) -> AsyncIterator[StingyProxy]:
    """Metawiki with a long category, told bit by bit."""
    metawiki.populate(pages=dict.fromkeys(ARTICLES, "[[Category:Long]]"))
    with StingyProxy(wiki_api=metawiki.api).running() as running:
        yield running


@pytest.fixture
async def wiki(connect: Connect, metawiki: MediaWiki, stingy: StingyProxy) -> PywikibotWiki:
    """The bot there, logged in."""
    wiki = connect(metawiki, api=stingy.api)
    await wiki.site()
    return wiki


async def save(wiki: PywikibotWiki) -> None:
    """Save a section."""
    section = Section("User talk:Editor 07", "A subject", "A text", "A summary", bot=True)
    assert (await wiki.add_section(section)).outcome is Outcome.SAVED


async def look(wiki: PywikibotWiki) -> None:
    """Look at the signs to stop."""
    assert not (await wiki.signs([])).blocked_by


def queries(wiki: PywikibotWiki, count: int) -> list[asyncio.Task[Sequence[str]]]:
    """Let so many long queries begin."""
    return [asyncio.create_task(wiki.articles_in("Long", depth=1)) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 8], ids=["one query", "many queries"])
@pytest.mark.parametrize(("hurried", "own"), [(save, 2), (look, 1)], ids=["save", "signs"])
async def test_what_is_in_a_hurry_waits_for_two_requests_at_most(
    wiki: PywikibotWiki,
    stingy: StingyProxy,
    hurried: Callable[[PywikibotWiki], Awaitable[None]],
    own: int,
    count: int,
) -> None:
    asking = queries(wiki, count)
    await stingy.begun.wait()
    before = len(stingy.seen)
    await hurried(wiki)
    assert len(stingy.seen) <= before + own + 2
    assert not any(each.done() for each in asking)
    assert all(sorted(titles) == ARTICLES for titles in await asyncio.gather(*asking))


async def test_queries_take_turns(wiki: PywikibotWiki, stingy: StingyProxy) -> None:
    (asking,) = queries(wiki, 1)
    await stingy.begun.wait()
    before = len(stingy.seen)
    await wiki.read("Long 07")
    assert len(stingy.seen) <= before + 1 + 2
    assert sorted(await asking) == ARTICLES


async def test_a_cancelled_query_asks_no_more(wiki: PywikibotWiki, stingy: StingyProxy) -> None:
    (asking,) = queries(wiki, 1)
    await stingy.begun.wait()
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    await wiki.read("Long 07")
    await wiki.read("Long 08")
    assert len(stingy.parts()) <= BEGUN + 1


async def test_closing_ends_a_long_query(
    library: Library, metawiki: MediaWiki, stingy: StingyProxy
) -> None:
    wiki = PywikibotWiki(settings=settings_for(metawiki, api=stingy.api), library=library)
    asking = queries(wiki, 3)
    await stingy.begun.wait()
    await wiki.close()
    asked = len(stingy.parts())
    ended = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(end) for end in ended} == {WikiTrouble}
    assert len(stingy.parts()) == asked <= BEGUN + 2
