"""Transport: a chat in the terminal, in which one person plays several.

`/as NAME` changes who speaks, `/msg TEXT` says something to the bot in private. Because this is
a machine for approving oneself, its persons count for nothing outside the dry wiki.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TextIO

from chatbot.clock import Clock
from chatbot.text import Texts
from commands.messages import Compose, Hear, Incoming, Line, Reply, line
from storage.values import Destination, Identity, Place

_CODE = re.compile(r"\b[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}\b")


class Console:
    """One terminal.

    `settled` returns once no slow work is under way: lines pasted together are then obeyed as
    if they had been typed one after another.
    """

    def __init__(
        self,
        *,
        network: str,
        channel: str,
        persons: tuple[str, ...],
        hear: Hear,
        settled: Callable[[], Awaitable[None]],
        text: Texts,
        clock: Clock,
        source: AsyncIterator[str],
        screen: TextIO,
    ) -> None:
        self.network = network
        self._channel = Destination(network, Place.CHANNEL, channel)
        self._persons = persons
        self._hear = hear
        self._settled = settled
        self._text = text
        self._clock = clock
        self._source = source
        self._screen = screen
        self._speaks = persons[0]
        self._codes: dict[str, str] = {}

    async def run(self) -> None:
        """Obey what is typed until it ends or `/quit`."""
        self._prompt()
        async for typed in self._source:
            if typed.strip() == "/quit":
                return
            await self._take(typed.strip())
            await self._settled()
            self._prompt()

    def welcome(self, *lines: Line) -> None:
        """Show lines that nobody says, bare, so that they can be pasted as they stand."""
        for each in lines:
            self._write(self._text.words(each))

    def show_web(self, address: str) -> None:
        """Say where the web face can be opened on this machine."""
        self.welcome(line("console.web", address=address))

    async def say(self, destination: Destination, compose: Compose) -> bool:
        """Print a reply at once. The terminal is always there."""
        answer = await compose()
        if answer is None:
            return False
        self._show(answer, destination)
        return True

    async def _take(self, typed: str) -> None:
        command, _, rest = typed.partition(" ")
        if command == "/as":
            self._change(rest.strip().casefold())
        elif command == "/msg":
            await self._speak(rest.strip(), where=None)
        elif typed.startswith("/"):
            self.welcome(line("console.words"))
        elif typed.startswith("!"):
            self._echo(typed)
            await self._speak(typed[1:], where=self._channel)
        elif typed:
            self._echo(typed)

    def _change(self, name: str) -> None:
        if name in self._persons:
            self._speaks = name
            self.welcome(line("console.now", name=name))
        else:
            self.welcome(line("console.no_such_person", names=self._persons))

    async def _speak(self, text: str, *, where: Destination | None) -> None:
        speaker = self._speaks
        incoming = Incoming(
            text=self._with_code(text, speaker),
            name=speaker,
            identity=Identity(self.network, speaker),
            where=where,
            said_at=self._clock(),
        )
        answer = await self._hear(incoming)
        if answer is not None:
            alone = Destination(self.network, Place.PERSON, speaker)
            self._show(answer, alone if answer.private or where is None else where)

    def _with_code(self, text: str, speaker: str) -> str:
        """Put the code last shown to the speaker where the tour says CODE."""
        code = self._codes.get(speaker, "CODE")
        return text.removesuffix("CODE") + code if text.endswith(" CODE") else text

    def _show(self, answer: Reply, to: Destination) -> None:
        private = to.place is Place.PERSON
        place = (
            self._text.words(line("console.private", name=to.address)) if private else to.address
        )
        for each in self._text.lines(answer):
            self._print(f"{place} <bellringer> {each}")
            if private:
                self._note_code(to.address, each)

    def _note_code(self, person: str, shown: str) -> None:
        if found := _CODE.search(shown):
            self._codes[person] = found[0]

    def _echo(self, typed: str) -> None:
        self._print(f"{self._channel.address} <{self._speaks}> {typed}")

    def _print(self, text: str) -> None:
        self._write(f"{self._clock():%H:%M:%S} {text}")

    def _write(self, text: str) -> None:
        self._screen.write(f"\r{text}\n")
        self._screen.flush()

    def _prompt(self) -> None:
        if self._screen.isatty():
            self._screen.write(f"{self._speaks}> ")
            self._screen.flush()


def shows_web(console: Console | None) -> Callable[[str], None]:
    """Return what says where the web face can be opened, in the terminal where there is one."""
    return console.show_web if console else lambda _address: None
