"""One way to tell the coordinators' channels something."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Reply, kept
from storage import notices
from storage.values import Destination, NoticeKind


async def tell(
    session: AsyncSession,
    channels: Iterable[Destination],
    said: Reply,
    *,
    now: datetime,
    heard_in: Destination | None = None,
    kind: NoticeKind = NoticeKind.ANNOUNCEMENT,
    run: int | None = None,
) -> None:
    """Plan a notice for each of these channels, but for the one that hears it anyway."""
    for channel in channels:
        if channel != heard_in:
            await notices.plan(
                session,
                kind=kind,
                due_at=now,
                destination=channel,
                run=run,
                reply=kept(said),
            )
