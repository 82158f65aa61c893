"""The first words of what somebody wrote on a wiki, as plain text that a chat can show."""

from __future__ import annotations

import re

from commands.grammar import excerpt

MOST = 160
_LONGEST_READ = 4000
"""What comes after is not looked at: nobody shows it."""

_DROPPED = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<tag>ref|math|gallery|score|timeline)\b[^<>]*(?<!/)>.*?</(?P=tag)\s*>"
    r"|__[A-Z]+__",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
_FILE = re.compile(
    r"\[\[[^\[\]|:]+:[^\[\]|]+\.(?:jpe?g|png|svg|gif|webp|ogg|pdf)(?:\|[^\[\]]*)?\]\]",
    re.IGNORECASE,
)
_LINK = re.compile(r"\[\[:?(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_ADDRESS = re.compile(r"\[[a-z]+://[^\s\[\]]+(?:\s+([^\[\]]*))?\]")
_EMPHASIS = re.compile(r"'{2,5}")
_HEADING = re.compile(r"^=++[ \t]*+|[ \t]*+=++[ \t]*+$", re.MULTILINE)
_INDENT = re.compile(r"^[:*#;>|!-]+[ \t]*", re.MULTILINE)
_DEEPEST = 5


def plain_words(wikitext: str) -> str:
    """Return what a reader sees of wikitext, roughly, line by line; templates are left out."""
    text = _DROPPED.sub(" ", wikitext[:_LONGEST_READ])
    for _ in range(_DEEPEST):
        text, before = _TEMPLATE.sub(" ", text), text
        if text == before:
            break
    text = _LINK.sub(r"\1", _FILE.sub(" ", text))
    text = _TAG.sub(" ", _ADDRESS.sub(r"\1", text))
    text = _HEADING.sub("", _INDENT.sub("", _EMPHASIS.sub("", text)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def first_words(wikitext: str, most: int = MOST) -> str:
    """Return the beginning of what a reader sees, in one line of at most `most` characters."""
    return excerpt(" ".join(plain_words(wikitext).split()), most)
