"""Values made literal, as a real wiki shows and saves them."""

import re
import unicodedata
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from commands.rules.wikitext import literal
from tests.peers.mediawiki import MediaWiki

MARKUP = [
    *["~~~~", "{{PAGENAME}}", "{{subst:PAGENAME}}", "[[User:Admin]]", "[https://a.example b]"],
    *["https://a.example", "RFC 12", "ISBN 978-3-16-148410-0", "__NOTOC__", "#", "*", " ", "''"],
    *["== a ==", "<!--", "-->", "</nowiki>", "<nowiki>", "<b>", "{|", "|}", "&amp;", "&lt;", "-{"],
    *["O'Neil", "Åsa (WMF)", "\n", "\n\n", "----", ";", ":", "\u202e"],
]
letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Co", "Zl", "Zp"])
values = st.lists(st.sampled_from(MARKUP) | st.text(letters, max_size=5), max_size=5).map("".join)


def read(html: str) -> list[str]:
    """Return the words that a reader sees. Which kind of space parts them is of no account."""
    return unicodedata.normalize("NFC", unescape(re.sub("<[^>]*>", " ", html))).split()


def test_a_literal_value_is_read_as_it_is_and_does_nothing(metawiki: MediaWiki) -> None:
    @settings(max_examples=40)
    @given(st.lists(values.filter(str.strip), min_size=1, max_size=20))
    def inert(texts: list[str]) -> None:
        saved = "\n\n".join(f"( {literal(text)} )" for text in texts)
        parsed = metawiki.visitor.ask(
            action="parse", text=saved, contentmodel="wikitext", pst=True, disablelimitreport=True
        )["parse"]
        written = " ".join(f"( {text} )" for text in texts).replace("\u202e", " ")
        assert read(parsed["text"]) == unicodedata.normalize("NFC", written).split()
        for effect in ("links", "templates", "externallinks", "categories", "sections"):
            assert parsed[effect] == []

    inert()
