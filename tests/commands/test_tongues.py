"""A language is found by its tag and by its names; a reader gets the nearest that there is."""

import pytest

from commands.tongues import chosen, find, own_name

KNOWN = ("en", "sv", "es", "ar")


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("sv", "sv"),
        ("SV", "sv"),
        ("sv_SE", "sv"),
        ("svenska", "sv"),
        ("Swedish", "sv"),
        ("  sueco ", "sv"),
        ("español", "es"),
        ("العربية", "ar"),
        ("arabiska", "ar"),
        ("\u2068العربية\u2069", "ar"),
        ("suomi", None),
        ("sw", None),
        ("", None),
    ],
)
def test_a_language_is_found_by_tag_and_name(words: str, tag: str | None) -> None:
    assert find(words, KNOWN) == tag


@pytest.mark.parametrize(
    ("tag", "served"),
    [
        ("sv", "sv"),
        ("es-419", "es"),
        ("pt-br", "pt-br"),
        ("pt-pt", "pt"),
        ("zh-hant-tw", None),
        ("en-", "en"),
        ("-", None),
        (None, None),
    ],
)
def test_the_nearest_language_serves(tag: str | None, served: str | None) -> None:
    assert chosen(tag, (*KNOWN, "pt", "pt-br")) == served


def test_languages_are_named_as_their_speakers_do() -> None:
    assert [own_name(tag) for tag in KNOWN] == ["English", "svenska", "español", "العربية"]
