"""People's words for a language, and which of the languages that there are serves a reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from babel.core import Locale

from commands.grammar import plain


def chosen(tag: str | None, known: Collection[str]) -> str | None:
    """Return which of the `known` languages serves whoever reads `tag` (RFC 5646), if one does.

    It is the tag itself or the longest part of it, as RFC 4647 (section 3.4) looks it up.
    """
    subtags = (tag or "").casefold().split("-")
    while subtags:
        if (found := "-".join(subtags)) in known:
            return found
        subtags.pop()
    return None


def find(words: str, known: Collection[str]) -> str | None:
    """Return the language that is meant by its tag, or by its name in any of the languages."""
    key = plain(words.strip()).replace("_", "-")
    named = {name: tag for tag in known for name in _names(tag, known)}
    return named.get(key) or chosen(key, known)


def own_name(tag: str) -> str:
    """Return what those who speak a language call it."""
    return Locale.parse(tag, sep="-").get_display_name() or tag


def _names(tag: str, known: Iterable[str]) -> Iterator[str]:
    locale = Locale.parse(tag, sep="-")
    for reader in (tag, "en", *known):
        yield plain(locale.get_display_name(Locale.parse(reader, sep="-")) or tag)
