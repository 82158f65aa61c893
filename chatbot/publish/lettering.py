"""How much room words take in a picture, and how they are broken into lines and fonts.

Nobody tells us the widths of the fonts that are installed: those of DejaVu Sans Bold, which is
wider than most, are taken for all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import regex

from chatbot.pixels import FONTS

EMOJI_FONTS = "Noto Color Emoji, Apple Color Emoji, Segoe UI Emoji, Twemoji"
_EAST_ASIAN_FONTS = (
    "Noto Sans CJK SC, Noto Sans CJK JP, Source Han Sans, WenQuanYi Micro Hei, "
    "WenQuanYi Zen Hei, Droid Sans Fallback, IPAexGothic"
)
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator}|\u20E3"
)
_EAST_ASIAN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}]")
_ASCII = (
    *(35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37),
    *(70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 58),
    *(100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100, 84, 85),
    *(73, 85, 77, 72, 68, 81, 77, 110, 77, 72, 73, 46, 37, 46, 84, 50),
    *(50, 67, 72, 59, 72, 68, 44, 72, 71, 34, 34, 67, 34, 104, 71, 69),
    *(72, 72, 49, 60, 48, 71, 65, 92, 65, 65, 58, 71, 37, 71, 84),
)
"""In hundredths of the font's size, from the space on."""
_WIDTHS = {"ARABIC": 0.78, "CYRILLIC": 0.92, "GREEK": 0.82, "HEBREW": 0.72, "LATIN": 0.82}
_USUAL = frozenset(_WIDTHS)
"""Scripts that the first of our fonts has."""
_LIGHT = 0.92
"""How wide letters are that are not bold, beside those that are."""
_NONE = frozenset({"Mn", "Me", "Cf", "Cc"})
_ELLIPSIS = "…"
_Face = tuple[str, str]
"""A list of fonts, and the script that stands by itself in one of them."""


@dataclass(frozen=True, slots=True)
class Run:
    """Letters next to each other that one list of fonts shows."""

    text: str
    fonts: str


def graphemes(text: str) -> list[str]:
    """Return what readers take for single letters (Unicode annex 29)."""
    found: list[str] = regex.findall(r"\X", text)
    return found


def is_emoji(grapheme: str) -> bool:
    """Return whether a grapheme is shown as a coloured picture."""
    return _EMOJI.search(grapheme) is not None


def runs(text: str) -> Iterator[Run]:
    """Yield the parts of a line by what shows them."""
    faces = _faces(graphemes(text))
    for (fonts, _), group in groupby(faces, lambda each: each[1]):
        yield Run("".join(grapheme for grapheme, _ in group), fonts)


def width(text: str, *, bold: bool = True) -> float:
    """Return the room that a line takes, in sizes of its font."""
    return sum(_width(each, bold) for each in graphemes(text))


def right_to_left(text: str) -> bool:
    """Return whether a text runs from right to left, by its first strong letter (annex 9, P2)."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((each for each in strong if each in {"L", "R", "AL"}), "L") != "L"


def wrapped(text: str, room: float, *, most: int) -> list[str]:
    """Return a text as lines of at most so much room each, about as long as one another.

    Of what needs more than `most` lines the rest is left out, and the last ends with an ellipsis.
    """
    words = " ".join(text.split())
    found = _lines(words, room)
    if len(found) > most:
        return _cut(found, room, most)
    narrower = room
    longest = max((width(piece.rstrip()) for piece in _pieces(words)), default=0.0)
    while (narrower := narrower * 0.95) > max(room / 2, longest) and len(found) > 1:
        closer = _lines(words, narrower)
        if len(closer) > len(found):
            break
        found = closer
    return found


def fits(text: str, room: float, *, most: int) -> bool:
    """Return whether a text is so few lines, with no word torn apart."""
    found = _lines(" ".join(text.split()), room)
    return len(found) <= most and all(width(word) <= room for word in _pieces(text))


def shortened(text: str, room: float, *, bold: bool = True) -> str:
    """Return a text, or the beginning of it that has room."""
    words = " ".join(text.split())
    return words if width(words, bold=bold) <= room else _cut([words], room, 1, bold=bold)[0]


def _lines(text: str, room: float) -> list[str]:
    lines, line, used = list[str](), "", 0.0
    for piece in _pieces(text):
        needed = width(piece.rstrip())
        if line and used + needed > room:
            lines.append(line.rstrip())
            line, used = "", 0.0
        *whole, rest = _torn(piece, room) if needed > room else (piece,)
        lines += whole
        line, used = line + rest, used + width(rest)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterator[str]:
    """Yield what stays together on a line: words with the space behind them."""
    piece = ""
    for each in graphemes(text):
        if piece and not each.isspace() and (piece[-1].isspace() or _breaks(piece, each)):
            yield piece
            piece = ""
        piece += each
    if piece:
        yield piece


def _breaks(piece: str, following: str) -> bool:
    """Return whether a line may be broken between letters: in East Asian words and after dashes."""
    if unicodedata.category(following[0]) in {"Po", "Pe", "Pf"}:
        return False
    east = bool(_EAST_ASIAN.search(piece[-1]) or _EAST_ASIAN.search(following))
    opens = unicodedata.category(piece[-1]) in {"Ps", "Pi"}
    return (east and not opens) or (piece[-1] in "-–—/" and len(piece) > 2)


def _torn(piece: str, room: float) -> list[str]:
    parts, part, used = list[str](), "", 0.0
    for each in graphemes(piece):
        needed = _width(each, True)
        if part and used + needed > room:
            parts.append(part)
            part, used = "", 0.0
        part, used = part + each, used + needed
    return [*parts, part]


def _cut(lines: list[str], room: float, most: int, *, bold: bool = True) -> list[str]:
    kept = lines[:most]
    letters = graphemes(kept[-1])
    used = width(_ELLIPSIS) + sum(_width(each, bold) for each in letters)
    while letters and used > room:
        used -= _width(letters.pop(), bold)
    return [*kept[:-1], "".join(letters).rstrip(" ,;:.") + _ELLIPSIS]


def _faces(letters: Iterable[str]) -> Iterator[tuple[str, _Face]]:
    """Yield each grapheme with what shows it.

    A renderer that lacks a letter takes another font for all that stands with it: so each script
    stands by itself, with the spaces and signs that follow.
    """
    known: _Face = (FONTS, "")
    for each in letters:
        if each[0].isalpha() or is_emoji(each) or known[0] == EMOJI_FONTS:
            known = _face(each)
        yield each, known


def _face(grapheme: str) -> _Face:
    if is_emoji(grapheme):
        return EMOJI_FONTS, ""
    if _wide(grapheme[0]) or _EAST_ASIAN.search(grapheme):
        return _EAST_ASIAN_FONTS, ""
    script = _block(grapheme[0]) if grapheme[0].isalpha() else ""
    return FONTS, "" if script in _USUAL else script


def _block(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=4096)
def _width(grapheme: str, bold: bool) -> float:
    if is_emoji(grapheme):
        return 1.3
    return sum(_letter_width(each) * (1 if bold or _wide(each) else _LIGHT) for each in grapheme)


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _letter_width(letter: str) -> float:
    if " " <= letter <= "~":
        return _ASCII[ord(letter) - 32] / 100
    if unicodedata.category(letter) in _NONE:
        return 0.0
    if _wide(letter):
        return 1.02
    return _WIDTHS.get(_block(letter), 0.9)
