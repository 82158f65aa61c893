"""The operator's way, through the real command line in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

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


def bellringer(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chatbot.cli", *words, "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_coordinators_come_go_and_are_listed_and_stand_in_the_ledger(config: Path) -> None:
    assert "no coordinators yet" in bellringer(config, "coordinator", "list").stdout
    assert bellringer(config, "coordinator", "add", "Alice@libera").returncode == 0
    assert bellringer(config, "coordinator", "add", "bob@libera").returncode == 0
    listed = bellringer(config, "coordinator", "list").stdout.split()
    assert listed == ["alice@libera", "bob@libera"]
    assert bellringer(config, "coordinator", "remove", "bob@libera").returncode == 0
    again = bellringer(config, "coordinator", "remove", "bob@libera")
    assert again.returncode == 1
    verified = bellringer(config, "audit", "verify")
    assert verified.returncode == 0
    assert "3 entries" in verified.stdout


def test_an_account_without_its_network_is_refused_in_words(config: Path) -> None:
    refused = bellringer(config, "coordinator", "add", "alice")
    assert refused.returncode == 2
    assert "ACCOUNT@NETWORK" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused = bellringer(tmp_path / "nowhere.toml", "run")
    assert refused.returncode == 2
    assert "nowhere.toml" in refused.stderr


def test_a_ledger_changed_behind_its_back_fails_the_verification(config: Path) -> None:
    bellringer(config, "coordinator", "add", "alice@libera")
    engine = create_engine(f"sqlite:///{config.parent / 'data' / 'bellringer.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER ledger_no_update"))
        connection.execute(text("UPDATE ledger SET details = :d"), {"d": json.dumps({"x": 1})})
    engine.dispose()
    verified = bellringer(config, "audit", "verify")
    assert verified.returncode == 1
    assert "Entry 1 of the ledger was changed" in verified.stdout


def test_backup_and_restore_by_hand(config: Path, tmp_path: Path) -> None:
    bellringer(config, "coordinator", "add", "alice@libera")
    assert bellringer(config, "db", "backup", str(tmp_path / "copy")).returncode == 0
    bellringer(config, "coordinator", "add", "bob@libera")
    assert bellringer(config, "db", "restore", str(tmp_path / "copy")).returncode == 0
    assert bellringer(config, "coordinator", "list").stdout.split() == ["alice@libera"]
    assert bellringer(config, "db", "backup", str(tmp_path / "copy")).returncode == 1


def test_the_schema_is_brought_up_to_date_once(config: Path) -> None:
    assert "is now at revision" in bellringer(config, "db", "upgrade").stdout
    assert "the newest" in bellringer(config, "db", "upgrade").stdout


@pytest.fixture
def telegram(config: Path) -> Path:
    config.write_text(f"[telegram]\n{CONFIG}")
    return config


def test_people_of_telegram_are_named_by_their_number(telegram: Path) -> None:
    added = bellringer(telegram, "coordinator", "add", "1234567@telegram")
    assert "1234567@telegram is now a coordinator" in added.stdout


@pytest.mark.parametrize(
    ("account", "why"),
    [
        ("1087968824", "is not a person"),
        ("777000", "is not a person"),
        ("136817688", "is not a person"),
        ("ada", "is no Telegram user id"),
    ],
)
def test_whoever_telegram_poses_as_a_person_is_no_coordinator(
    telegram: Path, account: str, why: str
) -> None:
    refused = bellringer(telegram, "coordinator", "add", f"{account}@telegram")
    assert refused.returncode == 2
    assert why in refused.stderr


def test_the_bot_does_not_start_with_nobody_as_a_coordinator(
    telegram: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELLRINGER_TELEGRAM_TOKEN", "1:x")
    bellringer(telegram, "coordinator", "add", "1234567@telegram")
    engine = create_engine(f"sqlite:///{telegram.parent / 'data' / 'bellringer.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE identity SET account = '777000'"))
    engine.dispose()
    refused = bellringer(telegram, "run")
    assert refused.returncode == 2
    assert "777000@telegram is not a person" in refused.stderr
    assert bellringer(telegram, "coordinator", "remove", "777000@telegram").returncode == 0
