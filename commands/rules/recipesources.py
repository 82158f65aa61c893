"""The sources of a recipe as people type them: `[[Page]] + group:sysop@svwiki + run:5`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from commands.grammar import plain, straight, unquoted, visible
from commands.rules.recipe import Source, SourceKind, TopicBy
from commands.rules.recipefaults import Fault, Unfit
from commands.rules.sources import File, Page, source

MOST_SOURCES = 20
MOST_DEPTH = 10
A_PAGE = "[[Tech talks/Subscribers]]"
A_TOPIC = "topic:[[Template:WikiProject Medicine]]"
A_CATEGORY = "[[Category:Subscribers]] depth 2"
A_RECIPE = "recipe:[[Tech talks/Recipe]]"
_A_FILE = "file:subscribers.tsv"
_A_GROUP = "group:sysop"
_AN_EVENT = "attendees:12"
_A_RUN = "run:5"
_SUBSCRIBED = "subscribed:12"

_RECIPE = "recipe"
_KINDS: dict[str, SourceKind | str] = {
    **dict.fromkeys(("page", "pages", "list", "lists"), SourceKind.PAGE),
    **dict.fromkeys(("file", "files"), SourceKind.FILE),
    **dict.fromkeys(("group", "groups"), SourceKind.GROUP),
    **dict.fromkeys(("signer", "signers", "signed"), SourceKind.SIGNERS),
    **dict.fromkeys(("attendee", "attendees", "event", "events"), SourceKind.ATTENDEES),
    **dict.fromkeys(("run", "runs"), SourceKind.RUN),
    **dict.fromkeys(("subscribed", "subscribers"), SourceKind.SUBSCRIBED),
    **dict.fromkeys(("topic", "topics"), SourceKind.TOPIC),
    **dict.fromkeys((_RECIPE, f"{_RECIPE}s"), _RECIPE),
}
_LONGEST = 500
"""A title of 255 letters, the wiki's name, and all that stands around them."""

_KIND = re.compile(r"([^\W\d_]{1,12})\s*[:：]\s*(.*)")
_MARK = re.compile(r"\[\[|\]\]|\+")
_LINKS = re.compile(r"\[\[[^\[\]]*\]\]")
_BANNER = re.compile(r"\{\{([^{}|]+)(?:\|[^{}]*)?\}\}")
_WIKI = re.compile(r"\s*@\s*([\w.-]{1,100}(?::\d{1,5})?)")
_DEPTH = re.compile(r"[\s,;(]*\bdepth\s*[:=]?\s*(\d{1,3})\)?\s*", re.IGNORECASE)
_BARE_DEPTH = re.compile(r"(.*\S)[\s,;(]+depth\s*[:=]?\s*(\d{1,3})\)?", re.IGNORECASE)
_GROUP = re.compile(r"([^\W_][\w-]{0,59})(?:\s*@\s*([\w.-]{1,100}(?::\d{1,5})?))?")
_NUMBER = re.compile(r"#?(\d{1,9})")
_BETWEEN = re.compile(r"\s*[,;]\s*")


@dataclass(frozen=True, slots=True)
class RecipeAt:
    """A recipe that is kept elsewhere: on the page, or in the file of the import folder.

    `named` is how it was named, as `commands.rules.sources` reads it.
    """

    named: str


def sources(text: str) -> tuple[Source, ...] | RecipeAt | Unfit:
    """Return the sources that a text names, each once, in order; or the recipe that it names.

    A `+` divides where a blank stands on both sides of it, or a link or another source's name
    on one; never inside `[[…]]`. `runs:5, 6` are two sources.
    """
    whole = " ".join(straight(text).split())
    found: dict[Source, None] = {}
    pieces = _divided(whole)
    for piece in pieces:
        read = _read(piece)
        if isinstance(read, Unfit):
            return read
        if isinstance(read, RecipeAt):
            return read if len(pieces) == 1 else Unfit(Fault.ALONE, piece, A_RECIPE)
        found |= dict.fromkeys(read)
    if len(found) > MOST_SOURCES:
        return Unfit(Fault.TOO_MANY, whole, A_PAGE)
    return tuple(found)


def typed_source(one: Source) -> str:
    """Return a source as it is typed; `sources` reads the same."""
    wiki = f"@{one.wiki}" if one.wiki else ""
    match one.kind:
        case SourceKind.FILE:
            return f"file:{one.name}"
        case SourceKind.GROUP:
            return f"group:{one.name}{wiki}"
        case SourceKind.ATTENDEES | SourceKind.RUN | SourceKind.SUBSCRIBED:
            return f"{one.kind}:{one.number}"
    kind = "" if one.kind is SourceKind.PAGE else f"{one.kind}:"
    depth = f" depth {one.depth}" if one.depth else ""
    return f"{kind}[[{one.name}]]{wiki}{depth}"


def _divided(text: str) -> list[str]:
    cuts, inside = [-1], False
    for mark in _MARK.finditer(text):
        if mark[0] != "+":
            inside = mark[0] == "[["
        elif not inside and _divides(text[: mark.start()], text[mark.end() :]):
            cuts.append(mark.start())
    return [text[start + 1 : end].strip() for start, end in pairwise([*cuts, len(text)])]


def _divides(before: str, after: str) -> bool:
    # Where one source ends or another begins, no blanks are needed: C++ is a title.
    begins = after.lstrip()[:_LONGEST]
    named = _KIND.match(begins)
    return (
        begins.startswith("[[")
        or before.rstrip().endswith("]]")
        or (named is not None and plain(named[1]) in _KINDS)
        or not (before[-1:].strip() or after[:1].strip())
    )


