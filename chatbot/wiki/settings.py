"""What the operator says about one wiki."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class BotPassword:
    """A bot password (Special:BotPasswords): `name` is the part after the @."""

    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnerOnlyOAuth:
    """The four values of an owner-only OAuth 1.0a consumer.

    Raises ValueError where the optional package that signs with them is not installed.
    """

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if find_spec("requests_oauthlib") is None:
            raise ValueError("OAuth needs another package: pip install 'bellringer[oauth]'")


@dataclass(frozen=True, slots=True)
class WikiSettings:
    """One wiki: where it is, who the bot is there, and how to behave.

    `api` is the full address of api.php. `contact` goes into the user agent, as the policy at
    https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy asks. `maxlag`, `connect` and
    `answer` (time-outs) are in seconds.
    """

    name: str
    api: str
    username: str
    credentials: BotPassword | OwnerOnlyOAuth
    contact: str
    optout_categories: tuple[str, ...] = ()
    """Besides the wiki's own, without the namespace."""
    messenger: str = "MediaWiki message delivery"
    """The account by which its MassMessage extension delivers ($wgMassMessageAccountUsername)."""
    maxlag: int = 5
    connect: float = 5.0
    answer: float = 30.0
