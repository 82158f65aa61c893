"""What imported history answers, computed by DuckDB."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatbot.history import engines
from chatbot.history.engines import HistoryError
from chatbot.history.importing import import_file
from chatbot.history.reading import Contributor, History
from chatbot.history.settings import HistorySettings
from chatbot.history.shelf import Shelf
from commands.census import Articles, Contribution, Window
from commands.rules.recipe import Significance
from commands.rules.significance import significant
from tests.peers.history_dump import Value, edit, write

EVER = Window()
MALARIA = Articles({"enwiki": ("Malaria", "Yellow fever"), "svwiki": ("Malaria",)})


def day(number: int) -> datetime:
    return datetime(2023, 3, number, 12, tzinfo=UTC)


def saved(wiki: str, user: str, page: str, on: int, change: Value) -> bytes:
    return edit(
        wiki=wiki,
        event_user_text=user,
        page_title=page,
        event_timestamp=day(on),
        revision_text_bytes_diff=change,
    )


LINES = {
    "enwiki": [
        saved("enwiki", "Ada", "Malaria", 1, 700),
        saved("enwiki", "Ada", "Malaria", 5, -100),
        saved("enwiki", "Ada", "Yellow_fever", 3, 20),
        saved("enwiki", "ada", "Malaria", 2, 1000),
        saved("enwiki", "Ada", "Cats", 9, 9000),
    ],
    "svwiki": [
        saved("svwiki", "Ada", "Malaria", 7, 400),
        saved("svwiki", "Åsa 🐈", "Malaria", 4, 50),
        saved("svwiki", "Åsa 🐈", "Yellow_fever", 4, 50),
    ],
}
ADA_ON_MALARIA = Contribution("enwiki", "Ada", "Malaria", 2, 600, 700, day(5))
ADA_ON_FEVER = Contribution("enwiki", "Ada", "Yellow fever", 1, 20, 20, day(3))
OTHER_ADA = Contribution("enwiki", "ada", "Malaria", 1, 1000, 1000, day(2))
ADA_IN_SWEDISH = Contribution("svwiki", "Ada", "Malaria", 1, 400, 400, day(7))
ASA = Contribution("svwiki", "Åsa 🐈", "Malaria", 1, 50, 50, day(4))


@pytest.fixture
def settings(tmp_path: Path) -> HistorySettings:
    return HistorySettings(folder=tmp_path / "history")


@pytest.fixture
def history(tmp_path: Path, settings: HistorySettings) -> History:
    for wiki, lines in LINES.items():
        file = write(tmp_path, f"2026-10.{wiki}.2023.tsv.bz2", lines)
        import_file(file, Shelf(settings.folder))
    return History(settings=settings)


async def test_contributions_to_a_topic_are_summed_by_account_and_article(history: History) -> None:
    found = await history.contributions(MALARIA, EVER)
    assert found == [ADA_ON_MALARIA, ADA_ON_FEVER, OTHER_ADA, ADA_IN_SWEDISH, ASA]


@pytest.mark.parametrize(
    ("window", "edits"),
    [
        (Window(since=day(5)), {"enwiki": 1, "svwiki": 1}),
        (Window(until=day(5)), {"enwiki": 3, "svwiki": 1}),
        (Window(since=day(3), until=day(4)), {"enwiki": 1}),
        (Window(since=day(8)), {}),
    ],
    ids=["since includes", "until excludes", "both", "nothing"],
)
async def test_only_edits_within_the_window_count(
    history: History, window: Window, edits: dict[str, int]
) -> None:
    found: dict[str, int] = {}
    for each in await history.contributions(MALARIA, window):
        found[each.wiki] = found.get(each.wiki, 0) + each.edits
    assert found == edits


async def test_humans_are_joined_by_name_before_it_is_asked_whether_they_did_enough(
    history: History,
) -> None:
    significance = Significance(edits=4, added=1000)
    assert await history.contributors(MALARIA, EVER, significance) == [
        Contributor("Ada", 2, 3, 4, 1020, 1120, day(7)),
        Contributor("ada", 1, 1, 1, 1000, 1000, day(2)),
    ]
    those = await history.contributions(MALARIA, EVER, significance)
    assert those == [ADA_ON_MALARIA, ADA_ON_FEVER, OTHER_ADA, ADA_IN_SWEDISH]


@pytest.mark.parametrize(
    "asked",
    [
        Significance(),
        Significance(edits=2, added=None),
        Significance(edits=None, added=1000),
        Significance(edits=None, added=None),
        Significance(edits=1, added=0),
    ],
    ids=str,
)
async def test_who_did_enough_is_told_as_the_rule_tells_it(
    history: History, asked: Significance
) -> None:
    everything = await history.contributions(MALARIA, EVER)
    those = set(significant(everything, asked, unified=True))
    expected = [each for each in everything if (each.wiki, each.user) in those]
    assert await history.contributions(MALARIA, EVER, asked) == expected


async def test_an_article_named_twice_counts_once(history: History) -> None:
    twice = Articles({"svwiki": ("Malaria", "Malaria")})
    assert await history.contributions(twice, EVER) == [ADA_IN_SWEDISH, ASA]


async def test_wikis_that_were_not_imported_are_told_and_add_nothing(history: History) -> None:
    assert history.missing(["svwiki", "frwiki", "dewiki"]) == ("dewiki", "frwiki")
    assert await history.contributions(Articles({"frwiki": ("Malaria",)}), EVER) == []


async def test_the_newest_snapshot_answers(
    history: History, tmp_path: Path, settings: HistorySettings
) -> None:
    assert history.snapshot == "2026-10"
    later = write(
        tmp_path, "2026-11.enwiki.2023.tsv.bz2", [saved("enwiki", "Eve", "Malaria", 1, 9)]
    )
    import_file(later, Shelf(settings.folder))
    assert history.snapshot == "2026-11"
    assert [each.user for each in await history.contributions(MALARIA, EVER)] == ["Eve"]
    assert history.missing(["svwiki"]) == ("svwiki",)


async def test_with_nothing_imported_the_operator_is_told_what_to_do(
    settings: HistorySettings,
) -> None:
    history = History(settings=settings)
    assert history.snapshot is None
    with pytest.raises(HistoryError, match="bellringer history import"):
        await history.contributions(MALARIA, EVER)


async def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda package: None)
    with pytest.raises(HistoryError, match=r"pip install 'bellringer\[history\]'"):
        await history.contributions(MALARIA, EVER)


async def test_what_the_engine_complains_of_is_told(
    history: History, settings: HistorySettings
) -> None:
    Shelf(settings.folder).files("2026-10", ["enwiki"])[0].write_bytes(b"no parquet")
    with pytest.raises(HistoryError, match="DuckDB: "):
        await history.contributions(MALARIA, EVER)
