"""The catalogues are whole: each language has words for every key, in every form it needs."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from chatbot.catalogue import Catalogue, languages, read

FOLDER = Path(__file__).parent.parent.parent / "chatbot/locale"
LANGUAGES = languages()
ENGLISH = read("en")
# CLDR's order of plurals, in which the forms stand.
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
MARKS = re.compile("[\u2066\u2069]")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def spoken(language: str) -> Catalogue:
    return read(language)


@pytest.fixture
def file(language: str) -> Catalog:
    """The language's file, as babel reads it."""
    with (FOLDER / language / "LC_MESSAGES/bellringer.po").open("rb") as opened:
        return read_po(opened, locale=language)


def names(pattern: str) -> set[str]:
    """Return the placeholders of a pattern."""
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}


def test_these_languages_are_spoken() -> None:
    assert {"ar", "en", "es", "sv"} <= set(LANGUAGES)


def test_no_key_is_missing_and_none_is_left_over(spoken: Catalogue) -> None:
    assert set(spoken.patterns) == set(ENGLISH.patterns)


def test_no_form_is_empty(spoken: Catalogue) -> None:
    assert [key for key, forms in spoken.patterns.items() if not all(forms)] == []


def test_each_key_with_plurals_has_the_forms_that_the_language_needs(
    spoken: Catalogue, file: Catalog
) -> None:
    needed = {
        key: file.num_plurals if len(ENGLISH.patterns[key]) > 1 else 1 for key in ENGLISH.patterns
    }
    assert {key: len(forms) for key, forms in spoken.patterns.items()} == needed


def test_plurals_are_chosen_by_the_rules_of_cldr(language: str, spoken: Catalogue) -> None:
    rule = Locale.parse(language).plural_form
    numbers = range(1000)
    used = [each for each in CATEGORIES if each in {rule(number) for number in numbers}]
    assert [spoken.plural(number) for number in numbers] == [
        used.index(rule(number)) for number in numbers
    ]


def test_the_placeholders_are_those_of_the_english_words(spoken: Catalogue) -> None:
    """Only a form that stands for one number may leave the number out: two hours, `ساعتين`."""
    alone = {spoken.plural(0): {0}, spoken.plural(1): {1}, spoken.plural(2): {2}}
    for number in range(200):
        alone.get(spoken.plural(number), set()).add(number)
    may_be_silent = {form for form, numbers in alone.items() if len(numbers) == 1}
    for key, forms in spoken.patterns.items():
        wanted = names(ENGLISH.patterns[key][-1])
        for number, form in enumerate(forms):
            silent = {"count"} if len(forms) > 1 and number in may_be_silent else set()
            assert names(form) | silent == wanted | silent, (key, number)


def test_no_placeholder_is_positional_or_reaches_into_a_value(spoken: Catalogue) -> None:
    found = {name for forms in spoken.patterns.values() for form in forms for name in names(form)}
    assert found
    assert all(re.fullmatch(r"[a-z_]+", name) for name in found)


def test_keys_stand_in_the_order_of_the_english_file(spoken: Catalogue) -> None:
    assert list(spoken.patterns) == list(ENGLISH.patterns)


def test_what_is_typed_stands_between_marks_that_are_closed(spoken: Catalogue) -> None:
    for key, forms in spoken.patterns.items():
        for form in forms:
            assert re.fullmatch("(\u2066\u2069)*", "".join(MARKS.findall(form))), key


def test_in_arabic_every_command_stands_between_marks() -> None:
    for key, forms in read("ar").patterns.items():
        for form in forms:
            outside = re.sub("\u2066.*?\u2069", "", form)
            assert "{prefix}" not in outside, key
