"""What people are called: by their account, or where that is a number by the name they go by."""

from __future__ import annotations

from commands.grammar import excerpt, straight, visible
from commands.rules.authority import TELEGRAM
from storage.values import Identity, Person

_LONGEST = 40


def name_of(person: Person, identity: Identity, goes_by: str) -> str:
    """Return what to call somebody who speaks as `identity` and goes by some name there.

    A name proves nothing, so it never takes the place of another; only of a number.
    """
    if identity.network != TELEGRAM or person.name != identity.account:
        return person.name
    spoken = " ".join(visible(straight(goes_by)).split())
    return excerpt(spoken, _LONGEST) if spoken else person.name


def told(identity: Identity, name: str) -> str:
    """Return an identity as people know it: `alice@libera`, `Bob (1234567@telegram)`."""
    numbered = identity.network == TELEGRAM and name != identity.account
    return f"{name} ({identity})" if numbered else str(identity)
