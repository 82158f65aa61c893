"""Who signed a page: the links that signatures are made of, told from other mentions of people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from commands.rules.lists import Listed, Reading, follow
from commands.rules.titles import USER_TALK, Title, normalise, prefixed, root_user
from commands.rules.wikitext import blanked
from commands.wikis import SiteFacts

_LINK = re.compile(r"\[\[([^\[\]|{}]+)(?:\|[^\[\]]*)?\]\]")
# A time of day, a year, and the zone in brackets, in whatever order and digits a language has.
_CLOCK = r"\d{1,2}[:.]\d{2}"
_YEAR = r"\d{4}"
_ZONE = r"\([^()\[\]]{1,12}\)"
_STAMP = re.compile(
    rf"(?:{_CLOCK}(?=\D)[^\[\]\n]{{0,60}}?{_YEAR}|{_YEAR}[^\[\]\n]{{0,40}}?{_CLOCK})"
    rf"[^\[\]\n]{{0,12}}?{_ZONE}"
)
_ITEM = re.compile(r"[#*]+\s*(?=\[\[)")
_LONGEST = 200


def signers(text: str, *, home: str, sites: Mapping[str, SiteFacts]) -> Reading:
    """Return the talk pages of those who signed, in the order of the page, each once.

    A signature is a link to a user before a time stamp, as `~~~~` makes it; the link nearest to
    the stamp counts. A list item that begins with a link to a user and has no stamp is one too.
    """
    seen: dict[tuple[str, str], Listed] = {}
    for number, line in enumerate(blanked(text).split("\n"), start=1):
        for entry in _in_line(line, number, home, sites):
            seen.setdefault((entry.wiki, entry.title), entry)
    return Reading(tuple(seen.values()), ())


def _in_line(line: str, number: int, home: str, sites: Mapping[str, SiteFacts]) -> Iterator[Listed]:
    begin, stamped = 0, False
    for stamp in _STAMP.finditer(line):
        stamped = True
        links = _LINK.findall(line, begin, stamp.start())
        users = [user for link in links if (user := _user(link, home, sites))]
        if users:
            yield Listed(*users[-1], line[begin : stamp.end()].strip()[:_LONGEST], number)
        begin = stamp.end()
    if not stamped and (item := _ITEM.match(line)):
        first = _LINK.match(line, item.end())
        user = _user(first[1], home, sites) if first else None
        if user:
            yield Listed(*user, line.strip()[:_LONGEST], number)


def _user(link: str, home: str, sites: Mapping[str, SiteFacts]) -> tuple[str, str] | None:
    """Return the wiki and talk page of the user that a link leads to."""
    place = follow(link, home, sites)
    title = normalise(place[1], sites[place[0]]) if place else None
    user = root_user(title) if isinstance(title, Title) else None
    if place is None or user is None:
        return None
    return place[0], prefixed(Title(USER_TALK, user), sites[place[0]])
