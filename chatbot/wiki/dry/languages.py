"""What a dry wiki knows of languages: what Unicode does (CLDR), in the form of MediaWiki."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel.core import Locale, UnknownLocaleError

from commands.wikis import LanguageFacts

_LAST = "en"


def languages(codes: Sequence[str]) -> Mapping[str, LanguageFacts]:
    """Return what is known of languages; others are left out.

    A language falls back to the longer parts of its own code, `pt-br` to `pt`, and to English.
    """
    found = ((code, _facts(code)) for code in codes)
    return {code: facts for code, facts in found if facts is not None}


def _facts(code: str) -> LanguageFacts | None:
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    parts = code.split("-")
    shorter = ("-".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
    return LanguageFacts(
        code=code,
        fallbacks=tuple(each for each in (*shorter, _LAST) if each != code),
        right_to_left=locale.text_direction == "rtl",
        autonym=locale.get_display_name() or code,
    )
