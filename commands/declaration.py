"""What a command is: one frozen value, from which parser, help and the README's table come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from commands.messages import Reply
from storage.values import Destination, Identity, Person

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


class Who(StrEnum):
    """Who may give a command."""

    ALL = "all"
    """Everybody in the chat, with or without a services account."""
    IDENTIFIED = "identified"
    """Whoever the network vouches for: what is kept is kept for a person."""
    COORDINATOR = "coordinator"


class Kind(Enum):
    """How an argument is read. In the order of the declaration, from left to right.

    The kinds up to OFFSETS stand before the first `|`; TEXT, WHEN and OFFSETS take all of it
    that is left, but for the `for …` of a DURATION or the `page N` of a PAGE declared after them.
    """

    WORD = auto()
    """One word, or several in quotes."""
    NUMBER = auto()
    """`12` or `#12`."""
    CHOICE = auto()
    """One of `Argument.choices`, in any case."""
    TEXT = auto()
    """Free text to the end of the head."""
    WHEN = auto()
    """A time in people's words, left as it is for `commands.when`."""
    DURATION = auto()
    """`for 90 minutes`."""
    OFFSETS = auto()
    """How long before: `1w 1d 10m start`."""
    PART = auto()
    """Free text between bars. As the last argument it takes all that follows, bars too."""
    PARTS = auto()
    """All that is left between bars, each part a text of its own."""
    FIELDS = auto()
    """All that is left between bars, each `field: value`, of the names in `choices`."""
    PAGE = auto()
    """`page 2`, at the end of the head."""
    FLAG = auto()
    """`--name`, anywhere before the first bar; always optional."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command. `name` is how the desk asks for it and how people see it.

    `choices` are the words of a CHOICE or the field names of FIELDS, `repeatable` those of
    the fields that may be given more than once.
    """

    name: str
    kind: Kind
    optional: bool = False
    choices: tuple[str, ...] = ()
    repeatable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was given with a command, converted, by the arguments' names."""

    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    spans: Mapping[str, tuple[timedelta, ...]] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who gives a command.

    `name` is what the chat calls him. `identity` is what the network vouches for, `person` who
    that is to the bot: both may be None. `language` is what he reads, as far as he or the
    network has told (an RFC 5646 tag).
    """

    name: str
    identity: Identity | None = None
    person: Person | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it reaches its desk: read, authorised, inside a transaction.

    `where` is the channel it was said in, None in private. `now` and `said_at` are UTC; the
    latter lies before the former by as much as the bot was away. `prefix` is what commands begin
    with there, for answers that name one. The getters raise KeyError for an argument that was
    left out and has no default.
    """

    arguments: Arguments
    speaker: Speaker
    now: datetime
    where: Destination | None
    session: AsyncSession
    said_at: datetime
    prefix: str = "!"

    @property
    def person(self) -> Person:
        """Who speaks. Dispatch sees to it for all who must be known; LookupError for others."""
        if self.speaker.person is None:
            raise LookupError("nobody known speaks")
        return self.speaker.person

    @property
    def zone(self) -> str | None:
        """In which IANA zone the speaker reads times, None where he has not said it."""
        person = self.speaker.person
        return None if person is None else person.zone

    @property
    def identity(self) -> Identity:
        """By what the network vouches for the speaker; LookupError where it does not."""
        if self.speaker.identity is None:
            raise LookupError("no identity is proven")
        return self.speaker.identity

    def number(self, name: str, default: int | None = None) -> int:
        """Return a NUMBER."""
        if default is not None:
            return self.arguments.numbers.get(name, default)
        return self.arguments.numbers[name]

    def text(self, name: str, default: str | None = None) -> str:
        """Return a WORD, CHOICE, TEXT, WHEN or PART."""
        if default is not None:
            return self.arguments.texts.get(name, default)
        return self.arguments.texts[name]

    def duration(self, name: str, default: timedelta | None = None) -> timedelta:
        """Return a DURATION."""
        if default is not None and name not in self.arguments.spans:
            return default
        return self.arguments.spans[name][0]

    def offsets(self, name: str) -> tuple[timedelta, ...]:
        """Return OFFSETS, longest first; empty when left out."""
        return self.arguments.spans.get(name, ())

    def parts(self, name: str) -> tuple[str, ...]:
        """Return PARTS, those that are empty included; none when left out."""
        return self.arguments.fields.get(name, ())

    @property
    def fields(self) -> Mapping[str, tuple[str, ...]]:
        """The FIELDS given, each with its values; an empty value asks to clear the field."""
        return self.arguments.fields

    def flag(self, name: str) -> bool:
        """Return whether a FLAG was given."""
        return name in self.arguments.flags


Desk = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    `name` is one or two words in lower case. `example` is a whole line without the prefix.
    `writes` says whether its transaction may change anything. `form` replaces the usage line
    made from the arguments where that would be unclear. `urgent` commands, by which things are
    stopped, are taken however many came before. A `fresh` one counts only if it was said a
    moment ago. Only `pressable` ones are taken from a button.
    """

    name: str
    who: Who
    help_key: str
    example: str
    run: Desk
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    writes: bool = False
    urgent: bool = False
    fresh: bool = False
    pressable: bool = False
    form: str = ""


def usage(command: Command) -> str:
    """Return the right form: `event add KIND WHEN [for DURATION] | TITLE [| field: value]…`."""
    return command.form or " ".join([command.name, *map(_shown, command.arguments)])


def _shown(argument: Argument) -> str:
    shape = _bare(argument)
    bracketed = argument.kind is Kind.FLAG or (
        argument.optional and argument.kind is not Kind.FIELDS
    )
    return f"[{shape}]" if bracketed else shape


def _bare(argument: Argument) -> str:
    name = argument.name.upper()
    shapes = {
        Kind.NUMBER: "N",
        Kind.CHOICE: "|".join(argument.choices),
        Kind.DURATION: f"for {name}",
        Kind.OFFSETS: f"{name.removesuffix('S')}…",
        Kind.PART: f"| {name}",
        Kind.PARTS: f"| {name}…",
        Kind.FIELDS: "[| field: value]…" if argument.optional else "| field: value…",
        Kind.PAGE: "page N",
        Kind.FLAG: f"--{argument.name}",
    }
    return shapes.get(argument.kind, name)


def table(commands: Iterable[Command], text: Callable[[str], str]) -> str:
    """Return the README's table in Markdown; `text` turns a key of the catalogue into words."""
    headings = ("table.command", "table.who", "table.help", "table.example")
    rows = [_row(*map(text, headings)), "| --- | --- | --- | --- |"]
    for command in commands:
        who, help_text = text(f"who.{command.who}"), text(command.help_key)
        rows.append(_row(f"`{usage(command)}`", who, help_text, f"`{command.example}`"))
    return "\n".join(rows) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
