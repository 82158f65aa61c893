"""Alembic migrations: one revision a change, working while the previous release still runs."""
