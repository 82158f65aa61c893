"""Which of a message's texts is for whom: MediaWiki's own order of languages decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from commands.wikis import LanguageFacts


def chain(language: str, known: Mapping[str, LanguageFacts]) -> tuple[str, ...]:
    """Return the languages in which somebody reads whose page is in `language`, best first."""
    facts = known.get(language)
    return (language, *(facts.fallbacks if facts else ("en",)))


def best(
    language: str, offered: Collection[str], known: Mapping[str, LanguageFacts], *, otherwise: str
) -> str:
    """Return which of the languages `offered` a reader of `language` is best served with.

    `otherwise` where he reads none of them.
    """
    return next((each for each in chain(language, known) if each in offered), otherwise)


def language_for(
    page_language: str,
    *,
    own: str,
    translated: Collection[str],
    known: Mapping[str, LanguageFacts],
) -> str:
    """Return in which language a page gets a message: one of `translated`, or empty for its own.

    `own` is the language of the message's own text.
    """
    found = best(page_language, {own, *translated}, known, otherwise=own)
    return "" if found == own else found
