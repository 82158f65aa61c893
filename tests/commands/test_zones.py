"""A time zone is found by the names that people know it by."""

from __future__ import annotations

import pytest

from commands.offsets import Misunderstood
from commands.zones import find, of_language


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("europe/stockholm", "Europe/Stockholm"),
        ("Stockholm", "Europe/Stockholm"),
        ("new york", "America/New_York"),
        ("america/argentina/ushuaia", "America/Argentina/Ushuaia"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
    ],
)
def test_a_zone_is_found(text: str, name: str) -> None:
    assert find(text) == name


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("Europe/Stokholm", "zone.unknown", "Europe/Stockholm"),
        ("Istanbul", "zone.unknown", "Europe/Istanbul"),
        ("nowhere at all", "zone.unknown", "UTC"),
        ("IST", "zone.unclear", "Asia/Kolkata"),
        ("CET", "zone.unclear", "Europe/Berlin"),
    ],
)
def test_what_is_no_zone_gets_the_likely_ones(text: str, key: str, values: str) -> None:
    refused = find(text)
    assert isinstance(refused, Misunderstood)
    assert refused.problem.key == key
    named = refused.problem.values.get("nearest") or refused.problem.values.get("candidates")
    assert isinstance(named, tuple)
    assert values in named


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("sv", "Europe/Stockholm"),
        ("sv-fi", "Europe/Helsinki"),
        ("en-gb", "Europe/London"),
        ("es", None),
        ("en", None),
        ("es-uy", "America/Montevideo"),
        ("zh-hant", None),
        ("tlh", None),
        ("no language", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_of_one_country_with_one_zone_suggests_it(
    tag: str | None, name: str | None
) -> None:
    assert of_language(tag) == name
