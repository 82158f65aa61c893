"""The text of a post: put together to fit a network's limits, with nothing in it that pings.

What people wrote of an event is never taken for a mention, a hashtag or a link: a word joiner
(U+2060), which nobody sees, stands behind the sign that would begin one, or within a scheme.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_JOINER = "\u2060"
# Mastodon, Bluesky and Misskey read these as the beginning of a mention or a hashtag, full-width
# ones too, and a scheme as that of a link.
_BEGINS = re.compile(r"([@＠#＃])(?=\S)")
_SCHEME = re.compile(r"(?<=[^\W\d_]):(?=\S)")
_LINK = re.compile(r"https?://[^\s\u2060]+", re.IGNORECASE)
_TRAILING = ".,;:!?\"'»”’)]}>"
# As Bluesky's own `detectFacets` has it; Mastodon's is the same but for rare letters.
_TAG = re.compile(r"(?:^|(?<=\s))[#＃]((?!\ufe0f)[^\s\u00ad\u2060\u200a-\u200d\u20e2]+)")
_NO_TAG = re.compile(r"[\W_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a network takes: so many graphemes, and so many bytes of UTF-8 where that counts.

    Every link counts as `link` graphemes, None as itself. With `short_mentions` the domain in
    `@user@domain` does not count. `alt` is the longest description of a picture, in code points.
    """

    most: int
    most_bytes: int | None = None
    link: int | None = None
    short_mentions: bool = False
    alt: int = 1500

    def length(self, text: str) -> int:
        """Return how many graphemes the network counts."""
        counted = text
        if self.link is not None:
            counted = _replaced(counted, links(text), "x" * self.link)
        if self.short_mentions:
            counted = _FAR_MENTION.sub(r"\1", counted)
        return len(graphemes(counted))

    def fits(self, text: str) -> bool:
        """Return whether the network takes a text."""
        enough = self.most_bytes is None or len(text.encode()) <= self.most_bytes
        return enough and self.length(text) <= self.most

    def excess(self, text: str) -> int:
        """Return by how many graphemes a text is too long; 0 when it fits."""
        if self.fits(text):
            return 0
        over = self.length(text) - self.most
        return over if over > 0 else len(graphemes(text)) - len(graphemes(self._by_bytes(text)))

    def _by_bytes(self, text: str) -> str:
        return text.encode()[: self.most_bytes].decode(errors="ignore")


_FAR_MENTION = re.compile(r"(?<![=/\w])(@\w+(?:[\w.-]+\w)?)@[\w.-]+\w(?::\d+)?")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a post is made of. Whatever is cut, `when` and `link` stay whole.

    `title` and `people` are plain text of anybody's; `when` is a sentence of ours.
    """

    title: str
    when: str
    people: str = ""
    link: str | None = None
    tags: tuple[str, ...] = ()


def graphemes(text: str) -> list[str]:
    """Return what readers take for letters (Unicode annex 29, extended grapheme clusters)."""
    # Only here: most of what the bot does counts no letters.
    import regex

    found: list[str] = regex.findall(r"\X", text)
    return found


def literal(text: str) -> str:
    """Return somebody's text so that no network finds mentions, hashtags or links in it."""
    return _SCHEME.sub(f"{_JOINER}:", _BEGINS.sub(rf"\1{_JOINER}", text))


def links(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the links of a text are (RFC 3986), without what only ends the sentence."""
    return tuple(
        (found.start(), found.start() + len(_bare(found[0]))) for found in _LINK.finditer(text)
    )


def tags(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return where the hashtags of a text are, with their `#`, and what each says without it."""
    found = []
    for each in _TAG.finditer(text):
        tag = each[1].rstrip(_TRAILING + "…")
        if re.search(r"[^\W\d_]", tag):
            found.append((each.start(), each.start() + 1 + len(tag), tag))
    return tuple(found)


def hashtag(words: str) -> str:
    """Return `#WordsAsOne` of words, so that it can be read aloud; empty when it has no letter."""
    split = [word for word in _NO_TAG.split(words.lstrip("#")) if word]
    joined = split[0] if len(split) == 1 else "".join(word[:1].upper() + word[1:] for word in split)
    return f"#{joined}" if re.search(r"[^\W\d_]", joined) else ""


def fitted(parts: Parts, measure: Measure, *, escaped: Callable[[str], str] = literal) -> str:
    """Return a post's text that fits: hashtags go first, then people, then the title's end.

    One hashtag is kept before people are.

    Raises ValueError when not even the time and the link fit.
    """
    for people in dict.fromkeys((parts.people, "")):
        for many in range(len(parts.tags), -1, -1):
            text = _put(parts, escaped(parts.title), escaped(people), parts.tags[:many])
            if measure.fits(text) and (many or not parts.tags or not people):
                return text
    return _cut(parts, measure, escaped)


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many graphemes, with an ellipsis where something is gone."""
    letters = graphemes(text)
    return text if len(letters) <= most else "".join(letters[: most - 1]).rstrip() + "…"


def within(text: str, most: int) -> str:
    """Return as much of a text as so many code points hold, with an ellipsis for what is gone."""
    if len(text) <= most:
        return text
    kept = ""
    for letter in graphemes(text):
        if len(kept) + len(letter) >= most:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _cut(parts: Parts, measure: Measure, escaped: Callable[[str], str]) -> str:
    """Return the post with as much of its title as fits, by halving."""
    letters = graphemes(parts.title)
    short, long = 0, len(letters)
    while long - short > 1:
        half = (short + long) // 2
        text = _put(parts, escaped(shortened(parts.title, half)), "", ())
        short, long = (half, long) if measure.fits(text) else (short, half)
    text = _put(parts, escaped(shortened(parts.title, short)) if short else "", "", ())
    if not measure.fits(text):
        raise ValueError(f"{measure.most} graphemes take not even a time and a link")
    return text


def _put(parts: Parts, title: str, people: str, tags: Iterable[str]) -> str:
    first = "\n".join(filter(None, (title, parts.when, people)))
    return "\n\n".join(filter(None, (first, parts.link, " ".join(tags))))


def _bare(link: str) -> str:
    """Return a link without the marks behind it; a bracket that it opens itself is its own."""
    while link[-1] in _TRAILING:
        if link[-1] == ")" and link.count("(") >= link.count(")"):
            break
        link = link[:-1]
    return link


def _replaced(text: str, spans: Iterable[tuple[int, int]], by: str) -> str:
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], by]
        last = end
    return "".join((*pieces, text[last:]))
