"""What the kinds of events are called by people, where that is not what is typed."""

from __future__ import annotations

from types import MappingProxyType

from commands.messages import Line, line

_NAMES = MappingProxyType(
    {
        "lightning-talk": line("kind.lightning_talk"),
        "office-hours": line("kind.office_hours"),
        "tech-talk": line("kind.tech_talk"),
        "workshop": line("kind.workshop"),
    }
)


def kind_name(kind: str) -> Line | str:
    """Return a kind's name in words: a line for those that every language has a word for."""
    return _NAMES.get(kind.casefold()) or kind.replace("-", " ").replace("_", " ").capitalize()
