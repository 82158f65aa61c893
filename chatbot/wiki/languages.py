"""What a wiki knows of languages (https://www.mediawiki.org/wiki/API:Languageinfo)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from chatbot.wiki.answers import Ask
from chatbot.wiki.asking import batches, is_askable, query, several
from commands.wikis import LanguageFacts

_LAST = "en"
"""What MediaWiki falls back to in the end, which it does not say."""


class Languages:
    """The languages of one wiki, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, LanguageFacts | None] = {}

    async def facts(
        self, ask: Ask, codes: Sequence[str], *, batch: int
    ) -> Mapping[str, LanguageFacts]:
        """Return what the wiki knows of languages; those that it does not know are left out."""
        new = [code for code in dict.fromkeys(codes) if code not in self._known]
        told = {code: facts async for code, facts in _asked(ask, new, batch)}
        self._known |= {code: told.get(code) for code in new}
        return {code: facts for code in codes if (facts := self._known[code])}


async def _asked(
    ask: Ask, codes: Sequence[str], batch: int
) -> AsyncIterator[tuple[str, LanguageFacts]]:
    liprop = "code|dir|autonym|fallbacks"
    for some in batches(list(filter(is_askable, codes)), batch):
        async for part in query(ask, meta="languageinfo", licode=several(some), liprop=liprop):
            for entry in part["languageinfo"].values():
                yield entry["code"], _facts(entry)


def _facts(entry: Mapping[str, Any]) -> LanguageFacts:
    before = [code for code in entry["fallbacks"] if code != _LAST]
    return LanguageFacts(
        code=entry["code"],
        fallbacks=(*before, _LAST) if entry["code"] != _LAST else tuple(before),
        right_to_left=entry["dir"] == "rtl",
        autonym=entry["autonym"],
    )
