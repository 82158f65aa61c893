"""History on the real command line: imported, shown, asked, and what goes wrong in words."""

import bz2
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.seat import seat
from tests.peers.history_dump import edit, write

CONFIG = """
[[irc]]
network = "libera"
host = "irc.example.org"
nick = "bellringer"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "bellringer.toml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write(tmp_path, "2026-10.enwiki.2023.tsv.bz2", [edit(), edit(revision_minor_edit=True)])


def command(config: Path, *words: str | Path) -> list[str]:
    history = [sys.executable, "-m", "chatbot.cli", "history"]
    return [*history, *map(str, words), "--config", str(config)]


def history(config: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(config, *words), capture_output=True, text=True, check=False, timeout=60
    )


def test_dumps_are_imported_once_and_shown(config: Path, dump: Path) -> None:
    assert "No history was imported yet." in history(config, "show").stdout
    imported = history(config, "import", dump)
    assert (imported.returncode, imported.stderr) == (0, "")
    assert "1 of 2 lines are edits that count; 0 lines were no events." in imported.stdout
    assert "was imported before" in history(config, "import", dump).stdout
    assert history(config, "show").stdout == "Snapshot 2026-10, files: 1, wikis: enwiki.\n"


def test_a_file_that_is_refused_is_told_and_fails_the_command(config: Path, dump: Path) -> None:
    refused = history(config, "import", dump.with_name("2026-10.svwiki.2023.tsv.bz2"), dump)
    assert refused.returncode == 1
    assert "2026-10.svwiki.2023.tsv.bz2 was not imported: No such file" in refused.stdout
    assert "1 of 2 lines" in refused.stdout


def test_contributors_are_listed_for_a_file_of_articles(
    config: Path, dump: Path, tmp_path: Path
) -> None:
    history(config, "import", dump)
    articles = tmp_path / "articles.tsv"
    articles.write_text("enwiki\tMalaria\nsvwiki\tYellow_fever\n")
    listed = history(config, "contributors", articles, "--edits", "1")
    assert listed.stdout.splitlines() == [
        "user\twikis\tpages\tedits\tchange\tadded\tlast_at",
        "Ada\t1\t1\t1\t100\t100\t2023-01-31 21:32:07+00:00",
    ]
    assert listed.stderr == "Not imported, so nobody is found there: svwiki.\n"
    later = history(config, "contributors", articles, "--edits", "1", "--since", "2023-02-01")
    assert later.stdout.splitlines()[1:] == []


def test_articles_that_cannot_be_read_are_told_with_their_line(
    config: Path, tmp_path: Path
) -> None:
    articles = tmp_path / "articles.tsv"
    articles.write_text("enwiki\tMalaria\nMalaria\n")
    refused = history(config, "contributors", articles)
    assert refused.returncode == 2
    assert "articles.tsv: line 2 is not a wiki, a tab and a title" in refused.stderr


def test_nothing_imported_is_told_with_what_to_do(config: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles.tsv"
    articles.write_text("enwiki\tMalaria\n")
    asked = history(config, "contributors", articles)
    assert asked.returncode == 1
    assert "bellringer history import" in asked.stderr


def test_nothing_heavy_is_loaded_before_history_is_asked() -> None:
    heavy = "{'ibis', 'duckdb', 'pyarrow', 'pandas', 'numpy', 'pyspark'}"
    loaded = f"import sys, chatbot.historian; print(*{heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []


def test_one_import_at_a_time(config: Path, dump: Path) -> None:
    folder = config.parent / "data" / "history"
    folder.mkdir(parents=True)
    with seat(folder):
        refused = history(config, "import", dump)
    assert refused.returncode == 1
    assert "Another import into" in refused.stdout


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Path]:
    """A file that is never read to its end, because nobody writes it: a pipe."""
    pipe = tmp_path / "2026-10.svwiki.2023.tsv.bz2"
    os.mkfifo(pipe)
    yield pipe
    pipe.unlink()


def test_a_killed_import_goes_on_where_it_was(config: Path, dump: Path, endless: Path) -> None:
    running = subprocess.Popen(
        command(config, "import", dump, endless, "--jobs", "2"),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None
    with endless.open("wb") as written:
        written.write(bz2.compress(edit(wiki="svwiki"))[:-9])
        written.flush()
        assert "1 of 2 lines" in running.stdout.readline()
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert "Snapshot 2026-10 is not whole" in history(config, "show").stdout
    endless.unlink()
    write(endless.parent, endless.name, [edit(wiki="svwiki")])
    again = history(config, "import", dump, endless).stdout
    assert "2026-10.enwiki.2023.tsv.bz2 was imported before." in again
    assert "1 of 1 lines" in again
    assert not list(config.parent.rglob("*unfinished"))
    shown = history(config, "show").stdout
    assert shown == "Snapshot 2026-10, files: 2, wikis: enwiki, svwiki.\n"
