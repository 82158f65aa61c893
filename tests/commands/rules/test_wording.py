"""What stands behind a message in a command."""

import pytest

from commands.rules.wording import Wording, wording


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi | Come!", Wording("Hi | Come!")),
        ("Hej | Kom! | language: sv", Wording("Hej | Kom!", language="sv")),
        ("Hej | Kom! | Language : PT-BR ", Wording("Hej | Kom!", language="pt-br")),
        ("languages: sv, nb sv", Wording("", only=("sv", "nb"))),
        ("language: sv, nb", Wording("", only=("sv", "nb"))),
        ("without: de", Wording("", without=("de",))),
        ("language: en | languages: sv", Wording("", language="en", only=("sv",))),
        ("Hi | my language: it matters.", Wording("Hi | my language: it matters.")),
        ("Hi | Which language: Swedish?", Wording("Hi | Which language: Swedish?")),
        ("language: sv | Hi", Wording("language: sv | Hi")),
        ("", Wording("")),
    ],
)
def test_the_languages_behind_a_message_are_taken_off_it(text: str, expected: Wording) -> None:
    assert wording(text) == expected
