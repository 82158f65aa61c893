"""What stands below each message: from whom it is, why this reader gets it, and how to stop it.

A footer is wikitext with places: `{sender}`, `{about}`, `{optout}` and `{stop|HEADING}` are filled
when it is frozen, `{confirmed|WORDS}` and `{reason}` when it is sent: the names of those who
confirmed it stand in place of the words. All other braces stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from commands.rules.wikitext import literal

_FROZEN = re.compile(r"\{(?:(sender|about|optout)|stop(?:\|(?P<heading>[^{}|]*))?)\}")
_OWN_TALK = "Special:MyTalk"
_DIRECTION_MARKS = "\u200e\u200f\u2066\u2067\u2068\u2069"
_SENT = re.compile(
    r"\{(?:(?P<reason>reason)|confirmed(?:\|(?P<words>[^{}|]*))?|stop\|(?P<query>[^{}|]*))\}"
)


def signed(
    footer: str, *, sender: str, about: str = "", optout: str = "", preload: str = ""
) -> str:
    """Return a footer that says who sent it; what differs between recipients is left to `placed`.

    `sender` becomes literal text. `about`, the page that tells of the bot and its runs, and
    `optout`, the one that tells how to stop, are put in as they are: `[[{optout}|How to stop]]`.
    `preload` is the page whose text whoever stops is offered.
    """
    name = literal(sender).replace("{", "&#123;")
    values = {"sender": name, "about": about, "optout": optout}

    def value(place: re.Match[str]) -> str:
        if place[1]:
            return values[place[1]]
        return f"{{stop|{_query(place['heading'] or '', preload)}}}"

    return _FROZEN.sub(value, footer)


def placed(
    footer: str,
    *,
    reason: str,
    category: str,
    confirmed: Iterable[str] = (),
    page: str = "",
) -> str:
    """Return a signed footer for one recipient; `page` is a page that is nobody's.

    `category` is the one by which one opts out on his wiki, with the namespace. `confirmed` are
    the names of those who confirmed it, nobody's while it is not.
    """
    names = ", ".join(literal(name) for name in confirmed)

    def value(place: re.Match[str]) -> str:
        if place["reason"]:
            return literal(reason)
        if place["query"] is not None:
            return _address(place["query"], category, page or _OWN_TALK)
        return names or place["words"] or ""

    return _SENT.sub(value, footer)


def _query(heading: str, preload: str) -> str:
    """Return the start of a query; the category follows at its end."""
    text = f"&preload={quote(preload, safe='')}" if preload else ""
    # A sentence from right to left begins with a mark that nobody would see in the heading.
    title = quote(f"{heading.strip(_DIRECTION_MARKS).strip()} ", safe="")
    return f"action=edit&section=new{text}&preloadtitle={title}"


def _address(query: str, category: str, page: str) -> str:
    """Return the address that opens a new section where it stops messages.

    That is the reader's own talk page, so that a passer-by opts nobody out but himself; a page
    that is nobody's is opted out by a section of its own, which everybody there sees. The
    category stands in the heading, where it works as anywhere else, because a heading can be
    handed over in the address, while a text comes only from a page (`preload`) that not every
    wiki may have.
    See https://www.mediawiki.org/wiki/Manual:Creating_pages_with_preloaded_text.
    """
    named = quote(f"[[{category}]]", safe="") if category else ""
    return f"{{{{fullurl:{page}|{query}{named}}}}}"
