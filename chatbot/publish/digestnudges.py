"""Asks organisers in private, some days before an issue, whether they plan another event."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.grammar import excerpt
from commands.messages import Button, Reply, kept, line, reply
from commands.rules.digestissuelines import LONGEST_TITLE
from commands.rules.nudging import LONG_AGO, Nudge, nudges
from storage import linking, notices, people, places
from storage import nudges as kept_nudges
from storage.issuevalues import Issue
from storage.values import Destination, Identity, NoticeKind, Person, Place


class Nudges:
    """Plans what organisers are asked. `networks` are those on which persons can be told."""

    def __init__(self, *, networks: Collection[str]) -> None:
        self._networks = networks

    async def plan(self, session: AsyncSession, issue: Issue, now: datetime) -> None:
        """Plan one private message for each organiser with nothing ahead, once for an issue."""
        organised = await kept_nudges.organised(session, since=now - LONG_AGO)
        refused = await kept_nudges.refused(session)
        holders = await _holders(session, {*refused, *(each.person for each in organised)})
        theirs = [replace(each, person=holders[each.person]) for each in organised]
        no = {holders[person] for person in refused}
        for each in nudges(theirs, refused=no, now=now):
            person = await people.get(session, each.person)
            where = await self._where(session, each.person)
            if where is not None:
                await notices.plan(
                    session,
                    kind=NoticeKind.ANNOUNCEMENT,
                    due_at=now,
                    destination=where,
                    once=f"nudge:{issue.code}:{each.person}",
                    reply=kept(_asked(each, person, issue)),
                )

    async def _where(self, session: AsyncSession, person: int) -> Destination | None:
        """Return where a person is told: by the first account on a network where that works."""
        for identity in await people.identities(session, person):
            if identity.network in self._networks:
                where = _at(identity)
                if where not in await places.lost(session, identity.network):
                    return where
        return None


async def _holders(session: AsyncSession, persons: Iterable[int]) -> dict[int, int]:
    """Return who holds the accounts by now of each person: who was joined to another has none."""
    joined = {old: new for new, old in await linking.links(session)}
    holders = {}
    for person in persons:
        holder, left = person, dict(joined)
        while holder in left and not await people.identities(session, holder):
            holder = left.pop(holder)
        holders[person] = holder
    return holders


def _at(identity: Identity) -> Destination:
    return Destination(identity.network, Place.PERSON, identity.account)


def _asked(nudge: Nudge, person: Person, issue: Issue) -> Reply:
    held = line(
        "nudge.held",
        count=nudge.count,
        title=excerpt(nudge.event.title, LONGEST_TITLE),
        held=nudge.held_at,
    )
    how = "nudge.register" if person.coordinator_since else "nudge.propose"
    return reply(
        held,
        line(how, due=issue.due_at, kind=nudge.event.kind, prefix="!"),
        line("nudge.stop", prefix="!"),
        buttons=(Button(line("nudge.button"), "nudge off"),),
    )
