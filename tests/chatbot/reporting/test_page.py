"""The report as a page: whole, safe whatever it says, and fit for every reader."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from storage.database import Database
from storage.runvalues import RunKind
from tests.chatbot.reporting.markup import Page
from tests.chatbot.reporting.reported import HOSTILE, big_run, reports
from tests.prepared import confirmed, recipients

KNOWN = (
    "html head meta title style body header h1 nav ol li a main div p section h2 ul figure"
    " figcaption pre table caption thead tbody tr th td bdi code svg desc rect text line"
)
STYLES = Path("chatbot/reporting/report.css")


async def page_of(
    database: Database, folder: Path, *, words: str = "Ada & Bo", language: str = "en"
) -> Page:
    run = await big_run(database, words=words)
    page, *_ = await reports(database, folder, language=language).write(run.number)
    return Page(page.read_text())


async def test_it_begins_with_a_summary_and_says_who_allowed_it_first(
    database: Database, tmp_path: Path
) -> None:
    page = await page_of(database, tmp_path)
    assert page.named("h1")[0].text == "Run 1: Ada & Bo"
    summary = page.named("p")[:4]
    assert "30 people were chosen, on 3 wikis: 24 delivered, 0 skipped, 6 failed" in summary[1].text
    assert "was confirmed by Ada & Bo, Ada & Bo" in summary[3].text
    headings = [each.text for each in page.named("h2")]
    assert headings[:3] == ["Who allowed this", "What was sent", "To whom, and why them"]


async def test_it_tells_everything_that_there_is_to_tell(
    database: Database, tmp_path: Path
) -> None:
    said = (await page_of(database, tmp_path)).named("main")[0].text
    for expected in (
        "Ada & Bo proposed it on Wed 2 Dec 2026 12:00 UTC",
        "Ada & Bo confirmed it on Wed 2 Dec 2026 12:00 UTC, on libera",
        "The community of enwiki allowed it: Ada & Bo (until Sat 5 Dec",
        "Ada & Bo objects since",
        "From [[Ada & Bo]] on metawiki",
        "held out, to measure the effect",
        "the page is protected",
        "24 messages in 3 minutes 16 seconds: 7.3 a minute",
        "mail to the coordinators",
        "sha256sum run-1.confirmed.json",
        "Signed up: 3 of 30",
    ):
        assert expected in " ".join(said.split()), expected


async def test_its_numbers_are_written_as_its_readers_do(
    database: Database, tmp_path: Path
) -> None:
    page = await page_of(database, tmp_path, language="sv")
    assert "24 meddelanden på 3 minuter 16 sekunder: 7,3 i minuten" in page.named("main")[0].text
    numbers = re.findall(r"\d+\.\d+", page.named("main")[0].text)
    assert numbers == []


@pytest.mark.parametrize("words", [HOSTILE, HOSTILE * 50], ids=["hostile", "10 kB"])
async def test_nothing_that_people_wrote_is_markup(
    database: Database, tmp_path: Path, words: str
) -> None:
    page = await page_of(database, tmp_path, words=words)
    assert page.problems == []
    assert {each.name for each in page.elements} <= set(KNOWN.split())
    attributes = {key for each in page.elements for key in each.attributes}
    assert not [key for key in attributes if key.startswith("on")]
    assert "<script>alert(1)</script>" in page.named("h1")[0].text


async def test_it_asks_nobody_for_anything(database: Database, tmp_path: Path) -> None:
    page = await page_of(database, tmp_path, words=HOSTILE)
    policy = next(each for each in page.named("meta") if "http-equiv" in each.attributes)
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    fetching = {"src", "srcset", "background", "poster", "data", "action", "ping"}
    assert not [each for each in page.elements if fetching & each.attributes.keys()]
    assert not re.search(r"url\(|@import", page.named("style")[0].text)
    links = [each.attributes["href"] for each in page.named("a")]
    assert {link.partition("/")[0] for link in links if not link.startswith("#")} == {"https:"}


async def test_headings_tables_and_pictures_are_read_aloud_well(
    database: Database, tmp_path: Path
) -> None:
    page = await page_of(database, tmp_path)
    levels = [int(each.name[1]) for each in page.elements if re.fullmatch("h[1-6]", each.name)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {each.attributes["scope"] for each in page.named("th")} == {"col", "row"}
    assert len(page.named("caption")) == len(page.named("table"))
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    pictures = page.named("svg")
    assert [each.attributes["role"] for each in pictures] == ["img"] * 4
    for each in pictures:
        assert set(each.attributes["aria-labelledby"].split()) <= set(ids)


async def test_each_text_has_its_own_language_and_direction(
    database: Database, tmp_path: Path
) -> None:
    page = await page_of(database, tmp_path)
    texts = [(each.attributes["lang"], each.attributes["dir"]) for each in page.named("pre")]
    assert texts == [("en", "ltr"), ("ar", "rtl"), ("sv", "ltr")]
    assert page.named("html")[0].attributes == {"lang": "en", "dir": "ltr"}


async def test_a_page_in_arabic_runs_from_right_to_left(database: Database, tmp_path: Path) -> None:
    page = await page_of(database, tmp_path, language="ar")
    assert page.named("html")[0].attributes == {"lang": "ar", "dir": "rtl"}


async def test_its_pictures_are_well_formed(database: Database, tmp_path: Path) -> None:
    page = await page_of(database, tmp_path, words=HOSTILE + "\ufffe\uffff")
    drawn = re.findall(r"<svg.*?</svg>", page.source, re.DOTALL)
    assert len([ET.fromstring(each) for each in drawn]) == 4


async def test_what_was_put_right_is_told_on_both_sides(database: Database, tmp_path: Path) -> None:
    run = await big_run(database)
    righting = await confirmed(
        database, recipients([("enwiki", "Ada")]), kind=RunKind.RETRACTION, of_run=run.number
    )
    made = reports(database, tmp_path)
    (page, *_), (earlier, *_) = [await made.write(each.number) for each in (righting, run)]
    assert (
        "takes back what run 1 (Ada & Bo) has written" in Page(page.read_text()).named("p")[0].text
    )
    assert (
        "Run 2 puts it right, and is being tried out."
        in Page(earlier.read_text()).named("p")[1].text
    )


async def test_a_draft_has_a_report_too(database: Database, tmp_path: Path) -> None:
    run = await confirmed(database, [], digest=None, proposed_at=None, started_at=None)
    page, *others = await reports(database, tmp_path).write(run.number)
    assert Page(page.read_text()).problems == []
    assert [each.suffix for each in others] == [".csv"]


async def test_what_was_confirmed_can_be_checked_by_anybody(
    database: Database, tmp_path: Path
) -> None:
    run = await big_run(database)
    *_, covered = await reports(database, tmp_path).write(run.number)
    assert hashlib.sha256(covered.read_bytes()).hexdigest() == run.digest


async def test_it_is_said_where_that_cannot_be_made_again(
    database: Database, tmp_path: Path
) -> None:
    run = await confirmed(database, recipients([("enwiki", "Ada")]))
    page, *others = await reports(database, tmp_path).write(run.number)
    assert "cannot be put together again now" in page.read_text()
    assert [each.suffix for each in others] == [".csv"]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_what_is_written_and_drawn_stands_out(scheme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", STYLES.read_text(), re.DOTALL)
    colours = {
        name: value if len(value) == 7 else f"#{''.join(2 * each for each in value[1:])}"
        for name, value in re.findall(r"--([\w-]+): (#\w+);", blocks[scheme])
    }
    for words in ("ink", "quiet", "link"):
        for paper in ("paper", "tint"):
            assert _contrast(colours[words], colours[paper]) >= 4.5, (words, paper)
    for shape in ("part-0", "part-1", "part-2"):
        assert _contrast(colours[shape], colours["paper"]) >= 3, shape
