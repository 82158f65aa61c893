"""The chat in the terminal: several persons, codes put in, nothing lost."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from chatbot.console import Console
from chatbot.text import Texts
from commands.messages import Incoming, Reply, line, reply
from storage.values import Destination, Place

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
PERSONS = ("alice", "bob", "carol")


class Terminal:
    """A console whose typed lines and screen are at hand."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.typed: asyncio.Queue[str] = asyncio.Queue()
        self.screen = io.StringIO()
        self.settled = 0
        self.console = Console(
            network="console",
            channel="#lounge",
            persons=PERSONS,
            hear=self._hear,
            settled=self._settle,
            text=Texts(),
            clock=lambda: NOW,
            source=self._source(),
            screen=self.screen,
        )

    async def type(self, *lines: str) -> str:
        """Type lines, wait until all are obeyed, and return what the screen shows."""
        for each in (*lines, "/quit"):
            self.typed.put_nowait(each)
        await self.console.run()
        return self.screen.getvalue()

    async def _source(self) -> AsyncIterator[str]:
        while True:
            yield await self.typed.get()

    async def _hear(self, incoming: Incoming) -> Reply:
        self.heard.append(incoming)
        return reply(line("help.form", form=f"heard {incoming.text}"))

    async def _settle(self) -> None:
        self.settled += 1


async def test_persons_speak_in_the_channel_and_in_private() -> None:
    terminal = Terminal()
    shown = await terminal.type("!next", "/as BOB", "/msg run preview 1")
    channel = Destination("console", Place.CHANNEL, "#lounge")
    assert [(each.name, each.text, each.where) for each in terminal.heard] == [
        ("alice", "next", channel),
        ("bob", "run preview 1", None),
    ]
    assert "#lounge <alice> !next" in shown
    assert "#lounge <bellringer> heard next" in shown
    assert "(to bob alone) <bellringer> heard run preview 1" in shown


async def test_talk_is_no_command_and_a_stranger_is_not_played() -> None:
    terminal = Terminal()
    shown = await terminal.type("hello there", "/as mallory", "/dance", "")
    assert terminal.heard == []
    assert "alice, bob, carol" in shown
    assert "/as NAME" in shown


async def test_the_code_last_shown_to_a_person_is_put_in_for_the_word_code() -> None:
    terminal = Terminal()

    async def preview() -> Reply:
        return reply(line("help.form", form="confirm 1 K7Q2-M9XD"))

    await terminal.console.say(Destination("console", Place.PERSON, "bob"), preview)
    await terminal.type("/as bob", "!confirm 1 CODE")
    assert terminal.heard[-1].text == "confirm 1 K7Q2-M9XD"


async def test_a_notice_whose_matter_is_settled_is_not_shown() -> None:
    terminal = Terminal()

    async def nothing() -> None:
        return None

    said = await terminal.console.say(Destination("console", Place.CHANNEL, "#lounge"), nothing)
    assert said is False
    assert terminal.screen.getvalue() == ""


async def test_each_line_waits_for_what_the_one_before_set_going() -> None:
    terminal = Terminal()
    await terminal.type("!run audience 1 [[List]]", "!run propose 1")
    assert terminal.settled == 2
