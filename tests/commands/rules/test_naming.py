"""What people are called, and what that never proves."""

import pytest

from commands.rules.naming import name_of, told
from storage.values import Identity, Person

ON_IRC = Identity("libera", "1234567")
ON_TELEGRAM = Identity("telegram", "1234567")


@pytest.mark.parametrize(
    ("known_as", "identity", "goes_by", "name"),
    [
        ("1234567", ON_TELEGRAM, "Bob Berg", "Bob Berg"),
        ("1234567", ON_TELEGRAM, " Bob\n\u202eBerg\u200b ", "Bob Berg"),
        ("1234567", ON_TELEGRAM, "x" * 60, "x" * 39 + "…"),
        ("1234567", ON_TELEGRAM, "\u200b", "1234567"),
        ("bob", ON_TELEGRAM, "alice", "bob"),
        ("1234567", ON_IRC, "alice", "1234567"),
    ],
)
def test_a_name_takes_the_place_of_a_number_alone(
    known_as: str, identity: Identity, goes_by: str, name: str
) -> None:
    assert name_of(Person(1, known_as), identity, goes_by) == name


@pytest.mark.parametrize(
    ("identity", "name", "shown"),
    [
        (ON_TELEGRAM, "Bob", "Bob (1234567@telegram)"),
        (ON_TELEGRAM, "1234567", "1234567@telegram"),
        (ON_IRC, "Bob", "1234567@libera"),
    ],
)
def test_a_number_is_told_with_the_name(identity: Identity, name: str, shown: str) -> None:
    assert told(identity, name) == shown
