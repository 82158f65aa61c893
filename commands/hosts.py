"""Whose event it is: who may see to it, and by which account the host is told something."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from commands.rules.authority import humans
from storage import events, linking, people, proposals
from storage.values import Event, Identity, Person


async def sees_to(session: AsyncSession, person: Person, event: Event) -> bool:
    """Return whether an event is a person's business: he registered it, or is a coordinator."""
    if person.coordinator_since is not None:
        return True
    return person.key in await _registrars(session, event)


async def host_of(
    session: AsyncSession, event: Event, *, networks: Collection[str]
) -> Identity | None:
    """Return by which account, on one of these networks, whoever brought an event is told.

    That is the one that proposed it, else the oldest of whoever registered it.
    """
    proposal = await proposals.get(session, event.number)
    if proposal is not None:
        return proposal.identity
    for person in await _registrars(session, event):
        for identity in await people.identities(session, person):
            if identity.network in networks:
                return identity
    return None


async def _registrars(session: AsyncSession, event: Event) -> tuple[int, ...]:
    """Return all persons that are the human who registered an event.

    Who was joined to another since then has left his accounts to the other.
    """
    registrar, _ = await events.origin(session, event.number)
    one = humans(await linking.links(session))
    same = (key for key, root in one.items() if root == one.get(registrar))
    return tuple(dict.fromkeys((registrar, *same)))
