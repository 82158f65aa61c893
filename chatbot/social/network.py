"""What a social network is to the bot: the interface that plug-ins provide, and its faults.

A package brings a further network by an entry point of the group `bellringer.social`, whose name
is what `network = "…"` says in the configuration, and whose object is called as `Opening` says:

    [project.entry-points."bellringer.social"]
    misskey = "bellringer_misskey:opened"

Everything here, and `commands.rules.socialtext`, stays as it is within a major version.
`deploy/examples/bellringer-misskey` is a whole plug-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from commands.rules.socialtext import Measure

GROUP = "bellringer.social"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who the bot is on a network.

    `server` is the address of the network's server, `user` the account's name there where that
    is asked for. `token` is the secret. `options` are the account's further settings, for
    networks that need some.
    """

    server: str
    user: str = ""
    token: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG) and what it shows, for those who do not see it."""

    png: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be posted: all of its words, in `language` (RFC 5646).

    `key` is the same however often this post is sent, and no other's. `made_at` is when it was
    first thought of (UTC). A network that shows links as cards is told of `link` what the card
    says: `title` and `summary`, both plain text.
    """

    key: str
    text: str
    language: str
    made_at: datetime
    link: str | None = None
    title: str = ""
    summary: str = ""
    picture: Picture | None = None


class Network(Protocol):
    """One account on one network."""

    @property
    def measure(self) -> Measure:
        """What the network takes: what its server last said, or before that what is usual."""
        ...

    def literal(self, text: str) -> str:
        """Return somebody's text so that the network finds no mention, tag or link in it.

        `commands.rules.socialtext.literal` is enough where only `@`, `#` and `://` mean something.
        """
        ...

    async def read_limits(self) -> None:
        """Ask the server what it takes. Raises Trouble."""
        ...

    async def post(self, outgoing: Outgoing) -> str:
        """Post, and return the address at which everybody reads it. Raises Trouble.

        To post the same `key` again must not make a second post if the network can prevent it.
        """
        ...

    async def find(self, outgoing: Outgoing) -> str | None:
        """Return the address of a post that stands already, None when it does not.

        Asked before a post is sent again of which it is not known whether it arrived. Raises
        Trouble.
        """
        ...

    async def whoami(self) -> str:
        """Return what the account is called there: the credentials are good. Raises Trouble."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Opening(Protocol):
    """What an entry point names: makes a network of an account's credentials.

    It connects to nothing yet. Raises ValueError, in words for the operator, when a setting that
    it needs is missing.
    """

    def __call__(self, credentials: Credentials) -> Network:
        """Return the network."""
        ...


class Trouble(Exception):  # noqa: N818 - a family of states of the world
    """Something that the network did not do; `reason` has no secret in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Away(Trouble):
    """Its server did not answer, or said that it cannot now.

    `unsure` says that a post may have arrived all the same.
    """

    def __init__(self, reason: str, *, unsure: bool) -> None:
        super().__init__(reason)
        self.unsure = unsure


class Throttled(Trouble):
    """It takes nothing more before `until` (UTC), as it says itself; None where it does not say."""

    def __init__(self, reason: str, *, until: datetime | None) -> None:
        super().__init__(reason)
        self.until = until


class LockedOut(Trouble):
    """It does not accept the credentials."""


class Refused(Trouble):
    """It takes this post neither now nor later."""
