"""Our normal form of titles beside the one that a real MediaWiki answers with."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.rules.titles import Title, normalise, prefixed
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

PIECES = re.findall(
    r"\S+",
    """
    _ : :: / . .. ./ /../ # ~ ~~~ % %20 %zz + ' " | [ ] { } < > & &amp; &#65; &#x41; &nbsp; &rlm;
    &nosuch; &#0; &#xD800; &#x110000; &Aring; &amp;amp;
    user User USER_TALK user__talk: talk: Talk Project project: Special: Media: metawiki enwiki
    Användare användardiskussion: Diskussion: svwiki: bild: w wikipedia:
    1.2.3.4 01.002.03.0 256.1.1.1 10.0.0.0/8 ::1 2001:db8::ff 2001:DB8:0:0:0:0:0:00ff fe80::/10
    ß ŉ ǰ ǆ ǅ ა Ω é İ i ı ſ ΐ ﬁ ꭰ ᏸ 𐐨 😀
    """,
)
INVISIBLE = [" ", "\u00a0", "\u3000", "\u2028", "\u200e", "\u202e", "\u00ad", "\u1680"]
LONG = ["x" * 250, "å" * 126, "å" * 127, "𐐨" * 64]
FORBIDDEN_IN_A_REQUEST = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def as_sent(text: str) -> str:
    """Return a text as it arrives: the API replaces what is not Unicode before it looks."""
    return FORBIDDEN_IN_A_REQUEST.sub("", unicodedata.normalize("NFC", text))


composed = st.lists(st.sampled_from(PIECES + INVISIBLE + LONG), max_size=6).map("".join)
prefixes = st.sampled_from(["User talk:", "användare:", "Diskussion:", ":", ""])
texts = st.one_of(composed, st.text(max_size=12), st.builds(str.__add__, prefixes, st.text()))
batches = st.lists(texts.map(as_sent).filter(str.strip), min_size=30, max_size=49, unique=True)


def answers(wiki: MediaWiki, titles: Sequence[str]) -> Mapping[str, str | None]:
    """Return the wiki's own form of each title, None where it is none of its pages."""
    # The API trims the end of a list, hence one title more.
    joined = "\x1f".join(["", *titles, "End"])
    query = wiki.visitor.ask(action="query", titles=joined)["query"]
    forms = {entry["from"]: entry["to"] for entry in query.get("normalized", ())}
    refused = {page["title"] for page in query["pages"] if "invalid" in page}
    pages = {page["title"] for page in query["pages"]} - refused
    return {
        title: form if title not in refused and (form := forms.get(title, title)) in pages else None
        for title in titles
    }


@pytest.mark.parametrize("name", ["enwiki", "svwiki"])
async def test_a_title_means_what_the_wiki_says_it_means(
    name: str, wikis: dict[str, MediaWiki], connect: Connect
) -> None:
    site = await connect(wikis[name]).site()

    def ours(text: str) -> str | None:
        title = normalise(text, site)
        return prefixed(title, site) if isinstance(title, Title) else None

    @settings(max_examples=40)
    @given(batches)
    def agrees(titles: list[str]) -> None:
        assert {title: ours(title) for title in titles} == answers(wikis[name], titles)

    agrees()
