"""Runs Alembic inside a connection that the caller opened, without any ini file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection


def config() -> Config:
    """Return Alembic's configuration for this folder."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("path_separator", "os")
    return settings


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database behind `connection` to a revision, in the caller's transaction."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)
