"""May this person do this, proven by which identity; and who is one human with whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum, auto

from storage.values import Identity, Person

TELEGRAM = "telegram"
"""The network of the Telegram bot, where the account is a numeric user id."""

POSED = frozenset({"1087968824", "777000", "136817688"})
"""By whom Telegram shows what groups and channels say, whoever it was (Bot API, Message)."""
_USER_ID = re.compile(r"[1-9][0-9]{0,15}")


class NoPerson(StrEnum):
    """Why an identity is nobody's; each is the end of the key `coordinators.no_person.…`."""

    POSED = "posed"
    NO_USER_ID = "no-user-id"


def no_person(identity: Identity) -> NoPerson | None:
    """Return why an identity can never be a person, None where it can."""
    if identity.network != TELEGRAM:
        return None
    if not _USER_ID.fullmatch(identity.account):
        return NoPerson.NO_USER_ID
    return NoPerson.POSED if identity.account in POSED else None


class Standing(Enum):
    """What an authorisation came to."""

    ALLOWED = auto()
    UNKNOWN = auto()
    """The network vouches for no account."""
    NO_COORDINATOR = auto()


def stands(
    identity: Identity | None, person: Person | None, *, coordinators_only: bool
) -> Standing:
    """Return whether someone whom the network vouches for may give such a command."""
    if identity is None:
        return Standing.UNKNOWN
    if coordinators_only and (person is None or person.coordinator_since is None):
        return Standing.NO_COORDINATOR
    return Standing.ALLOWED


def humans(links: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    """Map each person that was ever linked to the lowest key of all who are the same human.

    A person that the map lacks is a human of his own. Unlinking changes nothing here: whoever
    could once speak as two must never count as two.
    """
    roots: dict[int, int] = {}

    def root(key: int) -> int:
        while (above := roots.setdefault(key, key)) != key:
            key = above
        return key

    for one, other in links:
        low, high = sorted((root(one), root(other)))
        roots[high] = low
    return {key: root(key) for key in roots}
