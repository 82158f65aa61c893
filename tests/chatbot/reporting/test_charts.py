"""Charts: well-formed and legible whatever they show, and pictures where pixels are wanted."""

from __future__ import annotations

import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chatbot.pixels import png
from chatbot.reporting.charts import drawn
from chatbot.reporting.counting import DAYS, MINUTES, slots
from chatbot.reporting.document import Bars, Column, Columns, Row, cell
from chatbot.reporting.svg import cut
from chatbot.text import Texts
from storage.database import Database
from tests.chatbot.reporting.reported import BEGUN, HOSTILE, big_run, reports
from tests.peers.pictures import shades, size

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Texts().words


def bars(*rows: tuple[str, tuple[int, ...]]) -> Bars:
    return Bars(
        "bars",
        cell("Title <&>"),
        cell("Description"),
        (cell("left"), cell("taken")),
        tuple(Row(cell(name), cell(sum(parts)), parts) for name, parts in rows),
    )


def columns(*heights: float) -> Columns:
    made = tuple(Column(cell(f"day {h}"), h, cell(h)) for h in heights)
    return Columns("columns", cell("Title"), cell("Description"), cell("unit"), made)


def boxes(svg: str) -> list[tuple[float, float]]:
    """Return where the boxes begin and how wide they are, without those of the legend."""
    found = ET.fromstring(svg).iter(f"{SVG}rect")
    places = [(float(each.attrib["x"]), float(each.attrib["width"])) for each in found]
    return [(x, width) for x, width in places if width != 12]


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    svg = drawn(bars(("all", (100, 0)), ("some", (25, 75))), WORDS, to_left=False)
    assert boxes(svg) == [(0, 480), (0, 120), (120, 360)]


def test_what_is_read_from_right_to_left_is_drawn_so() -> None:
    svg = drawn(bars(("all", (100, 0)), ("some", (25, 75))), WORDS, to_left=True)
    assert boxes(svg) == [(0, 480), (360, 120), (0, 360)]
    assert 'text-anchor="end"' in svg


def test_columns_stand_side_by_side() -> None:
    svg = drawn(columns(1, 2, 4), WORDS, to_left=False)
    assert [x for x, _ in boxes(svg)] == [0, 60, 120]
    heights = [each.attrib["height"] for each in ET.fromstring(svg).iter(f"{SVG}rect")]
    assert heights == ["37.5", "75", "150"]


@pytest.mark.parametrize("chart", [bars(), bars(("none", (0, 0))), columns(), columns(0)])
def test_nothing_can_be_drawn_too(chart: Bars | Columns) -> None:
    assert ET.fromstring(drawn(chart, WORDS, to_left=False)).tag == f"{SVG}svg"


def test_names_are_only_names_and_are_cut() -> None:
    root = ET.fromstring(drawn(bars((HOSTILE * 50, (1, 0))), WORDS, to_left=False))
    named = [each.text or "" for each in root.iter(f"{SVG}text")]
    assert {each.tag for each in root.iter()} == {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text")
    }
    assert max(map(len, named)) < 40
    assert root.findtext(f"{SVG}title") == "Title <&>"


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日…"),
    ],
)
def test_a_name_is_cut_by_the_room_it_takes(text: str, most: int, left: str) -> None:
    assert cut(text, most) == left


@pytest.mark.parametrize(
    ("minutes", "length", "count"),
    [([0], 1, 1), ([0, 59], 1, 60), ([0, 60], 2, 31), ([0, 60 * 24 * 365], 60 * 24 * 7, 53)],
)
def test_time_is_cut_into_few_slots(minutes: list[int], length: int, count: int) -> None:
    minute = MINUTES[0]
    found = slots((BEGUN + each * minute for each in minutes), MINUTES)
    assert found.length == length * minute
    assert len(found.counts) == count
    assert sum(each for _, each in found.counts) == len(minutes)


def test_nothing_happened_in_no_slot() -> None:
    assert slots([], DAYS).counts == ()


@pytest.mark.parametrize("name", ["Ada", "مرحبا", "日本語", HOSTILE])
def test_a_picture_in_pixels_shows_what_it_says(name: str) -> None:
    drawn_twice = [png(drawn(bars((each, (3, 1))), WORDS, to_left=False)) for each in (name, "")]
    with_name, without = drawn_twice
    assert with_name is not None
    assert size(with_name) == (992, 164)
    assert shades(with_name) > 20
    assert with_name != without


async def test_the_funnel_of_a_run_is_drawn(database: Database, tmp_path: Path) -> None:
    run = await big_run(database)
    picture = await reports(database, tmp_path).funnel(run.number)
    assert picture is not None
    assert size(picture) == (992, 348)


async def test_ten_thousand_recipients_take_seconds(database: Database, tmp_path: Path) -> None:
    run = await big_run(database, 10_000)
    begun = time.process_time()
    page, table, _ = await reports(database, tmp_path).write(run.number)
    assert time.process_time() - begun < 8
    assert page.stat().st_size < 1_000_000
    assert len(table.read_text().splitlines()) == 1 + 10_000 + 20
