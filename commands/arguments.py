"""What follows a command's name to the arguments it declares, or to what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from commands.declaration import Argument, Arguments, Command, Kind
from commands.grammar import Parsed, excerpt, nearest, next_word, plain, unquoted, visible
from commands.messages import Line, line
from commands.offsets import Misunderstood, duration, offsets

_NUMBER = re.compile(r"#?(\d{1,9})[.,]?")
_FIELD = re.compile(r"([^:：]*)[:：](.*)", re.DOTALL)
_TAILS = {
    Kind.DURATION: re.compile(r"(.*)\bfor\s+(.+)", re.DOTALL | re.IGNORECASE),
    Kind.PAGE: re.compile(r"(.*)\bpage\s+(#?\d+)\s*", re.DOTALL | re.IGNORECASE),
}
# What a phone makes of two hyphens.
_DASHES = r"[-\u2010-\u2015\u2212]{1,2}"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Arguments that do not fit: a sentence for whoever gave them."""

    problem: Line


def parse(command: Command, parsed: Parsed) -> Arguments | Wrong:
    """Read what was given by the command's declaration. Nothing given is left unread."""
    reading = _Reading(command, parsed)
    for argument in command.arguments:
        problem = reading.take(argument)
        if problem is not None:
            return Wrong(problem)
    if rest := reading.rest():
        return Wrong(line("wrong.too_many", given=excerpt(rest)))
    return reading.arguments()


class _Reading:
    """Takes arguments off the front of the head and of the parts, one by one."""

    def __init__(self, command: Command, parsed: Parsed) -> None:
        self._last = command.arguments[-1] if command.arguments else None
        self._head, self._parts = parsed.head, list(parsed.parts)
        self._texts: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._spans: dict[str, tuple[timedelta, ...]] = {}
        self._fields: dict[str, tuple[str, ...]] = {}
        kinds = {argument.kind for argument in command.arguments}
        if not kinds & {Kind.PART, Kind.PARTS, Kind.FIELDS}:
            self._head, self._parts = " | ".join([self._head, *self._parts]), []
        self._flags = {a.name for a in command.arguments if self._took_flag(a)}
        self._tails = {
            a.name: self._tail(_TAILS[a.kind]) for a in command.arguments if a.kind in _TAILS
        }

    def take(self, argument: Argument) -> Line | None:
        """Read one argument; return what is wrong with it."""
        readers = {
            Kind.WORD: self._word,
            Kind.NUMBER: self._number,
            Kind.CHOICE: self._choice,
            Kind.TEXT: self._text,
            Kind.WHEN: self._text,
            Kind.DURATION: self._duration,
            Kind.PAGE: self._number,
            Kind.OFFSETS: self._offsets,
            Kind.PART: self._part,
            Kind.PARTS: self._each_part,
            Kind.FIELDS: self._each_field,
        }
        given = self._given(argument)
        if argument.kind is Kind.FLAG or (not given and argument.optional):
            return None
        if not given:
            return line("wrong.missing", argument=argument.name)
        return readers[argument.kind](argument, given)

    def rest(self) -> str:
        """Return what no argument took."""
        return " | ".join(part for part in [visible(self._head).strip(), *self._parts] if part)

    def arguments(self) -> Arguments:
        return Arguments(
            self._texts, self._numbers, self._spans, self._fields, frozenset(self._flags)
        )

    def _given(self, argument: Argument) -> str:
        """Take the text that an argument is to be read from; empty when there is none."""
        if argument.kind in {Kind.WORD, Kind.NUMBER, Kind.CHOICE}:
            given, self._head = next_word(self._head)
        elif argument.kind in {Kind.TEXT, Kind.WHEN, Kind.OFFSETS}:
            given, self._head = unquoted(self._head), ""
        elif argument.kind in _TAILS:
            given = self._tails[argument.name]
        else:
            given = self._given_parts(argument)
        return given if visible(given).strip() else ""

    def _given_parts(self, argument: Argument) -> str:
        """Take a part, and all of them for the last; FIELDS and PARTS read them themselves."""
        if argument.kind in {Kind.PARTS, Kind.FIELDS}:
            return " ".join(self._parts)
        count = len(self._parts) if argument is self._last else 1
        taken, self._parts = self._parts[:count], self._parts[count:]
        return " | ".join(taken)

    def _took_flag(self, argument: Argument) -> bool:
        if argument.kind is not Kind.FLAG:
            return False
        flag = re.compile(rf"(?<!\S){_DASHES}{re.escape(argument.name)}(?!\S)", re.IGNORECASE)
        self._head, count = flag.subn("", self._head)
        return count > 0

    def _tail(self, form: re.Pattern[str]) -> str:
        """Take what begins with a word of its own off the end of the head."""
        match = form.fullmatch(self._head)
        if match is None:
            return ""
        self._head = match[1].strip()
        return match[2]

    def _word(self, argument: Argument, given: str) -> None:
        self._texts[argument.name] = given

    def _text(self, argument: Argument, given: str) -> None:
        self._texts[argument.name] = given

    def _part(self, argument: Argument, given: str) -> None:
        self._texts[argument.name] = given

    def _number(self, argument: Argument, given: str) -> Line | None:
        match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", given))
        if match is None:
            return line("wrong.number", argument=argument.name, given=excerpt(given))
        self._numbers[argument.name] = int(match[1])
        return None

    def _choice(self, argument: Argument, given: str) -> Line | None:
        for choice in argument.choices:
            if plain(choice) == plain(given):
                self._texts[argument.name] = choice
                return None
        return _not_among("wrong.choice", "wrong.choice_nearest", given, argument.choices)

    def _duration(self, argument: Argument, given: str) -> Line | None:
        found = duration(given)
        if isinstance(found, Misunderstood):
            return found.problem
        self._spans[argument.name] = (found,)
        return None

    def _offsets(self, argument: Argument, given: str) -> Line | None:
        found = offsets(given)
        if isinstance(found, Misunderstood):
            return found.problem
        self._spans[argument.name] = found
        return None

    def _each_part(self, argument: Argument, _: str) -> None:
        self._fields[argument.name], self._parts = tuple(self._parts), []

    def _each_field(self, argument: Argument, _: str) -> Line | None:
        parts, self._parts = [part for part in self._parts if part], []
        problems = (self._field(argument, part) for part in parts)
        return next((problem for problem in problems if problem is not None), None)

    def _field(self, argument: Argument, part: str) -> Line | None:
        match = _FIELD.fullmatch(part)
        if match is None:
            return line("wrong.field_shape", given=excerpt(part), known=argument.choices)
        name = plain(match[1]).strip()
        if name not in argument.choices:
            given = match[1].strip()
            return _not_among("wrong.field", "wrong.field_nearest", given, argument.choices)
        if name in self._fields and name not in argument.repeatable:
            return line("wrong.field_twice", field=name)
        self._fields[name] = (*self._fields.get(name, ()), match[2].strip())
        return None


def _not_among(key: str, key_when_near: str, given: str, known: tuple[str, ...]) -> Line:
    alike = nearest(given, known)
    if alike:
        return line(key_when_near, given=excerpt(given), nearest=alike[0], known=known)
    return line(key, given=excerpt(given), known=known)
