"""Delivery lists in the forms that people keep them in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.lists import Listed, Reading, Unread, read_file, read_members, read_page
from commands.wikis import PageText
from tests.commands.rules.sites import SITES


def page(text: str, model: str = "wikitext") -> Reading:
    return read_page(PageText("List", 4, 1, model, text), home="metawiki", sites=SITES)


def pages(reading: Reading) -> list[str]:
    return [f"{entry.wiki} {entry.title}" for entry in reading.listed]


def reasons(reading: Reading) -> list[tuple[int, str]]:
    return [(entry.line, entry.reason) for entry in reading.unread]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{{#target:User talk:X|en.example.org}}", "enwiki User talk:X"),
        ("* {{#target: User talk:x }} since 2020", "metawiki User talk:X"),
        ("{{#Target:User:X|sv.example.org}}", "svwiki Användardiskussion:X"),
        ("{{#target:Project:Village pump}}", "metawiki Meta:Village pump"),
        ("# {{target|user=X|site=https://en.example.org/wiki/}}", "enwiki User talk:X"),
        ("{{ Target | site = svwiki | user = x_y }}", "svwiki Användardiskussion:X y"),
        ("{{target | page = Wikipedia:Café | site = en.example.org}}", "enwiki Wikipedia:Café"),
        ("{{Template:Target|user=User:X}}", "metawiki User talk:X"),
        ("* {{mailing list member|user=X|inactive=no}}", "metawiki User talk:X"),
        ("* {{target|user=A=B|site=en.example.org}}", "enwiki User talk:A=B"),
        ("* [[User:X]]", "metawiki User talk:X"),
        ("[[user_talk:x|X]]", "metawiki User talk:X"),
        ("# '''[[User:X|X]]''' ([[User talk:X|talk]]) joined in 2020", "metawiki User talk:X"),
        ("* [[:sv:Användardiskussion:X]]", "svwiki Användardiskussion:X"),
        ("* [[w:sv:User talk:X]]", "svwiki Användardiskussion:X"),
        ("* [[sv:m:User:X]]", "metawiki User talk:X"),
        ("12. [[User:X]]", "metawiki User talk:X"),
        ("* <!-- [[User:Y]] --> [[User:X]] <nowiki>[[User:Z]]</nowiki>", "metawiki User talk:X"),
    ],
)
def test_each_form_of_entry_names_its_page(line: str, named: str) -> None:
    reading = page(f"{{{{Header}}}}\nWho gets our news:\n\n{line}\n[[Category:Lists]]\n")
    assert (pages(reading), reading.unread) == ([named], ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{{#target:User talk:X|xx.example.org}}", "site-unknown"),
        ("{{target|user=X|site=de.example.org}}", "site-unknown"),
        ("* [[:de:User talk:X]]", "site-unknown"),
        ("{{target|site=en.example.org}}", "names-nobody"),
        ("{{mailing list member|user=X|notarget=yes}}", "switched-off"),
        ("{{target|user=X|site=en.example.org", "unclosed"),
        ("* <s>[[User:X]]</s>", "struck-out"),
        ("* Jane Doe", "no-link"),
        ("* {{u|X}}", "unknown-template"),
        ("* [[Wikipedia:Newsletter]]", "not-a-user"),
        ("This list is kept by [[User:X]].", "in-sentence"),
        ("[[User:X]] keeps this list.", "in-sentence"),
    ],
)
def test_what_looks_like_an_entry_and_is_none_is_told_with_its_line(line: str, reason: str) -> None:
    reading = page(f"Intro\n\n{line}\n")
    assert (pages(reading), reasons(reading)) == ([], [(3, reason)])


def test_targets_are_found_in_tables_columns_and_over_several_lines() -> None:
    reading = page(
        "{{div col|\n* {{target|user=A}}\n}}\n"
        '{| class="wikitable"\n|-\n| {{target|user=B}} || {{target|user=C}}\n|}\n'
        "<div>\n{{target\n | user = D\n | site = enwiki\n}}\n</div>\n"
    )
    assert [entry.title.removeprefix("User talk:") for entry in reading.listed] == list("ABCD")
    assert [entry.line for entry in reading.listed] == [2, 6, 6, 9]


def test_links_in_a_table_and_after_line_breaks_are_entries() -> None:
    reading = page("{|\n|-\n| [[User:A]] || 2020\n|}\n[[User:B]]<br>[[User:C]], [[User:D]]")
    assert [entry.title for entry in reading.listed] == [f"User talk:{name}" for name in "ABCD"]


def test_a_second_name_on_a_line_counts_until_words_come_between() -> None:
    reading = page("* [[User:A]] · [[User:B]] (invited by [[User:C]])")
    assert pages(reading) == ["metawiki User talk:A", "metawiki User talk:B"]
    assert reading.unread == (Unread(1, "[[User:C]]", "in-sentence"),)


def test_links_among_targets_are_no_entries_and_a_listed_one_is_told() -> None:
    reading = page("Kept by [[User:Boss]].\n* {{target|user=A}}\n* [[User:B]]\n")
    assert pages(reading) == ["metawiki User talk:A"]
    assert reasons(reading) == [(3, "beside-targets")]


def test_a_title_that_is_none_is_kept_for_the_funnel_to_refuse() -> None:
    assert pages(page("{{#target:User talk:../X}}")) == ["metawiki User talk:../X"]


def test_a_massmessage_list_names_titles_and_sites() -> None:
    targets = [
        {"title": "User talk:A"},
        {"title": "User:B", "site": "sv.example.org"},
        {"title": "User talk:C", "site": "elsewhere.example.org"},
        {"site": "sv.example.org"},
        "User talk:D",
    ]
    text = json.dumps({"description": "x", "targets": targets})
    reading = page(text, "MassMessageListContent")
    assert pages(reading) == ["metawiki User talk:A", "svwiki Användardiskussion:B"]
    assert reasons(reading) == [(3, "site-unknown"), (4, "names-nobody"), (5, "names-nobody")]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"targets": {}}', '"targets"', "{"])
def test_a_broken_massmessage_list_is_told(text: str) -> None:
    assert reasons(page(text, "MassMessageListContent")) == [(0, "not-json")]


def test_a_page_of_another_kind_is_told() -> None:
    assert reasons(page("x", "javascript")) == [(0, "content-model")]


def test_the_members_of_a_category_are_entries_in_order() -> None:
    titles = ["Användare:A", "Användardiskussion:B", "Wikipedia:C", "Artikel"]
    reading = read_members(titles, home="svwiki", sites=SITES)
    assert [entry.title for entry in reading.listed] == [
        "Användardiskussion:A",
        "Användardiskussion:B",
        "Wikipedia:C",
        "Artikel",
    ]
    assert [entry.line for entry in reading.listed] == [1, 2, 3, 4]


def test_an_import_file_is_read_with_its_line_numbers() -> None:
    data = (
        "\ufeff# those who signed up in Berlin\r\n"
        "Wiki\tUser\r\n"
        "\r\n"
        "enwiki\tjane doe\r\n"
        "sv.example.org\tAnvändare:Åsa\r\n"
        "enwiki Jane\r\n"
        "xxwiki\tJane\r\n"
        "enwiki\t\r\n"
        "enwiki\tJane\t2020\r\n"
    ).encode() + b"enwiki\tJan\xe9\n enwiki \t Jane/Talk "
    reading = read_file(data, sites=SITES)
    assert reading.listed == (
        Listed("enwiki", "User talk:Jane doe", "enwiki\tjane doe", 4),
        Listed("svwiki", "Användardiskussion:Åsa", "sv.example.org\tAnvändare:Åsa", 5),
        Listed("enwiki", "User talk:Jane/Talk", "enwiki \t Jane/Talk", 11),
    )
    assert reasons(reading) == [
        (6, "not-two-fields"),
        (7, "site-unknown"),
        (8, "not-two-fields"),
        (9, "not-two-fields"),
        (10, "not-utf8"),
    ]


@given(st.lists(st.from_regex(r"[A-Z][a-z0-9]{1,8}", fullmatch=True), unique=True))
def test_nobody_of_a_list_is_lost_in_any_form(names: list[str]) -> None:
    expected = [f"User talk:{name}" for name in names]
    forms = [
        "".join(f"* {{{{target|user={name}|site=enwiki}}}}\n" for name in names),
        "".join(f"{{{{#target:User talk:{name}|en.example.org}}}}\n" for name in names),
        "".join(f"# [[w:User:{name}|]] ([[w:User talk:{name}|talk]])\n" for name in names),
    ]
    for text in forms:
        reading = page(text)
        assert [entry.title for entry in reading.listed] == expected
        assert not reading.unread
    data = "".join(f"enwiki\t{name}\n" for name in names).encode()
    assert [entry.title for entry in read_file(data, sites=SITES).listed] == expected


@given(st.text(alphabet="[]{}|=<>!-#*:\n Userlink target", max_size=80))
def test_any_text_at_all_is_read(text: str) -> None:
    lines = text.count("\n") + 1
    reading = page(text)
    found = [entry.line for entry in reading.listed] + [entry.line for entry in reading.unread]
    assert all(1 <= line <= lines for line in found)
