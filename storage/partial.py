"""Indexes over a part of a table, for where schemas are made and compared.

They stand apart from their tables because their options load the dialects of all databases, which
is 2 MiB and 20 ms of a start.
"""

from __future__ import annotations

from sqlalchemy import Index

from storage.notices import NoticeRow
from storage.people import AppointmentRow

STANDING = Index(
    "ix_appointment_standing",
    AppointmentRow.person,
    unique=True,
    sqlite_where=AppointmentRow.until.is_(None),
    postgresql_where=AppointmentRow.until.is_(None),
)
"""A person has one appointment at a time."""

OPEN = Index(
    "ix_notice_open",
    NoticeRow.network,
    NoticeRow.wake_at,
    sqlite_where=NoticeRow.wake_at.is_not(None),
    postgresql_where=NoticeRow.wake_at.is_not(None),
)
"""Waking looks only at what is not settled."""
