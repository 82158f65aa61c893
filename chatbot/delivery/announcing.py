"""Tells the coordinators' channels what becomes of runs while nobody asks."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.clock import Clock
from commands.messages import Reply, kept
from commands.policy import RunPolicy
from storage import notices
from storage.values import NoticeKind


class Announcing:
    """Plans notices in the transaction of what they tell of."""

    def __init__(self, *, policy: RunPolicy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    async def show(
        self,
        session: AsyncSession,
        said: Reply,
        *,
        run: int | None = None,
        progress: bool = False,
    ) -> None:
        """Tell all of them; mere progress only where no card shows it live."""
        for channel in self._policy.coordinators:
            if progress and channel.network in self._policy.live:
                continue
            await notices.plan(
                session,
                kind=NoticeKind.PROGRESS,
                due_at=self._clock(),
                destination=channel,
                run=run,
                reply=kept(said),
            )
