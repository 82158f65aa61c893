"""Why somebody was chosen, in our words, where the coordinators say nothing of their own."""

from __future__ import annotations

from collections.abc import Mapping

from commands.messages import Line, line
from commands.rules.recipe import Source, SourceKind

_KEYS: Mapping[SourceKind, tuple[str, str]] = {
    SourceKind.PAGE: ("reason.list", "page"),
    SourceKind.FILE: ("reason.file", ""),
    SourceKind.GROUP: ("reason.group", "group"),
    SourceKind.SIGNERS: ("reason.signers", "page"),
    SourceKind.ATTENDEES: ("reason.attendees", "title"),
    SourceKind.RUN: ("reason.run", "name"),
    SourceKind.SUBSCRIBED: ("reason.subscribed", "title"),
    SourceKind.TOPIC: ("reason.topic", "topic"),
}
_CATEGORY = "reason.category", "page"


def reason(kind: SourceKind, name: str = "", *, category: bool = False) -> Line:
    """Return the reason of those who were found in a source of this kind.

    `name` is that of the source, or of the event or the run that its number stands for. A page
    is a list, or a `category`.
    """
    key, what = _CATEGORY if category else _KEYS[kind]
    return line(key, **({what: name} if what else {}))


def reasons(source: Source, *, name: str) -> tuple[Line, ...]:
    """Return what may be the `reason` of those who were found in a source.

    Whether a page is a list or a category is known only to the wiki.
    """
    found = reason(source.kind, name)
    if source.kind is not SourceKind.PAGE:
        return (found,)
    return found, reason(source.kind, name, category=True)
