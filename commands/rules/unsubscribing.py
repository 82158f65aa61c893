"""Does somebody ask for no more messages: stop-words of many languages, matched word by word.

A match is a suggestion for a human to look at, so it may be wrong at times; what it must not do
is to see such a wish in "don't stop" or in our own text quoted back to us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

_NOT_LETTERS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u0640]")
# Written without spaces: each letter counts as a word, so that phrases are found within a run.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_LETTER = rf"(?:(?![{_UNSPACED}])[^\W_]|[\u0300-\u036f\u0900-\u0dff])"
_WORD = re.compile(rf"[{_UNSPACED}]|{_LETTER}+(?:'{_LETTER}+)*")
_CLAUSE = re.compile(
    r"[.,;:!?…\n¡¿()\[\]\u3001\u3002\uff01\uff0c\uff1b\uff1f\u060c\u061b\u061f\u0964\u2013\u2014]+|\s-+\s"
)
_QUOTED = re.compile(
    r"^\s*(?:>|&gt;)[^\n]*|<(blockquote|q)\b[^<>]*>.*?</\1\s*>|[“„«「『].{4,}?[”“»」』]"
    r"|\"[^\"\n]{12,}\"|\{\{\s*(?:tq|xt|quote|talk quote\w*|citat)\b[^{}]*\}\}",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_LONGEST = 4000
_FEW = 3
"""A clause of so many words that stands in our text is a quotation of it."""
_NEAR = 4
"""How many words before a phrase a negation may stand."""
_NEAR_AFTER = 8

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopWords:
    """The stop-words of one language.

    `phrases` ask for no more wherever they stand. Those of `alone` do so only where a clause
    says nothing else but words of `polite`. One of `negations` shortly before a phrase turns it
    round, one of `negations_after` shortly after it.
    """

    phrases: frozenset[Words] = frozenset()
    alone: frozenset[Words] = frozenset()
    polite: frozenset[Words] = frozenset()
    negations: frozenset[Words] = frozenset()
    negations_after: frozenset[Words] = frozenset()


_SIGNS: Mapping[str, str] = {
    "=": "alone",
    "~": "polite",
    "!": "negations",
    ">": "negations_after",
}


def stop_words(text: str) -> StopWords:
    """Return the stop-words of a language's text, one a line, `#` for remarks.

    A line's first character says what it is: `=` alone, `~` polite, `!` a negation before, `>`
    one after; anything else is a phrase.
    """
    found: dict[str, set[Words]] = {name: set() for name in (*_SIGNS.values(), "phrases")}
    for line in map(str.strip, text.splitlines()):
        words = () if line.startswith("#") else tuple(_words(line.lstrip("=~!>")))
        if words:
            found[_SIGNS.get(line[0], "phrases")].add(words)
    return StopWords(**{name: frozenset(words) for name, words in found.items()})


def asks_to_stop(text: str, languages: Iterable[StopWords], *, ours: str = "") -> bool:
    """Return whether a text, plain or wikitext, asks for no more messages in any language.

    `ours` is the message that it answers: what is quoted of it does not count.
    """
    quoted = f" {' '.join(_words(ours))} "
    clauses = [
        words
        for words in _clauses(_TAG.sub(" ", _QUOTED.sub("\n", text[:_LONGEST])))
        if len(words) < _FEW or f" {' '.join(words)} " not in quoted
    ]
    return any(_clause_asks(words, stop) for stop in languages for words in clauses)


def _clause_asks(words: Words, stop: StopWords) -> bool:
    if _without(words, stop.polite) in stop.alone:
        return True
    return any(
        not _holds(words[max(start - _NEAR, 0) : start], stop.negations)
        and not _holds(words[end : end + _NEAR_AFTER], stop.negations_after)
        for start, end in _found(words, stop.phrases)
    )


def _holds(words: Words, phrases: frozenset[Words]) -> bool:
    return next(_found(words, phrases), None) is not None


def _found(words: Words, phrases: frozenset[Words]) -> Iterator[tuple[int, int]]:
    """Yield where phrases stand, from and to which word."""
    lengths = sorted({len(phrase) for phrase in phrases})
    for start in range(len(words)):
        for length in lengths:
            if words[start : start + length] in phrases:
                yield start, start + length


def _without(words: Words, phrases: frozenset[Words]) -> Words:
    left: list[str] = []
    position = 0
    longest = max(map(len, phrases), default=0)
    while position < len(words):
        for length in range(longest, 0, -1):
            if words[position : position + length] in phrases:
                position += length
                break
        else:
            left.append(words[position])
            position += 1
    return tuple(left)


def _clauses(text: str) -> Iterator[Words]:
    for clause in _CLAUSE.split(text):
        if words := tuple(_words(clause)):
            yield words


def _words(text: str) -> Sequence[str]:
    plain = _NOT_LETTERS.sub("", normalize("NFKC", text)).casefold().replace("’", "'")
    return _WORD.findall(plain)
