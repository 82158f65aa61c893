"""Saying things: paced, fair, wrapped to what arrives whole, and confirmed by the server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from irc.client import Event
from structlog.typing import FilteringBoundLogger

from chatbot.irc.accounts import Accounts
from chatbot.irc.channels import Channels
from chatbot.irc.lines import clean, room, wrap
from chatbot.irc.link import Link
from chatbot.irc.nick import OwnNick
from chatbot.irc.trouble import ConnectionGone
from commands.messages import Compose, Incoming, Reply, Unreachable
from storage.values import Destination, Place

Text = Callable[[Reply], Sequence[str]]
_LONGEST_NICK = "n" * 30


@dataclass(frozen=True, slots=True)
class _Target:
    """Whom lines go to. `now` returns the name for the next line, or raises Unreachable.

    `key` is what turns are shared by, `longest` the longest name that lines have to fit.
    """

    key: str
    longest: str
    now: Callable[[], Awaitable[str]]


class Speaker:
    """Everything said on one connection.

    `text` renders a reply to plain lines. A place is told one thing at a time, its lines
    together.
    """

    def __init__(
        self,
        *,
        text: Text,
        link: Link,
        me: OwnNick,
        channels: Channels,
        accounts: Accounts,
        confirm_timeout: float,
        log: FilteringBoundLogger,
    ) -> None:
        self._text = text
        self._link = link
        self._turns = link.turns
        self._me = me
        self._channels = channels
        self._accounts = accounts
        self._confirm_timeout = confirm_timeout
        self._log = log
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._listening: list[dict[str, str]] = []

    def on_error(self, event: Event) -> None:
        """Take note of an error numeric: its first parameter may be whom a line did not reach."""
        if event.arguments:
            for errors in self._listening:
                errors[self._link.fold(event.arguments[0])] = event.arguments[-1]

    async def say(self, destination: Destination, compose: Compose) -> bool:
        """Say to a channel or person what `compose` returns, as `Transport.say` promises."""
        if destination.place is Place.CHANNEL:
            target = self._channel(destination.address)
            self._in_channel(destination.address)
        else:
            target = self._person(destination.address)
        try:
            async with self._lock(target):
                return await self._say_composed(target, compose)
        except ConnectionGone as error:
            raise Unreachable(error.reason) from error
        except TimeoutError as error:
            raise Unreachable("the server does not answer") from error

    async def answer(self, incoming: Incoming, reply: Reply) -> None:
        """Answer a command: in its channel with the speaker's name first, or to him alone."""
        lines = list(self._text(reply))
        if incoming.where is not None and not reply.private:
            target = self._channel(incoming.where.address)
            lines[:1] = [f"{incoming.name}: {line}" for line in lines[:1]]
        elif incoming.identity is not None:
            target = self._person(incoming.identity.account, preferred=incoming.name)
        else:
            target = self._stranger(incoming.name)
        try:
            async with self._lock(target):
                await self._turns.turn(target.key)
                await self._send(target, lines)
        except Unreachable as error:
            self._log.info("irc.answer_not_said", nick=incoming.name, reason=error.reason)

    async def _say_composed(self, target: _Target, compose: Compose) -> bool:
        await self._turns.turn(target.key)
        reply = None
        try:
            reply = await compose()
        finally:
            if reply is None:
                self._turns.give_back()
        if reply is None:
            return False
        with self._errors() as errors:
            told = await self._send(target, self._text(reply))
            async with asyncio.timeout(self._confirm_timeout):
                await self._link.pings.send()
        for name in told:
            if reason := errors.get(self._link.fold(name)):
                raise Unreachable(reason)
        return True

    async def _send(self, target: _Target, lines: Sequence[str]) -> Collection[str]:
        """Send lines, the first of them in a turn already taken. Return the names told."""
        limit = room(self._me.mask, target.longest)
        pieces = [piece for line in lines for piece in wrap(clean(line), limit)]
        told: dict[str, None] = {}
        if not pieces:
            self._turns.give_back()
        for number, piece in enumerate(pieces):
            if number:
                await self._turns.turn(target.key)
            told[await self._tell(target, piece)] = None
        return told

    async def _tell(self, target: _Target, piece: str) -> str:
        try:
            name = await target.now()
        except BaseException:
            self._turns.give_back()
            raise
        self._link.write(f"PRIVMSG {name} :{piece}")
        return name

    def _channel(self, name: str) -> _Target:
        async def now() -> str:
            return self._in_channel(name)

        return _Target(self._link.fold(name), name, now)

    def _in_channel(self, name: str) -> str:
        channel = self._channels.find(name)
        if channel is None:
            raise Unreachable(f"{name} is not a configured channel", lasting=True)
        if not channel.joined:
            raise Unreachable(f"not in {name}: {channel.refusal or 'not joined yet'}")
        return channel.name

    def _person(self, account: str, preferred: str | None = None) -> _Target:
        async def now() -> str:
            nick = await self._accounts.nick_of(account, preferred=preferred)
            if nick is None:
                raise Unreachable("nobody is logged in to that account")
            return nick

        return _Target(f"person {account}", _LONGEST_NICK, now)

    def _stranger(self, nick: str) -> _Target:
        async def now() -> str:
            return nick

        return _Target(f"nick {self._link.fold(nick)}", max(nick, _LONGEST_NICK, key=len), now)

    def _lock(self, target: _Target) -> asyncio.Lock:
        return self._locks.setdefault(target.key, asyncio.Lock())

    @contextmanager
    def _errors(self) -> Iterator[dict[str, str]]:
        errors: dict[str, str] = {}
        self._listening.append(errors)
        try:
            yield errors
        finally:
            # By identity: another's dictionary may be equal.
            self._listening = [other for other in self._listening if other is not errors]
