"""What an edit says to us, by the page's text before and after it."""

import pytest

from commands.rules.answers import Edit, is_revert, mentions, said, said_in_section, unsigned
from commands.rules.plainwords import first_words

OURS = "== Tech talk ==\n\nThere will be a talk.\n\n<small>To unsubscribe, say so.</small>"
ABOVE = "Welcome.\n\n== Old ==\n\nText.\n\n"
BELOW = "\n\n== Other ==\n\nMore."
PAGE = ABOVE + OURS + BELOW
SIGNED = "Fine! [[User:Ada|Ada]] ([[User talk:Ada|talk]]) 12:00, 1 December 2026 (UTC)"


def edit(before: str, after: str, *tags: str) -> Edit:
    return Edit(OURS, before, after, tags)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (PAGE, ABOVE + OURS + f"\n:{SIGNED}" + BELOW, f":{SIGNED}"),
        (
            ABOVE + OURS + "\n:One" + BELOW,
            ABOVE + OURS + "\n:One\n::Two" + BELOW,
            "::Two",
        ),
        (PAGE, ABOVE + OURS.replace("a talk.", "a talk.\n:Where?") + BELOW, ":Where?"),
        (PAGE, ABOVE + OURS + "\n\n=== Sub ===\nyes" + BELOW, "=== Sub ===\nyes"),
        (
            PAGE,
            ABOVE + OURS.replace("a talk.", "no talk.") + "\n:No" + BELOW,
            "There will be no talk.\n:No",
        ),
        (PAGE, PAGE + "\n:Elsewhere", ""),
        (PAGE, PAGE + "\n\n== New ==\n\nText", ""),
        (PAGE, "Above.\n" + PAGE, ""),
        (PAGE, ABOVE + BELOW, ""),
        (PAGE, "", ""),
        ("", PAGE, ""),
        (PAGE, f"{OURS}\n\n{ABOVE}{BELOW}", ""),
        (PAGE.replace("== Tech talk ==", "== A talk =="), PAGE, ""),
        (PAGE, PAGE, ""),
    ],
)
def test_what_is_written_in_our_section_is_a_reply(before: str, after: str, words: str) -> None:
    assert said_in_section(edit(before, after)) == words


@pytest.mark.parametrize(
    ("before", "after", "tags", "revert"),
    [
        (PAGE, ABOVE + BELOW, ("mw-undo",), True),
        (PAGE, ABOVE.rstrip(), ("mw-rollback",), True),
        (PAGE, "", ("mw-manual-revert", "mobile edit"), True),
        (PAGE, ABOVE + BELOW, (), False),
        (PAGE, ABOVE + BELOW, ("mobile edit",), False),
        (ABOVE + OURS + "\n:x" + BELOW, PAGE, ("mw-undo",), False),
        (ABOVE, "Welcome.", ("mw-undo",), False),
        (PAGE, ABOVE + OURS, ("mw-rollback",), False),
    ],
)
def test_a_revert_takes_our_section_back_and_says_so(
    before: str, after: str, tags: tuple[str, ...], revert: bool
) -> None:
    assert is_revert(edit(before, after, *tags)) is revert


def test_what_is_written_anywhere_is_told_from_what_stood_there() -> None:
    assert said("A\nB\n", "A\nC\nB\nB") == "C\nB"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[User:Bellringer]], hello", True),
        ("[[Benutzer Diskussion:Bell_ringer|x]]", False),
        ("[[User talk:Bellringer#x|you]]", True),
        ("[[Bellringer]] [[User:Bellringers]]", False),
        ("Bellringer", False),
    ],
)
def test_who_links_to_us_speaks_to_us(text: str, found: bool) -> None:
    assert mentions(text, {"Bellringer"}) is found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SIGNED, "Fine!"),
        (f":: {SIGNED}", ":: Fine!"),
        ("No signature at 12:00", "No signature at 12:00"),
        ("Fine --[[User:Ada]] 09:15, 2 Dec 2026 (CET)", "Fine"),
        ("See [[Help:A|it]]! [[Användare:Ada_L|A]] 09.15, 2 dec 2026", None),
        ("See [[Help:A|it]]! [[Benutzerin:Ada|A]] 09.15, 2. Dez. 2026", "See [[Help:A|it]]!"),
        ("[[User:Bo|Bo]] 09:15, 2 Dec 2026 (CET)", None),
        ("[[User:Ada]] " * 40_000 + "x", None),
    ],
)
def test_a_signature_is_not_what_was_said(text: str, words: str | None) -> None:
    assert unsigned(text, "Ada") == (text if words is None else words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            ":: '''Yes''', see [[Help:Talk|this page]] and [[Other]].",
            "Yes, see this page and Other.",
        ),
        (
            "<!-- hidden -->{{ping|Bell|{{x}}}} hello<ref>note</ref> <b>you</b><br />!",
            "hello you !",
        ),
        ("[https://example.org here] [[File:A.png|thumb|B]] [[:Category:C]]", "here Category:C"),
        ("* one\n# two\n== three ==", "one two three"),
        ("a\r\nQUIT :b\x00", "a QUIT :b\x00"),
        ("x" * 200, "x" * 159 + "…"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("{{{{{{" * 1000, "{{{{{{" * 27),
        ("=" * 3000 + "x", "x"),
        ("", ""),
    ],
)
def test_first_words_are_what_a_reader_sees(text: str, words: str) -> None:
    assert first_words(text)[:159] == words[:159]
