"""Parameters of a message: each recipient's values, as literal text and nothing else."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.parameters import filled, named, values
from storage.runvalues import Particulars, Recipient, Run, RunState

PARTICULARS = Particulars(
    names={"svwiki": "Wikipedia"},
    event="Talk (2026-12-03 17:00 UTC)",
    event_link="https://example.org/talk?a=1",
)
RUN = Run(7, "Medicine", RunState.PROPOSED, 1, particulars=PARTICULARS)
ADA = Recipient(1, "svwiki", "Användardiskussion:Ada", "Ada", "", "")
MARKUP = re.compile(r"[\[\]{}<>|'*#:;=~/_\n]|--|https?:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello $user!", "Hello Ada!"),
        ("[[User:$user|$user]]", "[[User:Ada|Ada]]"),
        ("$wiki, $project", "Wikipedia, Medicine"),
        ("$event", "[https://example.org/talk?a=1 Talk (2026&#45;12-03 17&#58;00 UTC)]"),
        ("$$user costs $5 and $$$user", "$user costs $5 and $Ada"),
        ("$usher and $User stay", "$usher and $User stay"),
        ("{{x|$user}}$", "{{x|Ada}}$"),
    ],
)
def test_each_parameter_has_its_value(text: str, expected: str) -> None:
    found = filled(text, values(RUN, ADA).markup)
    assert html.unescape(found) == html.unescape(expected)


def test_in_plain_text_there_is_nothing_but_text() -> None:
    known = values(RUN, replace(ADA, user="O'Brien")).text
    assert filled("$user: $event", known) == "O'Brien: Talk (2026-12-03 17:00 UTC)"


def test_a_page_that_is_nobody_s_has_its_own_name() -> None:
    pump = Recipient(1, "metawiki", "Project:Village pump", None, "", "")
    assert filled("$user on $wiki", values(RUN, pump).text) == "Village pump on metawiki"


def test_an_address_that_is_none_makes_no_link() -> None:
    run = replace(RUN, particulars=replace(PARTICULARS, event_link="javascript:x y"))
    assert "[" not in values(run, ADA).markup["event"]


@pytest.mark.parametrize("odd", ["]", "[[X]]", "'''", "{{x}}", "<b>", "|", "~~~~", '"'])
def test_an_address_does_not_end_before_its_end(odd: str) -> None:
    link = f"https://example.org/{odd}/z"
    run = replace(RUN, particulars=replace(PARTICULARS, event_link=link))
    address = values(run, ADA).markup["event"].partition(" ")[0].removeprefix("[")
    assert address.startswith("https://example.org/")
    assert address.endswith("/z")
    assert not re.search(r"[\[\]{}<>|'~\"]", address)


@pytest.mark.parametrize(
    "name",
    [
        "]] [[User:Eve]]",
        "</nowiki>'''x'''",
        "{{subst:Delete}}",
        "~~~~",
        "__NOTOC__",
        "RFC 822",
        "PMID 1",
        "ISBN 978-3-16-148410-0",
        "-----",
        "-->",
        "$event",
        "* a",
        "== b ==",
        "https://spam.example",
        "a\nb",
        "\u202egnirts",
    ],
)
def test_no_name_becomes_markup(name: str) -> None:
    known = values(RUN, replace(ADA, user=name)).markup["user"]
    bare = re.sub(r"&#\d+;", "", known)
    assert not MARKUP.search(bare)
    assert not re.search(r"\b(?:RFC|PMID|ISBN) ", bare)
    assert html.unescape(known) == " ".join(re.sub("[\n\u202e]", " ", name).split())


@given(name=st.text(max_size=40), before=st.text("$user {}[]\n", max_size=10))
def test_a_value_is_not_looked_through_again(name: str, before: str) -> None:
    known = values(replace(RUN, name=name), replace(ADA, user="$project $$")).markup
    assert "&#36;project &#36;&#36;" in filled(f"{before}\n$user", known)
    assert filled("$project", known) == known["project"]


@given(st.text(max_size=60))
def test_whatever_somebody_is_called_it_is_shown_as_it_is(name: str) -> None:
    known = values(replace(RUN, name=name), ADA).markup["project"]
    assert not MARKUP.search(re.sub(r"&#\d+;", "", known))
    assert "\n" not in html.unescape(known)


def test_the_parameters_that_a_text_names() -> None:
    assert named("$user $$x $evnt $user") == ("user", "evnt")
