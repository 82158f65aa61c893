"""Why somebody was chosen, in our words, where the coordinators say nothing of their own."""

from __future__ import annotations

from collections.abc import Mapping

from commands.messages import Line, line
from commands.rules.recipe import Source, SourceKind

_KEYS: Mapping[SourceKind, tuple[tuple[str, str], ...]] = {
    SourceKind.PAGE: (("reason.list", "page"), ("reason.category", "page")),
    SourceKind.FILE: (("reason.file", ""),),
    SourceKind.GROUP: (("reason.group", "group"),),
    SourceKind.SIGNERS: (("reason.signers", "page"),),
    SourceKind.ATTENDEES: (("reason.attendees", "title"),),
    SourceKind.RUN: (("reason.run", "name"),),
    SourceKind.TOPIC: (("reason.topic", "topic"),),
}


def reasons(source: Source, *, name: str) -> tuple[Line, ...]:
    """Return what may be the reason of those who were found in a source.

    `name` is that of the source, or of the event or the run that its number stands for. A page
    is a list or a category, which is known only to the wiki.
    """
    keys = _KEYS[source.kind]
    return tuple(line(key, **({what: name} if what else {})) for key, what in keys)
