"""A Spark cluster answers what DuckDB answers, row by row, through the real command line."""

import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.history.importing import import_file
from chatbot.history.shelf import Shelf
from tests.peers.history_dump import edit, write

CONFIG = """
[[irc]]
network = "libera"
host = "irc.example.org"
nick = "bellringer"
"""
WIKIS = ["enwiki", "svwiki", "arwiki"]
PAGES = ["Malaria", "malaria", "Åska", "حمى", "C++ (\\n)", "'; DROP TABLE", "🦠", "Z"]
USERS = ["Ada", "ada", "Åsa", "علي", 'O\'Neil "x"', "🐈", "Zoë", "Zoe\u0308"]
BEGINNING = datetime(2023, 1, 1, tzinfo=UTC)
EDITS = 3000
WINDOW = ["--since", "2023-02-01", "--until", "2023-11-01"]
SPARK = ["--engine", "spark", "--master", "local[2]"]


def lines(dice: random.Random, wiki: str) -> list[bytes]:
    return [
        edit(
            wiki=wiki,
            event_user_text=dice.choices(USERS, range(1, len(USERS) + 1))[0],
            page_title=dice.choice(PAGES),
            event_timestamp=BEGINNING + timedelta(seconds=dice.randrange(365 * 86_400)),
            revision_text_bytes_diff=dice.choice([None, 0, dice.randrange(-900, 1200)]),
        )
        for _ in range(EDITS)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An operator's folder: two files for each wiki are imported, and articles are chosen."""
    folder = tmp_path_factory.mktemp("spark")
    dice = random.Random(9)
    for wiki in WIKIS:
        for year in ("2023", "2024"):
            file = write(folder, f"2026-10.{wiki}.{year}.tsv.bz2", lines(dice, wiki))
            import_file(file, Shelf(folder / "data" / "history"))
    topic = [f"{wiki}\t{page}" for wiki in [*WIKIS, "frwiki"] for page in PAGES[:-1]]
    (folder / "articles.tsv").write_text("\n".join(topic))
    (folder / "bellringer.toml").write_text(CONFIG)
    return folder


def asked(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command, told from far away, because zones should not matter."""
    files = [str(folder / "articles.tsv"), "--config", str(folder / "bellringer.toml")]
    return subprocess.run(
        [sys.executable, "-m", "chatbot.cli", "history", "contributors", *files, *options],
        env=os.environ | {"TZ": "Asia/Tokyo", "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def contributors(folder: Path, *options: str) -> list[str]:
    done = asked(folder, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_contributions_are_the_same_row_by_row(folder: Path) -> None:
    options = ["--by-article", "--edits", "1500", "--added", "9000000", *WINDOW]
    embedded = contributors(folder, *options)
    assert {row.split("\t")[1] for row in embedded[1:]} == set(USERS[-4:])
    assert contributors(folder, *options, *SPARK) == embedded


def test_contributors_are_the_same_row_by_row(folder: Path) -> None:
    embedded = contributors(folder, "--edits", "1")
    assert len(embedded) == 1 + len(USERS)
    assert contributors(folder, "--edits", "1", *SPARK) == embedded


def test_a_master_that_cannot_be_had_is_told_without_a_trace(folder: Path) -> None:
    done = asked(folder, "--engine", "spark", "--master", "nonsense")
    assert done.returncode == 1
    assert "That did not work: Spark: " in done.stderr
    assert "Traceback" not in done.stderr
