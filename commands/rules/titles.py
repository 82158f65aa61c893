"""MediaWiki titles in normal form, so that two spellings of one page are known to be one.

The rules are those of `MediaWikiTitleCodec::splitTitleString` in MediaWiki 1.39. A wiki may be
configured otherwise in small things ($wgOverrideUcfirstCharacters), so that its own answer to a
look-up has the last word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from unicodedata import normalize as unicode_form

from commands.rules.addresses import ip_address
from commands.wikis import Namespace, SiteFacts

MAIN, TALK, USER, USER_TALK, PROJECT = 0, 1, 2, 3, 4
_SPECIAL = -1
_LONGEST, _LONGEST_SPECIAL = 255, 512
_DOTTED_I = frozenset({"az", "kaa", "tr"})

# What is excluded is named, not the whole rest of Unicode, which takes 60 times as long to compile.
_NAME = r"[^\x00-/:-@\[-`{-\x7f]+;"
_REFERENCE = re.compile(rf"&(?:({_NAME})|#([0-9]+);|#[xX]([0-9A-Fa-f]+);)")
_REFERENCED = re.compile("[^\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_REFERENCE_ALIASES = {"רלמ;": "rlm;", "رلم;": "rlm;"}
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e]+")
_SPACES = re.compile("[ _\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_NOT_UNICODE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffd-\uffff]")
_PREFIXED = re.compile(r"(.+?)_*:_*(.*)")
_ILLEGAL = re.compile(rf"[\x00-\x1f#<>\[\]{{|}}\x7f]|%[0-9A-Fa-f]{{2}}|&{_NAME}")
_RELATIVE = re.compile(r"(?:^|/)\.\.?(?:/|$)")


@dataclass(frozen=True, slots=True)
class Title:
    """A page of one wiki: the namespace's number and the text after the prefix, with spaces."""

    namespace: int
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is no title of a page: the last part of the catalogue's key `funnel.title.…`.

    The words are those of MediaWiki's `title-invalid-…` messages, and `interwiki` for what
    names a page of another wiki.
    """

    reason: str


def normalise(text: str, site: SiteFacts, default_namespace: int = MAIN) -> Title | Refusal:
    """Return the title that `site` understands by `text`; a fragment (`#…`) is cut off.

    `default_namespace` is meant where the text names none and has no leading colon.
    """
    key = _cleaned(text)
    if _NOT_UNICODE.search(key):
        return Refusal("utf8")
    if key.startswith(":"):
        default_namespace, key = MAIN, key[1:].strip("_")
    if not key:
        return Refusal("empty")
    split = _split(key, site, default_namespace)
    if isinstance(split, Refusal):
        return split
    namespace, page, foreign = split
    page, cut, _fragment = page.partition("#")
    page = page.rstrip("_") if cut else page
    if fault := _fault(page, namespace):
        return Refusal(fault)
    return Refusal("interwiki") if foreign else _finished(page, namespace, site)


def prefixed(title: Title, site: SiteFacts) -> str:
    """Return the title in full, as the wiki shows it: `User talk:Example`."""
    name = next((known.name for known in site.namespaces if known.number == title.namespace), "")
    return f"{name}:{title.text}" if name else title.text


def is_talk(title: Title) -> bool:
    """Whether the page is a talk page: talk namespaces have odd numbers."""
    return title.namespace > 0 and title.namespace % 2 == 1


def talk_of(title: Title, site: SiteFacts) -> Title | None:
    """Return the talk page of a page, a talk page itself unchanged, None where there is none."""
    number = title.namespace | 1
    if title.namespace < 0 or all(known.number != number for known in site.namespaces):
        return None
    return Title(number, title.text)


def root_user(title: Title) -> str | None:
    """Return the user whose page, talk page or subpage it is, None outside those."""
    if title.namespace not in (USER, USER_TALK):
        return None
    return title.text if ip_address(title.text) else title.text.partition("/")[0]


def namespace_number(name: str, site: SiteFacts) -> int | None:
    """Return the number of the namespace that a prefix names in any of its names, else None."""
    return _numbers(site.namespaces).get(_lower(_SPACES.sub("_", name).strip("_")))


def _cleaned(text: str) -> str:
    decoded = unicode_form("NFC", _REFERENCE.sub(_decoded, text))
    return _SPACES.sub("_", _DIRECTION_MARKS.sub("", decoded)).strip("_")


def _decoded(reference: re.Match[str]) -> str:
    if name := reference[1]:
        return html5.get(_REFERENCE_ALIASES.get(name, name), reference[0])
    number = int(reference[2]) if reference[2] else int(reference[3], 16)
    character = chr(number) if number <= 0x10FFFF else "\ufffd"
    return character if _REFERENCED.fullmatch(character) else "\ufffd"


def _split(key: str, site: SiteFacts, default: int) -> tuple[int, str, bool] | Refusal:
    """Take off the namespace or interwiki prefix: namespace, rest, and whether it is foreign."""
    pieces = _PREFIXED.fullmatch(key)
    if not pieces:
        return default, key, False
    number = namespace_number(pieces[1], site)
    if number is None:
        foreign = _lower(pieces[1]) in site.interwiki_prefixes
        return default, pieces[2] if foreign else key, foreign
    if number == TALK and _names_another_place(pieces[2], site):
        return Refusal("talk-namespace")
    return number, pieces[2], False


def _names_another_place(page: str, site: SiteFacts) -> bool:
    inner = _PREFIXED.fullmatch(page)
    return inner is not None and (
        bool(namespace_number(inner[1], site)) or _lower(inner[1]) in site.interwiki_prefixes
    )


def _fault(page: str, namespace: int) -> str | None:
    limit = _LONGEST_SPECIAL if namespace == _SPECIAL else _LONGEST
    if _ILLEGAL.search(page):
        return "characters"
    if _RELATIVE.search(page):
        return "relative"
    if "~~~" in page:
        return "magic-tilde"
    return "too-long" if len(page.encode()) > limit else None


def _finished(page: str, namespace: int, site: SiteFacts) -> Title | Refusal:
    if not page:
        return Refusal("empty")
    if _first_letter_case(namespace, site):
        page = _first_upper(page, site.language)
    if namespace in (USER, USER_TALK):
        page = ip_address(page) or page
    if page.startswith(":"):
        return Refusal("leading-colon")
    return Title(namespace, page.replace("_", " "))


def _first_letter_case(namespace: int, site: SiteFacts) -> bool:
    return any(known.first_letter_case for known in site.namespaces if known.number == namespace)


def _first_upper(page: str, language: str) -> str:
    """Return `page` as `Language::ucfirst` does: "ß" becomes "SS", "i" in Turkish "İ"."""
    if page[0] == "i" and language in _DOTTED_I:
        return "İ" + page[1:]
    return unicode_form("NFC", page[0].upper()) + page[1:]


@lru_cache(maxsize=64)
def _numbers(namespaces: tuple[Namespace, ...]) -> dict[str, int]:
    return {
        _lower(name.replace(" ", "_")): known.number
        for known in namespaces
        for name in (known.name, *known.aliases)
        if name
    }


def _lower(text: str) -> str:
    """Lower each character by itself, as PHP 8.2 does: no final sigma."""
    return "".join(character.lower() for character in text)
