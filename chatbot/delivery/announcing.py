"""Tells the coordinators' channels what becomes of runs while nobody asks."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.clock import Clock
from commands.messages import Reply
from commands.policy import RunPolicy
from commands.spreading import tell
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
        policy = self._policy
        await tell(
            session,
            [
                each
                for each in policy.coordinators
                if not (progress and each.network in policy.live)
            ],
            said,
            now=self._clock(),
            kind=NoticeKind.PROGRESS,
            run=run,
        )
