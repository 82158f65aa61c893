"""A backup holds what stood at its moment; restoring brings exactly that back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatbot.backup import BackupError, backup, restore
from storage import ledger
from storage.database import Database

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def write(url: str, subject: str) -> None:
    database = Database.open(url)
    async with database.transaction() as session:
        await ledger.append(session, at=NOW, actor=None, action="test", subject=subject)
    await database.close()


async def subjects(url: str) -> list[str]:
    database = Database.open(url)
    async with database.reading() as session:
        found = [entry.subject for entry in reversed(await ledger.latest(session, 50))]
        _, broken = await ledger.verify(session)
    await database.close()
    assert broken == ()
    return found


async def test_what_was_backed_up_comes_back_and_later_things_go(
    migrated_url: str, tmp_path: Path
) -> None:
    await write(migrated_url, "before")
    backup(migrated_url, tmp_path / "copy")
    await write(migrated_url, "after")
    restore(migrated_url, tmp_path / "copy")
    assert await subjects(migrated_url) == ["before"]


async def test_a_backup_never_overwrites(migrated_url: str, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        backup(migrated_url, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


async def test_others_cannot_read_a_backup(migrated_url: str, tmp_path: Path) -> None:
    backup(migrated_url, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [None, b"no database"])
async def test_what_is_no_backup_changes_nothing(
    migrated_url: str, tmp_path: Path, content: bytes | None
) -> None:
    await write(migrated_url, "before")
    if content is not None:
        (tmp_path / "copy").write_bytes(content)
    with pytest.raises(BackupError):
        restore(migrated_url, tmp_path / "copy")
    assert await subjects(migrated_url) == ["before"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_stood_before_a_restore_is_kept_beside(
    migrated_url: str, tmp_path: Path
) -> None:
    backup(migrated_url, tmp_path / "copy")
    await write(migrated_url, "after")
    restore(migrated_url, tmp_path / "copy")
    assert await subjects(f"{migrated_url}.before-restore") == ["after"]
