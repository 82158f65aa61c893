"""From a line of IRC to a command: who is obeyed, and in which order."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from irc.client import Event, NickMask
from structlog.typing import FilteringBoundLogger

from chatbot.irc import addressing
from chatbot.irc.accounts import Accounts, Standing
from chatbot.irc.channels import Channels
from chatbot.irc.lines import clean
from chatbot.irc.link import Link
from chatbot.irc.replay import Replay
from chatbot.irc.trouble import ConnectionGone
from chatbot.irc.wire import tags_of
from commands.messages import Hear, Incoming, Reply
from storage.values import Destination, Identity, Place

_PER_SENDER = 8
_IN_ALL = 200
_FINISH_SECONDS = 5.0
_NICK = re.compile(r"[^\s!@,:*?#&]+")
_SERVICES = frozenset({"nickserv", "chanserv", "memoserv", "operserv", "botserv", "hostserv"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A command as it came. `standing` is None when the server has yet to be asked."""

    text: str
    source: NickMask
    channel: str | None
    said_at: datetime
    standing: Standing | None


Answer = Callable[[Incoming, Reply], Awaitable[None]]


class Hearing:
    """Turns what is said into commands, and obeys each sender's one after another.

    Everything read from the connection goes on meanwhile. `answer` says a reply. Whoever has a
    nick among `relays` repeats what somebody said elsewhere, perhaps we: he is never obeyed.
    """

    def __init__(
        self,
        *,
        network: str,
        prefix: str,
        relays: Collection[str],
        link: Link,
        channels: Channels,
        accounts: Accounts,
        replay: Replay,
        hear: Hear,
        answer: Answer,
        clock: Callable[[], datetime],
        log: FilteringBoundLogger,
    ) -> None:
        self._network = network
        self._prefix = prefix
        self._relays = relays
        self._link = link
        self._channels = channels
        self._accounts = accounts
        self._replay = replay
        self._hear = hear
        self._answer = answer
        self._clock = clock
        self._log = log
        self._queues: dict[str, deque[Heard]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event. Notices are none of them, nor are actions and CTCP."""
        return {"privmsg": self._on_message}

    async def close(self) -> None:
        """Take nothing new, and let what is begun come to its end."""
        self._closed = True
        for queue in self._queues.values():
            while len(queue) > 1:
                queue.pop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_FINISH_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _on_message(self, event: Event) -> None:
        heard = None if self._closed else self._command(event)
        if heard is not None:
            self._enqueue(heard)

    def _command(self, event: Event) -> Heard | None:
        source, target = event.source, event.target
        channel = self._channels.find(target)
        private = channel is None
        if private and not self._link.is_me(target):
            return None  # STATUSMSG ("@#channel"), or a channel that is not ours
        text = addressing.asked(
            clean(event.arguments[0]),
            prefix=self._prefix,
            nick=self._link.nick,
            private=private,
            fold=self._link.fold,
        )
        if text is None or not self._may_be_a_person(source):
            return None
        return self._if_live(text, event, None if channel is None else channel.name)

    def _may_be_a_person(self, source: NickMask | None) -> bool:
        return (
            source is not None
            and bool(source.userhost)
            and _NICK.fullmatch(source.nick) is not None
            and not self._link.is_me(source.nick)
            and source.nick.lower() not in _SERVICES
            and not self._is_relay(source.nick)
        )

    def _is_relay(self, nick: str) -> bool:
        # How the server compares names is not known before we are in.
        return self._link.fold(nick) in map(self._link.fold, self._relays)

    def _if_live(self, text: str, event: Event, channel: str | None) -> Heard | None:
        tags = tags_of(event)
        if self._replay.is_past(channel, tags):
            self._log.info("irc.history_not_obeyed", channel=channel, nick=event.source.nick)
            return None
        standing = self._accounts.heard(event.source, tags)
        if standing is not None and standing.bot:
            return None
        return Heard(text, event.source, channel, self._clock(), standing)

    def _enqueue(self, heard: Heard) -> None:
        sender = self._link.fold(heard.source.nick)
        queue = self._queues.get(sender)
        if queue is None and len(self._queues) < _IN_ALL:
            self._queues[sender] = deque([heard])
            task = asyncio.create_task(self._serve(sender), name=f"irc-commands-of-{sender}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif queue is not None and len(queue) < _PER_SENDER:
            queue.append(heard)
        else:
            self._log.warning("irc.command_dropped", nick=heard.source.nick)

    async def _serve(self, sender: str) -> None:
        queue = self._queues[sender]
        try:
            while queue:
                await self._obey(queue[0])
                queue.popleft()
        finally:
            del self._queues[sender]

    async def _obey(self, heard: Heard) -> None:
        try:
            standing = heard.standing or await self._accounts.asked(heard.source)
            if not standing.bot:
                await self._dispatch(self._incoming(heard, standing))
        except (ConnectionGone, TimeoutError) as error:
            self._log.warning("irc.command_lost", nick=heard.source.nick, reason=str(error))
        except Exception:  # noqa: BLE001 - a fault in a command must not stop the next one
            self._log.exception("irc.command_failed", nick=heard.source.nick)

    async def _dispatch(self, incoming: Incoming) -> None:
        reply = await self._hear(incoming)
        if reply is not None:
            await self._answer(incoming, reply)

    def _incoming(self, heard: Heard, standing: Standing) -> Incoming:
        identity = where = None
        if standing.account is not None:
            identity = Identity(self._network, standing.account.casefold())
        if heard.channel is not None:
            where = Destination(self._network, Place.CHANNEL, heard.channel)
        return Incoming(heard.text, heard.source.nick, identity, where, heard.said_at, self._prefix)