def _read(piece: str) -> tuple[Source, ...] | RecipeAt | Unfit:
    text = unquoted(piece)
    if not visible(text).strip():
        return Unfit(Fault.NOTHING, piece, A_PAGE)
    if len(text) > _LONGEST:
        return Unfit(Fault.SOURCE, piece, A_PAGE)
    named = _KIND.fullmatch(text)
    kind = _KINDS.get(plain(named[1])) if named else None
    if named is None or kind is None:
        return _pages(SourceKind.PAGE, text)
    rest = unquoted(named[2])
    if kind == _RECIPE:
        return _recipe(rest)
    readers = {
        SourceKind.FILE: _file,
        SourceKind.GROUP: _groups,
        SourceKind.ATTENDEES: _events,
        SourceKind.RUN: _runs,
        SourceKind.SUBSCRIBED: _subscribed,
    }
    reader = readers.get(SourceKind(kind))
    return reader(rest) if reader else _pages(SourceKind(kind), rest)


def _recipe(text: str) -> RecipeAt | Unfit:
    match source(text):
        case File(name) if name.lower().endswith(".toml"):
            return RecipeAt(f"file:{name}")
        case Page(name):
            return RecipeAt(f"[[{name}]]")
    return Unfit(Fault.FILE, text, "recipe:file:NAME.toml")


def _file(text: str) -> tuple[Source, ...] | RecipeAt | Unfit:
    named = source(f"file:{text}")
    if not isinstance(named, File):
        return Unfit(Fault.FILE, text, _A_FILE)
    if named.name.lower().endswith(".toml"):
        return RecipeAt(f"file:{named.name}")
    return (Source(SourceKind.FILE, named.name),)


def _groups(text: str) -> tuple[Source, ...] | Unfit:
    found = [_GROUP.fullmatch(each) for each in _BETWEEN.split(text)]
    groups = tuple(Source(SourceKind.GROUP, each[1], each[2] or "") for each in found if each)
    return groups if len(groups) == len(found) else Unfit(Fault.GROUP, text, _A_GROUP)


def _events(text: str) -> tuple[Source, ...] | Unfit:
    return _numbered(SourceKind.ATTENDEES, text) or Unfit(Fault.EVENT, text, _AN_EVENT)


def _runs(text: str) -> tuple[Source, ...] | Unfit:
    return _numbered(SourceKind.RUN, text) or Unfit(Fault.RUN, text, _A_RUN)


def _subscribed(text: str) -> tuple[Source, ...] | Unfit:
    """Return whom an event concerns that subscribed: `subscribed:7`, `subscribed:event 7`."""
    numbers = plain(text).removeprefix("event").strip(" :")
    found = _numbered(SourceKind.SUBSCRIBED, numbers)
    return found or Unfit(Fault.EVENT, text, _SUBSCRIBED)


def _numbered(kind: SourceKind, text: str) -> tuple[Source, ...]:
    found = [_NUMBER.fullmatch(plain(each)) for each in _BETWEEN.split(text)]
    sound = tuple(Source(kind, number=int(each[1])) for each in found if each)
    return sound if len(sound) == len(found) else ()


def _pages(kind: SourceKind, text: str) -> tuple[Source, ...] | Unfit:
    """Return the page that a text names, with its wiki and depth."""
    if kind is SourceKind.TOPIC and (banner := _BANNER.match(text)):
        text = f"[[Template:{banner[1].strip()}]]{text[banner.end() :]}"
    link = _LINKS.match(text)
    if link is None:
        bare = _BARE_DEPTH.fullmatch(text)
        title, wiki, depth = (bare[1], "", int(bare[2])) if bare else (text, "", 0)
    elif (tail := _tail(text[link.end() :])) is None:
        return _strange(text, link.end())
    else:
        title, (wiki, depth) = link[0], tail
    named = source(title)
    if not isinstance(named, Page):
        return Unfit(Fault.SOURCE, text, _example(kind))
    return _page(kind, named.name, wiki, depth)


def _tail(text: str) -> tuple[str, int] | None:
    """Return the wiki and the depth that stand behind a link; None for anything else."""
    wiki = _WIKI.match(text)
    rest = text[wiki.end() :] if wiki else text
    depth = _DEPTH.fullmatch(rest)
    if rest.strip() and depth is None:
        return None
    return wiki[1] if wiki else "", int(depth[1]) if depth else 0


def _page(kind: SourceKind, name: str, wiki: str, depth: int) -> tuple[Source, ...] | Unfit:
    topic = _topic(name) if kind is SourceKind.TOPIC else None
    deep = kind is SourceKind.PAGE or topic is TopicBy.CATEGORY or topic is TopicBy.LIST
    if depth > (MOST_DEPTH if deep else 0):
        return Unfit(Fault.DEPTH, str(depth), A_CATEGORY)
    return (Source(kind, name, wiki, topic=topic, depth=depth),)


def _topic(name: str) -> TopicBy:
    """Return what a page makes of articles, as far as its English name tells."""
    spaces = [plain(each).strip() for each in name.split(":")[:-1]]
    if "template" in spaces:
        return TopicBy.BANNER
    return TopicBy.CATEGORY if "category" in spaces else TopicBy.LIST


def _strange(text: str, end: int) -> Unfit:
    """Return what is wrong behind a link: most often another link without a `+`."""
    links = _LINKS.findall(text)
    if len(links) > 1 and all(isinstance(source(each), Page) for each in links):
        return Unfit(Fault.JOINED, text, " + ".join(links))
    rest = text[end:]
    return Unfit(Fault.DEPTH if "depth" in plain(rest) else Fault.SOURCE, text, A_CATEGORY)


def _example(kind: SourceKind) -> str:
    return A_TOPIC if kind is SourceKind.TOPIC else A_PAGE
