"""Long lists a page at a time: turned by a button where there are any, else by a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from commands.declaration import Argument, Call, Kind
from commands.messages import LONGEST_COMMAND, Button, Line, line

T = TypeVar("T")
PAGE = Argument("page", Kind.PAGE, optional=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: what is on it, the how manieth it is, and how many items follow."""

    items: Sequence[T]
    number: int
    left: int

    def buttons(self, command: str) -> tuple[Button, ...]:
        """Return what turns to the pages before and after; `command` asks for the first."""
        found = []
        if self.number > 1:
            before = command if self.number == 2 else f"{command} page {self.number - 1}"
            found.append(Button(line("button.back"), before, turns=True))
        if self.left:
            after = f"{command} page {self.number + 1}"
            found.append(Button(line("button.more"), after, turns=True))
        return tuple(each for each in found if len(each.command.encode()) <= LONGEST_COMMAND)

    def hint(self, call: Call, command: str) -> tuple[Line, ...]:
        """Return how many more there are and what to say for them; nothing on the last page."""
        if not self.left:
            return ()
        asked = f"{call.prefix}{command} page {self.number + 1}"
        return (line("page.more", count=self.left, command=asked),)


def page_of(call: Call, items: Sequence[T], most: int) -> Page[T]:
    """Return the page of a list that was asked for, the last for whoever asks for too many."""
    number = page_number(call, len(items), most)
    end = number * most
    return Page(items[end - most : end], number, max(len(items) - end, 0))


def page_number(call: Call, count: int, most: int) -> int:
    """Return the number, from 1 on, of the page asked for in a list of `count`."""
    pages = max(-(-count // most), 1)
    return min(max(call.number(PAGE.name, 1), 1), pages)
