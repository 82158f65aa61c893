"""Whether a message is fit to stand on somebody's talk page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.messages import Line
from commands.rules.drafts import Draft
from commands.rules.message import check
from commands.wikis import Rendered

GOOD = (
    "Hello {{PAGENAME}},\n\n* [[Help:Contents|help]] and [[:Category:Talks]]\n"
    "=== Where ===\n{| class='x'\n|-\n| a || {{b|\n|}}\n|}\n"
    "<div style='color:red'>a<br>b<br />c</div> <references /> <span id='x' />\n"
    "<nowiki>~~~~ <b> {{ [[ {{subst:x}}</nowiki> <!-- ~~~~ == x == -->\n"
    "<pre>\n== no heading ==\n</pre>\n<b><i>crossed</b></i> a == b ~~\n"
    "{{{x}}} {{a|{{b}}}} {{{{c}}}} <li>open <unknown> 1 < 2"
)


def keys(lines: tuple[Line, ...]) -> list[str]:
    return [line.key.removeprefix("message.") for line in lines]


def place(line: Line) -> object:
    where = line.values["where"]
    assert isinstance(where, Line)
    return where.values.get("number", where.key)


def test_an_ordinary_message_is_fit() -> None:
    findings = check(Draft("Tech talk: [[Help:Bots|bots]]", GOOD))
    assert (findings.errors, findings.warnings) == ((), ())


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("", "subject_empty"),
        (" \t", "subject_empty"),
        ("å" * 121, "subject_too_long"),
        ("one\ntwo", "subject_line_break"),
        ("one\u2028two", "subject_line_break"),
        ("signed ~~~~", "tildes"),
        ("<b>bold", "unclosed_tag"),
        ("a <!-- b", "unclosed_comment"),
        ("{{subst:x}}", "subst"),
        ("{{x", "unbalanced"),
    ],
)
def test_a_bad_subject_is_refused(subject: str, problem: str) -> None:
    assert keys(check(Draft(subject, "Text")).errors) == [problem]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("<!-- never ends", "unclosed_comment"),
        ("<div class='x'>", "unclosed_tag"),
        ("<div />", "unclosed_tag"),
        ("<nowiki>~~", "unclosed_tag"),
        ("<small><small>a</small>", "unclosed_tag"),
        ("a</div>", "stray_tag"),
        ("{|", "unbalanced"),
        ("|}", "unbalanced"),
        ("{{x|{{y}}", "unbalanced"),
        ("x}}", "unbalanced"),
        ("~~~", "tildes"),
        ("-- ~~~~~", "tildes"),
        ("<ref>~~~~</ref>", "tildes"),
        ("{{ SafeSubst:x}}", "subst"),
        ("== Next ==", "heading"),
        ("= Next = <!-- x -->", "heading"),
        ("== Next ===", "heading"),
    ],
)
def test_what_reaches_beyond_the_section_or_changes_at_the_save_is_refused_with_its_line(
    line: str, problem: str
) -> None:
    errors = check(Draft("Subject", f"Hello,\n\n{line}\n")).errors
    assert (keys(errors), [place(error) for error in errors]) == ([problem], [3])


def test_an_empty_body_is_refused() -> None:
    assert keys(check(Draft("Subject", "\n ")).errors) == ["body_empty"]


@pytest.mark.parametrize("text", ["[[Help:Bots", "Bots]]"])
def test_half_a_link_is_a_warning(text: str) -> None:
    findings = check(Draft("Subject", text))
    assert (keys(findings.errors), keys(findings.warnings)) == ([], ["unbalanced"])


def test_what_the_wiki_makes_of_it_is_told() -> None:
    rendered = Rendered(
        text="",
        categories=("Talks",),
        language_links=("de:Vortrag",),
        missing=("Template:Nope",),
        transcluded={},
        users=("Alice", "Jane", "Bellringer", "Carol"),
        warnings=("Too many includes",),
    )
    findings = check(Draft("Subject", "Text"), rendered, spared={"Alice", "Bellringer"})
    assert keys(findings.errors) == ["missing_page"]
    assert keys(findings.warnings) == ["pings", "category", "language_link", "wiki_warning"]
    assert findings.warnings[0].values == {"count": 2, "users": ("Jane", "Carol")}


@given(st.text(max_size=100), st.text(alphabet="<>/!-b{}[]|=~\n: nowikdv", max_size=100))
def test_any_text_at_all_is_judged(subject: str, body: str) -> None:
    findings = check(Draft(subject, body))
    assert all(line.key.startswith("message.") for line in findings.errors + findings.warnings)
