"""Hosts are asked how it went: once after the end, twice more, and then a coordinator is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.hosts import host_of
from commands.messages import Value, kept, line, reply
from commands.offsets import LONGEST_DURATION
from commands.rules.followup import (
    Ended,
    FollowUpPolicy,
    asked_again,
    ends,
    first_ask,
    missing,
    phrases,
)
from commands.spreading import tell
from storage import events, followups, notices, occurrences, wishes
from storage.values import (
    Destination,
    Event,
    EventState,
    FollowUp,
    FollowUpState,
    NoticeKind,
)


class FollowingUp:
    """Asks hosts about what is over, on the chat networks `networks`.

    `coordinators` are the channels told when nobody answers, or there is nobody to ask.
    """

    def __init__(
        self,
        *,
        policy: FollowUpPolicy,
        networks: Collection[str],
        coordinators: Iterable[Destination],
    ) -> None:
        self._policy = policy
        self._networks = networks
        self._coordinators = tuple(coordinators)

    async def awaited(self, session: AsyncSession, now: datetime) -> datetime | None:
        """Return when there is something to do next, `now` where there is already (UTC)."""
        ended, next_end = await self._ended(session, now)
        if ended:
            return now
        instants = (next_end, await followups.next_due(session))
        return min((each for each in instants if each is not None), default=None)

    async def look(self, session: AsyncSession, now: datetime) -> datetime | None:
        """Plan what is to be asked now. Return when there is something to ask next (UTC)."""
        ended, _ = await self._ended(session, now)
        for each in ended:
            await followups.begin(
                session,
                each.event.number,
                each.occurrence,
                ended_at=each.ended_at,
                due_at=first_ask(each.ended_at, self._policy),
            )
        for asked in await followups.due(session, now):
            await self._ask(session, asked, now)
        return await self.awaited(session, now)

    async def _ended(
        self, session: AsyncSession, now: datetime
    ) -> tuple[tuple[Ended, ...], datetime | None]:
        """Return what has ended and nobody was asked about, and when something ends next."""
        since = now - self._policy.reach
        # Whatever has ended since then began after this.
        earliest = since - LONGEST_DURATION
        shown = await followups.candidates(session, since=earliest)
        ended, next_end = ends(shown, since=since, before=now)
        begun = await followups.begun(session, since=earliest)
        new = (each for each in ended if (each.event.number, each.occurrence) not in begun)
        return tuple(new), next_end

    async def _ask(self, session: AsyncSession, asked: FollowUp, now: datetime) -> None:
        event = await events.get(session, asked.event)
        if event is None or event.state is EventState.CANCELLED or event.test:
            await followups.answer(session, asked.event, asked.occurrence, now)
            return
        after = asked_again(asked, now, self._policy)
        await followups.save(session, after)
        if after.state is FollowUpState.GIVEN_UP:
            said = reply(line("followup.no_answer", prefix="!", **_facts(event)))
            await tell(session, self._coordinators, said, now=now)
        else:
            await self._ask_host(session, event, after, now)

    async def _ask_host(
        self, session: AsyncSession, event: Event, asked: FollowUp, now: datetime
    ) -> None:
        known = await occurrences.get(session, event.number, asked.occurrence)
        key = "followup.ask" if asked.asked == 1 else "followup.ask_again"
        said = reply(
            line(key, missing=phrases(missing(known)), **_facts(event)),
            line("followup.how", number=event.number, prefix="!"),
        )
        host = await host_of(session, event, networks=self._networks)
        if host is None:
            await tell(session, self._coordinators, said, now=now)
            return
        await notices.plan(
            session,
            kind=NoticeKind.ANNOUNCEMENT,
            due_at=now,
            destination=wishes.told(host),
            once=f"follow-up:{event.number}:{asked.occurrence}:{asked.asked}",
            reply=kept(said),
        )


def _facts(event: Event) -> dict[str, Value]:
    return {"number": event.number, "title": event.title}
