"""What comes in from a chat and what goes back: keys and values, never words.

A transport makes an `Incoming` of a line, `dispatch` answers it with a `Reply`, and the text
catalogue (in `chatbot`) turns keys and values into sentences of somebody's language.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from storage.values import Destination, Identity


@dataclass(frozen=True, slots=True)
class Incoming:
    """One line that somebody addressed to the bot, prefix already taken off.

    `identity` is None where the network vouches for no account. `name` is what the sender is
    called in the chat, fit for addressing him and for nothing else. `said_at` is UTC.
    """

    text: str
    name: str
    identity: Identity | None
    where: Destination | None
    said_at: datetime
    prefix: str = "!"

    @property
    def private(self) -> bool:
        """Whether it was said to the bot alone (`where` is then None: answer the sender)."""
        return self.where is None


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant to be shown in UTC and, where a zone is known, in that zone too."""

    instant: datetime
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: a key of the text catalogue and the values that it names.

    A value named `count` chooses the plural. A `Line` as a value is a phrase within the
    sentence; a tuple is listed with commas. `datetime` (aware, UTC) and `Moment` are shown as
    dates, `timedelta` as a span of time.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


Value = str | int | float | datetime | timedelta | Moment | Line | tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says: sentences in order.

    `private` asks the transport to answer the sender alone, wherever he spoke.
    """

    lines: tuple[Line, ...]
    private: bool = False


def line(key: str, **values: Value) -> Line:
    """Return a sentence of the catalogue with its values."""
    return Line(key, values)


def reply(*lines: Line, private: bool = False) -> Reply:
    """Return an answer made of these sentences."""
    return Reply(lines, private)


class Unreachable(Exception):  # noqa: N818 - a state of the world that the engine plans around
    """A destination could not be told; `reason` is for the log, `lasting` says: do not retry."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lasting = lasting


Compose = Callable[[], Awaitable[Reply | None]]
Hear = Callable[[Incoming], Awaitable[Reply | None]]


class Transport(Protocol):
    """One chat network, as the engines see it."""

    @property
    def network(self) -> str:
        """The configured name of the network."""
        ...

    async def say(self, destination: Destination, compose: Compose) -> bool:
        """Say what `compose` returns, composed only when this destination's turn has come.

        Return False when `compose` returned None: the matter is settled and nothing is said.
        Return True only when the network has confirmed that it took the last line.
        Raises Unreachable when it did not, or when nobody is there to hear.
        """
        ...
