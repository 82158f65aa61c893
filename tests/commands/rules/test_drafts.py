"""Messages as people write them."""

import pytest

from commands.messages import Line, line
from commands.rules.drafts import Draft, from_chat, from_page
from commands.rules.message import check


@pytest.mark.parametrize(
    "text",
    [
        "== News ==\nHello\n=== More ===\nBye",
        "= News =\n\n\nHello\n=== More ===\nBye\n\n",
        "Subject: News\nHello\n=== More ===\nBye",
        "subject :News\n\nHello\n=== More ===\nBye",
        "<noinclude>{{doc}}\n== How ==\n</noinclude>\n== News ==\nHello\n=== More ===\nBye",
        "<!-- draft -->\n== News == <!-- x -->\nHello\n=== More ===\nBye<noinclude>\n[[X]]",
        "Draft <onlyinclude>== News ==\nHello\n</onlyinclude> so far "
        "<onlyinclude>=== More ===\nBye</onlyinclude>",
        "<includeonly>== News ==\n</includeonly>Hello\n=== More ===\nBye",
    ],
)
def test_a_page_gives_its_first_heading_as_subject_and_the_rest_as_body(text: str) -> None:
    assert from_page(text) == Draft("News", "Hello\n=== More ===\nBye")


def test_markup_of_a_subject_stays() -> None:
    assert from_page("== <nowiki>[a]</nowiki> [[b|c]] ==\nHello") == Draft(
        "<nowiki>[a]</nowiki> [[b|c]]", "Hello"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", line("message.no_subject")),
        ("Hello\n=== Third level ===", line("message.no_subject")),
        ("<pre>\n== News ==\n</pre>", line("message.no_subject")),
        ("Hello\n== News ==\nText", line("message.text_before_subject", number=2)),
    ],
)
def test_a_page_without_a_clear_subject_is_told(text: str, problem: Line) -> None:
    assert from_page(text) == problem


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("News | Hello", Draft("News", "Hello")),
        ("[[a|News]] {{b|c}}|Hello | all", Draft("[[a|News]] {{b|c}}", "Hello | all")),
        (
            "News | Hello // See: // * one // * two // Bye https://a//b",
            Draft("News", "Hello\n\nSee:\n* one\n* two\n\nBye https://a//b"),
        ),
        ("News |", Draft("News", "")),
    ],
)
def test_a_line_of_chat_gives_subject_and_body(text: str, draft: Draft) -> None:
    assert from_chat(text) == draft


def test_a_line_of_chat_without_a_body_is_told() -> None:
    assert from_chat("News [[a|b]]") == line("message.no_body")


@pytest.mark.timeout(10)
def test_a_hostile_page_is_read_in_linear_time() -> None:
    page = "Subject: A talk\n" + 50_000 * "<onlyinclude>" + 25_000 * "<b>" + 25_000 * "</i>"
    draft = from_page(page)
    assert isinstance(draft, Draft)
    assert len(check(draft).errors) == 50
