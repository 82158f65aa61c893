"""The engine that asks hosts after their events, made of what the configuration says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.config import Config
from chatbot.rounds import Rounds
from chatbot.sections import ConfigError
from chatbot.spans import span
from commands.followingup import FollowingUp
from commands.rules.followup import FollowUpPolicy
from storage.database import Database
from storage.values import Destination


def follow_up_policy(config: Config) -> FollowUpPolicy:
    """Return when hosts are asked. Raises ConfigError naming the key."""
    chosen = config.follow_up
    spans = [span("follow_up.ask", each) for each in chosen.ask]
    spans.append(span("follow_up.give_up", chosen.give_up))
    if len(spans) < 2 or spans != sorted(set(spans)):
        raise ConfigError("follow_up.ask: spans after the end, each longer than the one before")
    return FollowUpPolicy(asks=tuple(spans[:-1]), give_up=spans[-1])


def follow_up_engine(
    *,
    database: Database,
    policy: FollowUpPolicy,
    networks: Collection[str],
    coordinators: Iterable[Destination],
    told: Callable[[], None],
    alarm: Alarm,
    clock: Clock,
    log: FilteringBoundLogger,
) -> Rounds:
    """Return what asks hosts; `told` is called after questions were planned."""
    following = FollowingUp(policy=policy, networks=networks, coordinators=coordinators)

    async def look(now: datetime) -> datetime | None:
        async with database.reading() as session:
            due_at = await following.awaited(session, now)
        if due_at is None or due_at > now:
            return due_at
        async with database.transaction() as session:
            due_at = await following.look(session, now)
        told()
        return due_at

    return Rounds(name="follow-up", look=look, alarm=alarm, clock=clock, log=log)
