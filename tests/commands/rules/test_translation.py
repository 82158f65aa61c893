"""Which text is for whom: the page's own language first, then MediaWiki's own order."""

import pytest

from commands.rules.translation import best, language_for
from commands.wikis import LanguageFacts

KNOWN = {
    facts.code: facts
    for facts in (
        LanguageFacts("sv", ("en",)),
        LanguageFacts("pt-br", ("pt", "en")),
        LanguageFacts("de-at", ("de", "en")),
        LanguageFacts("nds-nl", ("nl", "en")),
        LanguageFacts("en", ()),
    )
}


@pytest.mark.parametrize(
    ("page", "own", "translated", "chosen"),
    [
        ("sv", "en", {"sv", "nb"}, "sv"),
        ("sv", "en", {"nb"}, ""),
        ("pt-br", "en", {"pt", "pt-br"}, "pt-br"),
        ("pt-br", "en", {"pt"}, "pt"),
        ("pt-br", "pt", {"en"}, ""),
        ("de-at", "sv", {"en"}, "en"),
        ("de-at", "sv", {"nb"}, ""),
        ("nds-nl", "nl", {"en"}, ""),
        ("xx-unknown", "sv", {"en"}, "en"),
        ("", "en", {"sv"}, ""),
        ("en", "en", {"en-gb"}, ""),
        ("en", "en", set(), ""),
    ],
)
def test_a_page_gets_the_nearest_text_there_is(
    page: str, own: str, translated: set[str], chosen: str
) -> None:
    assert language_for(page, own=own, translated=translated, known=KNOWN) == chosen


def test_who_reads_none_of_them_gets_what_is_said() -> None:
    assert best("sv", {"nb"}, KNOWN, otherwise="nb") == "nb"
