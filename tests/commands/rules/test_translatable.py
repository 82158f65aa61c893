"""Messages in several languages as wikis keep them."""

import pytest

from commands.rules.translatable import labelled, own_code, source_text, translations

SOURCE = """\
<languages/>
<translate>
<!--T:1-->
== Tech talk ==

<!--T:2-->
Come on <tvar name="date">3 December</tvar>, <tvar|who>Ada</> talks. <!-- stays -->
</translate>
<translate nowrap>
<!--T:3-->
Bye</translate>
"""


def test_a_translatable_page_is_read_without_its_marks() -> None:
    assert source_text(SOURCE) == (
        "== Tech talk ==\n\nCome on 3 December, Ada talks. <!-- stays -->\nBye\n"
    )


@pytest.mark.parametrize(
    "text", ["<languages />\nHej", "<languages></languages>\nHej", "Hej", "<LANGUAGES/>Hej"]
)
def test_a_translation_is_read_without_the_list_of_languages(text: str) -> None:
    assert source_text(text) == "Hej"


@pytest.mark.parametrize(
    "text",
    [
        "<section begin=sv/>Hej<section end=sv/> x <section begin=en/>Hi<section end=en/>",
        "<section begin=\"sv\" />Hej<section end='sv' /><section begin='en'/>Hi<section end=en/>",
        "<section begin=sv/>He<section end=sv/>\n<section begin=sv/>j<section end=sv/>"
        "<section begin=en/>Hi<section end=en/>",
        "<section begin=sv/>Hej<section end=sv/><SECTION BEGIN=en />Hi<section end=en />"
        "<section begin=de/>never ended<section end=fr/>",
    ],
)
def test_labelled_sections_are_taken_apart(text: str) -> None:
    assert labelled(text) == {"sv": "Hej", "en": "Hi"}


def test_the_pages_that_may_be_translations() -> None:
    subpages = [
        "News/sv",
        "News/pt-br",
        "News/Archive",
        "News/sv/old",
        "News/2026",
        "Newsletter/sv",
    ]
    assert translations("News", subpages) == {"sv": "News/sv", "pt-br": "News/pt-br"}


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("News/sv", "sv"),
        ("News", ""),
        ("sv", ""),
        ("Project:A/B/zh-hans", "zh-hans"),
        ("A/B c", ""),
    ],
)
def test_the_language_that_a_title_ends_with(title: str, code: str) -> None:
    assert own_code(title) == code


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "again",
    [" ", "<tvar|a>", "<!--T:1", "<translate ", "<section begin=a ", "<section begin=", "\t"],
)
def test_hostile_pages_are_read_in_linear_time(again: str) -> None:
    for begin in ("", "<section begin="):
        text = begin + again * (200_000 // len(again))
        assert not labelled(text)
        source_text(text)
