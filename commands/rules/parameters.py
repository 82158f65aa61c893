"""The words in a message that each recipient reads his own values for: `$user`, `$event`.

Values become literal text, and are not looked through for parameters themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from commands.rules.wikitext import escaped
from storage.runvalues import Recipient, Run

USER, WIKI, PROJECT, EVENT = "user", "wiki", "project", "event"
"""Whose page it is (or what page), what the wiki calls itself, the run's name, the run's event."""

KNOWN = frozenset({USER, WIKI, PROJECT, EVENT})

_PARAMETER = re.compile(r"\$(\$|[A-Za-z][A-Za-z_]*)")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"""[\[\]<>"'{}|~\\^`]|&(?=#|\w+;)""")


@dataclass(frozen=True, slots=True)
class Values:
    """What the parameters come to for one recipient: `text` is plain, `markup` is wikitext."""

    text: Mapping[str, str]
    markup: Mapping[str, str]


def values(run: Run, recipient: Recipient) -> Values:
    """Return what the parameters of a frozen run come to for a recipient."""
    frozen = run.particulars
    text = {
        USER: recipient.user or recipient.title.partition(":")[2] or recipient.title,
        WIKI: frozen.names.get(recipient.wiki, recipient.wiki),
        PROJECT: run.name,
        EVENT: frozen.event,
    }
    markup = {name: escaped(value) for name, value in text.items()}
    if _ADDRESS.fullmatch(frozen.event_link):
        markup[EVENT] = f"[{_quoted(frozen.event_link)} {markup[EVENT]}]"
    return Values(text, markup)


def filled(text: str, known: Mapping[str, str]) -> str:
    """Return `text` with its parameters filled in, and `$$` as one dollar sign.

    What is not known stays as it is.
    """

    def value(found: re.Match[str]) -> str:
        return "$" if found[1] == "$" else known.get(found[1], found[0])

    return _PARAMETER.sub(value, text)


def named(text: str) -> Collection[str]:
    """Return the parameters that a text names, known or not, in order."""
    names = (found[1] for found in _PARAMETER.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name != "$"))


def _quoted(address: str) -> str:
    """Return an address without what would end it, or become markup, in wikitext."""
    return _IN_ADDRESS.sub(lambda odd: f"%{ord(odd[0]):02X}", address)
