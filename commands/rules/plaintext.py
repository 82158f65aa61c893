"""A message as a mail shows it: wikitext made readable plain text, with addresses for its links."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_NOWIKI = re.compile(r"<nowiki>(.*?)</nowiki\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_LINK = re.compile(r"\[\[:?([^\[\]|]+)(?:\|([^\[\]]*))?\]\]")
_ADDRESS = re.compile(r"\[(https?://[^\s\[\]]+|//[^\s\[\]]+)(?:\s+([^\[\]]*))?\]")
_EMPHASIS = re.compile(r"'{2,5}")
_HEADING = re.compile(r"^=++([^\n]*?)(?<!=)=++[ \t]*+$", re.MULTILINE)
_ITEM = re.compile(r"^[*#]+[ \t]*", re.MULTILINE)
_TERM = re.compile(r"^[:;]+[ \t]*", re.MULTILINE)
_GAP = re.compile(r"\n{3,}")
_KEPT = re.compile("\ue000(\\d+)\ue001")


def plain_text(wikitext: str, *, page_url: str) -> str:
    """Return what a reader needs of wikitext, in paragraphs.

    A link becomes its words and, below one another or behind it, the address where it leads.
    `page_url` is the address of a page of the wiki, with `$1` for its title.
    """
    literal: list[str] = []

    def kept(found: re.Match[str]) -> str:
        literal.append(found[1])
        return f"\ue000{len(literal) - 1}\ue001"

    text = _NOWIKI.sub(kept, _COMMENT.sub("", wikitext))
    text = _BREAK.sub("\n", text)
    text = _LINK.sub(lambda link: _named(link[2], link[1], _url(link[1], page_url)), text)
    text = _ADDRESS.sub(lambda link: _named(link[2], "", _absolute(link[1])), text)
    text = _TAG.sub("", _EMPHASIS.sub("", text))
    text = _TERM.sub("  ", _ITEM.sub("- ", _HEADING.sub(_words, text)))
    text = _KEPT.sub(lambda found: literal[int(found[1])], text)
    lines = (line.rstrip() for line in unescape(text).splitlines())
    return _GAP.sub("\n\n", "\n".join(lines)).strip()


def _words(heading: re.Match[str]) -> str:
    return heading[1].strip()


def _named(words: str | None, title: str, address: str) -> str:
    shown = (words or title).strip()
    return f"{shown} <{address}>".replace("<", "&lt;").replace(">", "&gt;") if shown else address


def _url(title: str, page_url: str) -> str:
    name, hash_sign, fragment = title.strip().partition("#")
    path = quote(name.replace(" ", "_"), safe="/:,;@()!*'~")
    return page_url.replace("$1", path) + hash_sign + quote(fragment.replace(" ", "_"))


def _absolute(address: str) -> str:
    return f"https:{address}" if address.startswith("//") else address
