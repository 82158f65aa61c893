"""The domain's nouns as frozen values, free of SQLAlchemy, so that rules may import them.

Every instant is an aware `datetime` in UTC. Where a person chose a time zone, its IANA name
stands beside the instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks: a services account on a named network. Never a nick or a display name.

    `network` is the configured name ("libera", "console"), `account` is case-folded.
    """

    network: str
    account: str

    def __str__(self) -> str:
        """Return the form people type and read: `account@network`."""
        return f"{self.account}@{self.network}"


class Place(StrEnum):
    """What kind of address a destination has."""

    CHANNEL = "channel"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a line can be said.

    `address` is a channel's name, or for a person the services account: the transport finds
    the nick that is logged in to it at the moment of sending.
    """

    network: str
    place: Place
    address: str

    def __str__(self) -> str:
        """Return the form people type and read: `network/address`."""
        return f"{self.network}/{self.address}"
