"""The stream of recent changes: it rings, goes on after an interruption, and decides nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
import structlog

from chatbot.listening.events import Parser
from chatbot.listening.stream import ChangeStream
from chatbot.wiki.sites import PywikibotWiki
from storage.database import Database
from tests.listening import Person, listening, sent
from tests.peers.event_stream import EventStream, event_stream
from tests.peers.mediawiki import MediaWiki

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Rung = asyncio.Queue[tuple[str, str]]


@asynccontextmanager
async def following(url: str, *, user_agent: str = "Bell/1 (mail@x.org)") -> AsyncIterator[Rung]:
    rung: Rung = asyncio.Queue()
    stream = ChangeStream(
        url=url,
        user_agent=user_agent,
        changed=lambda wiki, title: rung.put_nowait((wiki, title)),
        log=structlog.get_logger(),
        pause=0.01,
    )
    task = asyncio.create_task(stream.run())
    try:
        yield rung
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def stream() -> AsyncIterator[EventStream]:
    async with event_stream() as served:
        yield served


async def test_edits_ring_and_nothing_else_does(stream: EventStream) -> None:
    async with asyncio.timeout(20), following(stream.url) as rung:
        await stream.say("metawiki", "User talk:Ada", kind="log")
        await stream.say("metawiki", "User talk:Ada", kind="categorize")
        await stream.say_raw("no JSON")
        await stream.say_raw("[1]")
        await stream.say_raw('{"type": "edit", "wiki": 7, "title": null}')
        await stream.say_raw('{"type": "edit",\n"wiki": "svwiki",\n"title": "A"}')
        await stream.say("metawiki", "User talk:Bo", kind="new")
        assert await rung.get() == ("svwiki", "A")
        assert await rung.get() == ("metawiki", "User talk:Bo")


async def test_after_an_interruption_it_goes_on_where_it_was(stream: EventStream) -> None:
    async with asyncio.timeout(20), following(stream.url) as rung:
        await stream.say("metawiki", "One")
        assert (await rung.get())[1] == "One"
        await stream.cut()
        await stream.say("metawiki", "Two")
        await stream.until_asked(2)
        assert (await rung.get())[1] == "Two"
    assert '"offset": 0' in stream.asked[1]["last-event-id"]
    assert "last-event-id" not in stream.asked[0]
    assert rung.empty()


async def test_a_refusal_is_not_the_end(stream: EventStream) -> None:
    async with following(stream.url, user_agent="anonymous"):
        await stream.until_asked(3)


async def test_a_server_that_is_away_is_not_the_end() -> None:
    async with following("http://127.0.0.1:9/stream") as rung:
        await asyncio.sleep(0)
        assert rung.empty()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_whole_however_they_are_cut(size: int) -> None:
    text = (
        ":ok\r\n\r\nid: 1\r\ndata: a\r\ndata:b\r\n\r\n"
        "event: other\ndata: not ours\n\n"
        "id: 2\rdata: c\r\r"
        "id: bad\0\nretry: 5\ndata\n\ndata: é\n\nid: 9\ndata: unfinished"
    )
    parser = Parser()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert [data for piece in pieces for data in parser.feed(piece)] == ["a\nb", "c", "é"]
    assert parser.last_id == "2"


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    parser = Parser()
    for _ in range(30):
        assert list(parser.feed("x" * 100_000)) == []
    assert list(parser.feed("\n\ndata: a\n\n")) == ["a"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_engine_looks_sooner_when_the_stream_rings(
    database: Database, meta: PywikibotWiki, metawiki: MediaWiki, stream: EventStream
) -> None:
    ada = Person(metawiki)
    await sent(database, meta, ada)
    ears = listening(database, {"metawiki": meta}, interval=HOUR, event_streams=stream.url)
    await ears.look()
    async with ears.running():
        ada.answers("Hello")
        ears.ahead += MINUTE
        await stream.say("metawiki", "User talk:Somebody else")
        await stream.say("metawiki", ada.talk)
        (found,) = await ears.until_heard(1)
    assert found.words == "Hello"
