"""Asking the server about one nick, always anew: WHOIS, answers in the order of the questions."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from irc.client import Event

from chatbot.irc.link import Link
from chatbot.irc.trouble import fail

_ANSWER_SECONDS = 15.0


@dataclass(slots=True)
class Answer:
    """What the server said. `userhost` is None for a nick that nobody has."""

    userhost: str | None = None
    account: str | None = None
    bot: bool = False


Learn = Callable[[str, Answer], None]


@dataclass(slots=True)
class _Question:
    nick: str
    learn: Learn
    answer: Answer = field(default_factory=Answer)
    done: asyncio.Future[Answer] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Whois:
    """WHOIS over one connection."""

    def __init__(self, *, link: Link) -> None:
        self._link = link
        self._questions: dict[str, deque[_Question]] = {}

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event."""
        return {
            "whoisuser": self._on_user,
            "whoisaccount": self._on_account,
            "335": self._on_bot,
            "endofwhois": self._on_end,
        }

    async def ask(self, nick: str, learn: Learn) -> Answer:
        """Return what the server knows of `nick` after this moment.

        `learn` is told in the order of the server's lines: whoever waits goes on only after the
        lines that came with the answer, and these may have changed the matter again.
        Raises TimeoutError, and ConnectionGone when the connection is lost.
        """
        question = _Question(nick, learn)
        self._questions.setdefault(self._link.fold(nick), deque()).append(question)
        self._link.send(f"WHOIS {nick}")
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await question.done

    def close(self, error: Exception) -> None:
        """Let everybody who waits fail with `error`."""
        for question in (q for queue in self._questions.values() for q in queue):
            fail(question.done, error)

    def _asked(self, event: Event) -> _Question | None:
        queue = self._questions.get(self._link.fold(event.arguments[0]))
        return queue[0] if queue else None

    def _on_user(self, event: Event) -> None:
        if question := self._asked(event):
            question.answer.userhost = f"{event.arguments[1]}@{event.arguments[2]}"

    def _on_account(self, event: Event) -> None:
        if question := self._asked(event):
            question.answer.account = event.arguments[1]

    def _on_bot(self, event: Event) -> None:
        if question := self._asked(event):
            question.answer.bot = True

    def _on_end(self, event: Event) -> None:
        nick = self._link.fold(event.arguments[0])
        queue = self._questions.get(nick)
        if not queue:
            return
        question = queue.popleft()
        if not queue:
            del self._questions[nick]
        question.learn(question.nick, question.answer)
        if not question.done.done():
            question.done.set_result(question.answer)
