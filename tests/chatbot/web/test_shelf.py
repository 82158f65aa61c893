"""Pages are made once, and only so many are kept."""

from __future__ import annotations

import asyncio

import pytest

from chatbot.web.answers import Content
from chatbot.web.shelf import Shelf


class Maker:
    def __init__(self) -> None:
        self.made: list[str] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def page(self, shelf: Shelf, key: str, size: int = 10) -> bytes:
        async def make() -> Content:
            self.made.append(key)
            await self.may_go_on.wait()
            return Content(key.encode().ljust(size), "text/html")

        return (await shelf.get(key, make)).body.strip()


async def test_readers_at_the_same_time_wait_for_one_page() -> None:
    maker, shelf = Maker(), Shelf()
    maker.may_go_on.clear()
    readers = [asyncio.create_task(maker.page(shelf, "a")) for _ in range(5)]
    await asyncio.sleep(0)
    readers[0].cancel()
    maker.may_go_on.set()
    assert await asyncio.gather(*readers[1:]) == [b"a"] * 4
    assert maker.made == ["a"]


async def test_what_was_not_read_for_longest_goes_first() -> None:
    maker, shelf = Maker(), Shelf(most_pages=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        await maker.page(shelf, key)
    assert maker.made == ["a", "b", "c", "b"]


async def test_large_pages_push_others_out() -> None:
    maker, shelf = Maker(), Shelf(most_bytes=40_000)
    for key in ("a", "b", "a"):
        await maker.page(shelf, key, 20_000)
    assert maker.made == ["a", "b", "a"]


async def test_what_cannot_be_made_is_tried_again() -> None:
    async def fail() -> Content:
        raise LookupError

    shelf = Shelf()
    for _ in range(2):
        with pytest.raises(LookupError):
            await shelf.get("a", fail)
    assert await Maker().page(shelf, "a") == b"a"
