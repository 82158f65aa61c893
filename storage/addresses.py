"""Where something is told, kept so that no account stands in it.

Accounts stand with their identities and nowhere else: what is told to a person is kept under
the key of the identity, and finds its account when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, String, cast, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.people import IdentityRow
from storage.values import Destination, Place


def is_kept_as(column: InstrumentedAttribute[str], destination: Destination) -> ColumnElement[bool]:
    """Return when a column of addresses means a destination."""
    if destination.place is not Place.PERSON:
        return column == destination.address
    key = select(cast(IdentityRow.key, String)).where(
        IdentityRow.network == destination.network, IdentityRow.account == destination.address
    )
    return column == key.scalar_subquery()


async def kept(
    session: AsyncSession, destinations: Iterable[Destination]
) -> Mapping[Destination, str]:
    """Return what to keep of each destination. Raises LookupError for an unknown account."""
    wanted = set(destinations)
    persons = {each for each in wanted if each.place is Place.PERSON}
    addresses = {each: each.address for each in wanted - persons}
    if persons:
        named = tuple_(IdentityRow.network, IdentityRow.account)
        rows = await session.execute(
            select(IdentityRow.network, IdentityRow.account, IdentityRow.key).where(
                named.in_([(each.network, each.address) for each in persons])
            )
        )
        for network, account, key in rows:
            addresses[Destination(network, Place.PERSON, account)] = str(key)
    if unknown := wanted - addresses.keys():
        raise LookupError(f"{len(unknown)} accounts are nobody's")
    return addresses


async def accounts(session: AsyncSession, keys: Iterable[str]) -> Mapping[str, str]:
    """Return the accounts of kept identities; who was forgotten is left out."""
    wanted = [int(key) for key in set(keys)]
    if not wanted:
        return {}
    rows = await session.execute(
        select(IdentityRow.key, IdentityRow.account).where(IdentityRow.key.in_(wanted))
    )
    return {str(key): account for key, account in rows}
