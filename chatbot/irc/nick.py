"""Our own name on the network: the nick that we want, the one we have, how others see us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from irc.client import Event

from chatbot.irc.link import Link

_LONGEST_USER = "u" * 12
_LONGEST_HOST = "h" * 64


class OwnNick:
    """Who we are on one connection.

    With `regain` NickServ is asked to hand the nick over.
    """

    def __init__(
        self,
        *,
        wanted: str,
        link: Link,
        retry: float,
        regain: bool,
    ) -> None:
        self._wanted = wanted
        self._link = link
        self._retry = retry
        self._regain = regain
        self._free = asyncio.Event()
        self._userhost = f"{_LONGEST_USER}@{_LONGEST_HOST}"

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event."""
        return {
            "join": self._see,
            "nick": self._on_nick,
            "quit": lambda event: self._released(event.source.nick),
            "chghost": self._on_host,
            "396": self._on_displayed_host,
            "endofmotd": self._say_what_we_are,
            "nomotd": self._say_what_we_are,
        }

    @property
    def mask(self) -> str:
        """What the server puts before our lines: exact once seen, else the longest possible."""
        return f"{self._link.nick}!{self._userhost}"

    async def keep(self) -> None:
        """Ask for the nick that we want while another has it: as soon as it is seen to be free.

        Where nobody can be seen to leave it, every `retry` seconds.
        """
        while True:
            if self._link.nick != self._wanted:
                await self._ask_for_it()
            try:
                async with asyncio.timeout(self._retry):
                    await self._free.wait()
            except TimeoutError:
                continue
            self._free.clear()

    async def _ask_for_it(self) -> None:
        if self._regain:
            await self._link.send_in_turn(f"PRIVMSG NickServ :REGAIN {self._wanted}")
        await self._link.send_in_turn(f"NICK {self._wanted}")

    def _see(self, event: Event) -> None:
        if self._link.is_me(event.source.nick) and event.source.userhost:
            self._userhost = event.source.userhost

    def _say_what_we_are(self, _event: Event) -> None:
        # Other bots leave us alone then. https://ircv3.net/specs/extensions/bot-mode
        if "BOT" in self._link.isupport:
            self._link.send(f"MODE {self._link.nick} +{self._link.isupport.bot_flag}")

    def _on_nick(self, event: Event) -> None:
        self._released(event.source.nick)

    def _released(self, nick: str) -> None:
        if self._link.fold(nick) == self._link.fold(self._wanted):
            self._free.set()

    def _on_host(self, event: Event) -> None:
        if self._link.is_me(event.source.nick):
            self._userhost = f"{event.target}@{event.arguments[0]}"

    def _on_displayed_host(self, event: Event) -> None:
        user = self._userhost.partition("@")[0]
        self._userhost = f"{user}@{event.arguments[0].rpartition('@')[2]}"
