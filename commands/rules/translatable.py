"""A message in several languages as wikis keep it: subpages, translatable pages, sections.

See https://www.mediawiki.org/wiki/Help:Extension:Translate/Page_translation_administration and
https://www.mediawiki.org/wiki/Extension:Labeled_Section_Transclusion.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

# No pattern tries again from each place: these pages may be anybody's.
_SECTION = re.compile(r"<section\s++(?P<end>begin|end)\s*+=(?P<label>[^<>]*+)>", re.IGNORECASE)
_LABEL = re.compile(r"([\"']?)([^\"']*)\1")
_UNIT_MARK = re.compile(r"(?<![ \t])[ \t]*+<!--T:[^\s<>-][^<>]*?-->\n?")
_TRANSLATE = re.compile(r"<translate(?:\s++nowrap)?\s*+>\n?|\n?</translate\s*+>", re.IGNORECASE)
_LANGUAGES = re.compile(r"<languages\s*+/?>(?:</languages>)?\n?", re.IGNORECASE)
_VARIABLE = re.compile(r"<tvar\s*+(?:\||name)[^<>]*+>|</>|</tvar\s*+>", re.IGNORECASE)
_CODE = re.compile(r"[a-z]{2,}(?:-[a-z0-9]+)*")
_LONGEST_CODE = 24


def source_text(text: str) -> str:
    """Return a page as the Translate extension shows it: without its marks for translators.

    Translations have at most `<languages/>`, which is dropped as well.
    """
    plain = _VARIABLE.sub("", _UNIT_MARK.sub("", text))
    return _LANGUAGES.sub("", _TRANSLATE.sub("", plain))


def labelled(text: str) -> Mapping[str, str]:
    """Return the labelled sections of a page; parts of one label are joined, as where it is used.

    A section that nobody ends is none.
    """
    begun: dict[str, int] = {}
    sections: dict[str, str] = {}
    for mark in _SECTION.finditer(text):
        label = _label(mark["label"])
        if label is None:
            continue
        if mark["end"].lower() == "begin":
            begun[label] = mark.end()
        elif label in begun:
            part = text[begun.pop(label) : mark.start()]
            sections[label] = sections.get(label, "") + part
    return sections


def _label(given: str) -> str | None:
    """Return what an empty tag has for a label, as `"sv" /`; None where it is not empty."""
    found = _LABEL.fullmatch(given.removesuffix("/").strip())
    return found[2].strip() if found and given.endswith("/") else None


def codes(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the names that look like MediaWiki's codes for languages."""
    return tuple(
        name for name in names if len(name) <= _LONGEST_CODE and _CODE.fullmatch(name) is not None
    )


def translations(title: str, subpages: Collection[str]) -> Mapping[str, str]:
    """Return by what may be a language code the pages `title/xx` among the subpages of `title`."""
    prefix = f"{title}/"
    named = {page.removeprefix(prefix): page for page in subpages if page.startswith(prefix)}
    return {code: named[code] for code in codes(named)}


def own_code(title: str) -> str:
    """Return the last part of a title where it may be a language code, else nothing."""
    before, slash, last = title.rpartition("/")
    return last if before and slash and codes([last]) else ""
