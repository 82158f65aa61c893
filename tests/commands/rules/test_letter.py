"""What one recipient gets."""

from dataclasses import replace

import pytest

from commands.rules.letter import Letter, letter
from storage.runvalues import Particulars, Recipient, Run, RunState, Text

RUN = Run(
    number=7,
    name="Medicine",
    state=RunState.PROPOSED,
    created_by=1,
    subject="For $user",
    body="Hello $user!",
    footer="Because {reason}.",
    language="en",
    particulars=Particulars(right_to_left=("ar",)),
)
SWEDISH = Text("sv", "Till $user", "", "", "Hej $user!", "Eftersom {reason}.")
ARABIC = Text("ar", "إلى $user", "", "", "مرحبا", "لأن {reason}.")
ADA = Recipient(1, "svwiki", "Användardiskussion:Ada", "Ada", "", "you came", "", "en")


def test_the_own_text_has_the_recipient_s_values_and_reason() -> None:
    assert letter(RUN, [SWEDISH], ADA) == Letter(
        "For Ada", "For Ada", "Hello Ada!\n\nBecause you came."
    )


def test_a_text_in_the_page_s_language_is_not_marked() -> None:
    found = letter(RUN, [SWEDISH], replace(ADA, language="sv", page_language="sv"))
    assert found == Letter("Till Ada", "Till Ada", "Hej Ada!\n\nEftersom you came.")


@pytest.mark.parametrize(
    ("language", "page", "code", "direction"),
    [("", "sv", "en", "ltr"), ("sv", "nn", "sv", "ltr"), ("ar", "en", "ar", "rtl")],
)
def test_a_text_in_another_language_says_which_and_how_it_runs(
    language: str, page: str, code: str, direction: str
) -> None:
    found = letter(RUN, [SWEDISH, ARABIC], replace(ADA, language=language, page_language=page))
    assert found.heading == f'<span lang="{code}" dir="{direction}">{found.subject}</span>'
    opening, _, rest = found.body.partition("\n")
    assert opening == f'<div lang="{code}" dir="{direction}" class="mw-content-{direction}">'
    assert rest.endswith("you came.\n</div>")


@pytest.mark.parametrize(("own", "page"), [("", "sv"), ("en", ""), ("", "")])
def test_what_is_not_known_is_not_marked(own: str, page: str) -> None:
    found = letter(replace(RUN, language=own), [], replace(ADA, page_language=page))
    assert found.heading == "For Ada"


def test_names_are_markup_nowhere() -> None:
    found = letter(RUN, [], replace(ADA, user="]] ''Eve''", reason="[[x]]"))
    assert found.subject == "For ]] ''Eve''"
    assert "''" not in found.heading + found.body
    assert "<nowiki>[[x]]</nowiki>" in found.body


def test_a_reason_is_no_place_for_parameters() -> None:
    found = letter(replace(RUN, body="$wiki"), [], replace(ADA, reason="$user {reason}"))
    assert "Because <nowiki>$user {reason}</nowiki>." in found.body


def test_a_text_that_is_gone_is_no_other_text() -> None:
    with pytest.raises(LookupError, match="run 7 has no text in nb"):
        letter(RUN, [SWEDISH], replace(ADA, language="nb"))
