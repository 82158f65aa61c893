"""What people say when they propose an event: taken as it comes, and nothing of it is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commands.details import REPEATABLE
from commands.grammar import plain

FIELDS = (
    "title",
    "when",
    "kind",
    "duration",
    "speaker",
    "host",
    "about",
    "topic",
    "language",
    "link",
)
"""What a proposal can say; where it is told is for the coordinators to decide."""

_ALSO: Mapping[str, str] = {
    "time": "when",
    "date": "when",
    "starts": "when",
    "type": "kind",
    "length": "duration",
    "speakers": "speaker",
    "presenter": "speaker",
    "description": "about",
    "abstract": "about",
    "summary": "about",
    "topics": "topic",
    "tags": "topic",
    "lang": "language",
    "url": "link",
}
_FIELD = re.compile(r"([^:：]{1,20})[:：](.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """A proposal as it was said: its title, its time in people's words, and the other fields.

    `loose` are parts that name no field; they go into the description.
    """

    title: str = ""
    when: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    loose: tuple[str, ...] = ()


def heard(head: str, parts: Sequence[str]) -> Said:
    """Return what is proposed. The first part that is no field is the title."""
    found: dict[str, tuple[str, ...]] = {}
    others: list[str] = []
    for part in filter(None, (each.strip() for each in (head, *parts))):
        name, value = _field(part)
        if name is None:
            others.append(part)
        elif value:
            had = found.get(name, ()) if name in REPEATABLE else ()
            found[name] = (*had, value)
    titles = found.pop("title", ()) or tuple(others[:1])
    loose = tuple(each for each in others if each not in titles)
    if loose:
        found["about"] = (". ".join((*found.get("about", ()), *loose)),)
    when = found.pop("when", ("",))
    return Said("".join(titles), when[-1], found, loose)


def said_again(said: Said, when: str) -> str:
    """Return the command that proposes all of this, with another time."""
    fields = [f"{name}: {value}" for name, values in said.fields.items() for value in values]
    parts = ("", said.title.replace("|", "\\|"), f"when: {when}")
    return "propose" + " | ".join((*parts, *(each.replace("|", "\\|") for each in fields)))


def _field(part: str) -> tuple[str | None, str]:
    match = _FIELD.fullmatch(part)
    name = " ".join(plain(match[1]).split()) if match else ""
    name = _ALSO.get(name, name)
    return (name, match[2].strip()) if match and name in FIELDS else (None, part)
