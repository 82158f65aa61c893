"""What comes in from a chat and what goes back: keys and values, never words.

A transport makes an `Incoming` of a line, `dispatch` answers it with a `Reply`, and the text
catalogue (in `chatbot`) turns keys and values into sentences of somebody's language.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from storage.values import Card, CardKind, Destination, Identity


@dataclass(frozen=True, slots=True)
class Incoming:
    """One line that somebody addressed to the bot, prefix already taken off.

    `identity` is None where the network vouches for no account. `name` is what the sender is
    called in the chat, fit for addressing him and for nothing else. `said_at` is UTC; where the
    network does not tell it, the earliest that it can have been. `update` is the network's own
    number for this line, by which it is known when it is delivered again. `language` is what
    the network believes that the sender reads (an RFC 5646 tag).
    """

    text: str
    name: str
    identity: Identity | None
    where: Destination | None
    said_at: datetime
    prefix: str = "!"
    update: int | None = None
    language: str | None = None

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


LONGEST_COMMAND = 64
"""In bytes of UTF-8 (Bot API, InlineKeyboardButton, callback_data)."""


@dataclass(frozen=True, slots=True)
class Button:
    """A command offered with a reply, where a chat can: whoever presses it has said it.

    `command` stands without a prefix and takes LONGEST_COMMAND bytes at most. Only a command
    declared `pressable` is taken from a button. One that `turns` a page asks that its answer
    take the place of the message it stands under.
    """

    label: Line
    command: str
    turns: bool = False


class DocumentKind(StrEnum):
    """What can be sent as a file."""

    REPORT = "report"
    """A run's report (HTML and CSV)."""
    FUNNEL = "funnel"
    """How a run's audience came about (PNG)."""
    CALENDAR = "calendar"
    """An event (iCalendar)."""
    CARD = "card"
    """An event that is for everybody (PNG)."""
    STATS = "stats"
    """How events were attended (PNG); the number is how many seconds back is looked."""


@dataclass(frozen=True, slots=True)
class Document:
    """What goes with a reply as files, where a chat can: of the run or event `number`."""

    kind: DocumentKind
    number: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says: sentences in order.

    `private` asks the transport to answer the sender alone, wherever he spoke. `card` says what
    the message shows: where messages can be edited, it is kept up to date. `language` is that of
    whoever reads it, None for the configured one. Where there are messages, so many of the last
    lines as `apart` says stand in one of their own, the last, which has the buttons and is the
    card; with 0 the whole is.
    """

    lines: tuple[Line, ...]
    private: bool = False
    buttons: tuple[Button, ...] = ()
    card: Card | None = None
    document: Document | None = None
    language: str | None = None
    apart: int = 0


def line(key: str, **values: Value) -> Line:
    """Return a sentence of the catalogue with its values."""
    return Line(key, values)


def reply(
    *lines: Line,
    private: bool = False,
    buttons: tuple[Button, ...] = (),
    card: Card | None = None,
    document: Document | None = None,
    apart: int = 0,
) -> Reply:
    """Return an answer made of these sentences, and of what chats with more than text can show."""
    return Reply(lines, private, buttons, card, document, apart=apart)


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


def kept(answer: Reply) -> dict[str, object]:
    """Return a reply as plain data that JSON can keep; `recalled` makes it a reply again."""
    data: dict[str, object] = {
        "lines": [_plain(each) for each in answer.lines],
        "private": answer.private,
    }
    if answer.buttons:
        data["buttons"] = [
            [_plain(each.label), each.command, each.turns] for each in answer.buttons
        ]
    if card := answer.card:
        data["card"] = [card.kind, card.number, card.digest, card.person]
    if document := answer.document:
        data["document"] = [document.kind, document.number]
    if answer.language:
        data["language"] = answer.language
    if answer.apart:
        data["apart"] = answer.apart
    return data


def recalled(data: Mapping[str, Any]) -> Reply:
    """Return the reply that `kept` made this of."""
    card, document = data.get("card"), data.get("document")
    return Reply(
        tuple(_line(each) for each in data["lines"]),
        bool(data["private"]),
        tuple(Button(_line(label), *rest) for label, *rest in data.get("buttons", ())),
        Card(CardKind(card[0]), *card[1:]) if card else None,
        Document(DocumentKind(document[0]), document[1]) if document else None,
        data.get("language"),
        data.get("apart", 0),
    )


def _line(data: Mapping[str, Any]) -> Line:
    return Line(data["line"], _values(data["values"]))


def _plain(value: Value) -> Any:
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, Moment):
        return {"moment": value.instant.isoformat(), "zone": value.zone}
    if isinstance(value, Line):
        return {"line": value.key, "values": {k: _plain(v) for k, v in value.values.items()}}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _values(data: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _value(each) for name, each in data.items()}


def _value(data: Any) -> Value:
    match data:
        case {"instant": instant}:
            return datetime.fromisoformat(instant)
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"moment": instant, "zone": zone}:
            return Moment(datetime.fromisoformat(instant), zone)
        case {"line": key, "values": values}:
            return Line(key, _values(values))
        case list():
            return tuple(_value(each) for each in data)
    plain: str | int | float = data
    return plain
