"""Cuts HTML into pieces of a length, so that each is whole in itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

_TOKEN = re.compile(r"<[^>]*>|&[^;\s<]*;|\s{1,64}|[^\s<&]{1,64}|.", re.DOTALL)
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")


def length(html: str) -> int:
    """Return a length by which Telegram's limits are kept: in UTF-16 code units, tags counted."""
    return len(html.encode("utf-16-le")) // 2


def joined(lines: Iterable[str], most: int) -> list[str]:
    """Return lines as few texts of at most `most`: cut between lines, else within one."""
    texts: list[str] = []
    for line in chain.from_iterable(pieces(each, most) for each in lines):
        if texts and length(texts[-1]) + 1 + length(line) <= most:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def pieces(html: str, most: int) -> list[str]:
    """Return a line cut between words, or else characters, but never inside a tag or reference.

    What is open at the end of a piece is closed there and opened again in the next.
    """
    return [html] if length(html) <= most else list(_cut(html, most))


def _cut(html: str, most: int) -> Iterator[str]:
    opened: tuple[str, ...] = ()
    piece = ""
    for token in _TOKEN.findall(html):
        open_after = _after(opened, token)
        if piece and length(piece + token + _closing(open_after)) > most:
            yield piece.rstrip() + _closing(opened)
            piece = "".join(opened) + token.lstrip()
        else:
            piece += token
        opened = open_after
    if piece:
        yield piece


def _after(opened: tuple[str, ...], token: str) -> tuple[str, ...]:
    """Return the tags that are open after a token."""
    tag = _TAG.fullmatch(token)
    if tag is None:
        return opened
    return opened[:-1] if tag[1] else (*opened, token)


def _closing(opened: Sequence[str]) -> str:
    tags = (_TAG.fullmatch(tag) for tag in reversed(opened))
    return "".join(f"</{tag[2]}>" for tag in tags if tag)
