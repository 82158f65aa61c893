"""The channels that we want to be in: joining, and coming back after a kick or a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from irc.client import Event

from chatbot.irc.backoff import Backoff
from chatbot.irc.link import Link

_ANSWER_SECONDS = 30.0
_AT_HOME_SECONDS = 300.0


@dataclass(slots=True)
class Channel:
    """One channel in the spelling of the configuration.

    `refusal` is why we are not in it, in the server's words; empty while that is not known.
    """

    name: str
    joined: bool = False
    refusal: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def enter(self) -> None:
        """Record that we are in."""
        self.joined, self.refusal = True, ""
        self.changed.set()

    def stay_out(self, reason: str) -> None:
        """Record that we are not in, and why."""
        self.joined, self.refusal = False, reason
        self.changed.set()


class Channels:
    """All wanted channels on one connection.

    `entered` and `left` are told of our own joins
    and of their end.
    """

    def __init__(
        self,
        *,
        names: tuple[str, ...],
        link: Link,
        backoff: Callable[[], Backoff],
        entered: Callable[[str, Event], None],
        left: Callable[[str], None],
    ) -> None:
        self._wanted = [Channel(name) for name in names]
        self._link = link
        self._backoff = backoff
        self._entered = entered
        self._left = left

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._wanted)

    def find(self, name: str) -> Channel | None:
        """Return the wanted channel of this name, in any case of letters."""
        folded = self._link.fold(name)
        return next((c for c in self._wanted if self._link.fold(c.name) == folded), None)

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event."""
        return {"join": self._on_join, "part": self._on_part, "kick": self._on_kick}

    def on_error(self, event: Event) -> None:
        """Take note of an error numeric, whose first parameter may be one of our channels."""
        channel = self.find(event.arguments[0]) if event.arguments else None
        if channel is not None and not channel.joined:
            channel.stay_out(event.arguments[-1])

    async def keep(self, channel: Channel) -> None:
        """Be in `channel`, and come back with growing patience whenever we are not."""
        backoff = self._backoff()
        while True:
            if not channel.joined:
                await self._link.send_in_turn(f"JOIN {channel.name}")
            if channel.joined or await self._answered(channel):
                await self._stay(channel, backoff)
            await asyncio.sleep(backoff.delay())

    async def settled(self) -> None:
        """Wait until every channel has let us in or said why not."""
        for channel in self._wanted:
            while not channel.joined and not channel.refusal:
                await self._change(channel)

    async def _stay(self, channel: Channel, backoff: Backoff) -> None:
        # Whoever is kicked again at once has not been welcome: patience starts afresh only
        # after a while in the channel.
        since = asyncio.get_running_loop().time()
        await self._change(channel)
        if asyncio.get_running_loop().time() - since > _AT_HOME_SECONDS:
            backoff.reset()

    async def _answered(self, channel: Channel) -> bool:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._change(channel)
        except TimeoutError:
            channel.refusal = "the server does not answer"
        return channel.joined

    @staticmethod
    async def _change(channel: Channel) -> None:
        channel.changed.clear()
        await channel.changed.wait()

    def _on_join(self, event: Event) -> None:
        if not self._link.is_me(event.source.nick):
            return
        channel = self.find(event.target)
        if channel is not None:
            channel.enter()
            self._entered(channel.name, event)

    def _on_part(self, event: Event) -> None:
        self._out(event.source.nick, event.target, "parted")

    def _on_kick(self, event: Event) -> None:
        reason = event.arguments[1] if len(event.arguments) > 1 else ""
        self._out(event.arguments[0], event.target, f"kicked by {event.source.nick}: {reason}")

    def _out(self, nick: str, name: str, reason: str) -> None:
        channel = self.find(name) if self._link.is_me(nick) else None
        if channel is not None:
            channel.stay_out(reason)
            self._left(channel.name)
