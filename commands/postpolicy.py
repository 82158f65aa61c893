"""What the configuration decides about posts, and what is needed of a network to write for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from commands.messages import Line
from commands.rules.socialplan import Account
from commands.rules.socialtext import Measure, hashtag
from storage.values import Destination, Event


class Outlet(Protocol):
    """One account's network, as far as the words of a post go."""

    @property
    def measure(self) -> Measure:
        """What it takes, as its server last said."""
        ...

    def literal(self, text: str) -> str:
        """Return somebody's text so that the network finds no mention, tag or link in it."""
        ...


class Words(Protocol):
    """Makes a sentence of a language (an RFC 5646 tag, None for the configured one)."""

    def __call__(self, said: Line, *, language: str | None = None) -> str:
        """Return the sentence."""
        ...


def _public(link: str) -> bool:
    """Return whether others than whoever sits at this machine can follow a link."""
    host = urlsplit(link).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))


def _no_link(_event: Event, _at: datetime) -> str | None:
    return None


def _no_card(_event: Event, _at: datetime, _language: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPolicy:
    """How events are made known on social networks.

    `accounts` and their `outlets` go by the accounts' names. `link` returns the page of an
    event's occurrence, None where there is none, `alt` what its card shows, in a language. Drafts
    are made `ahead` of when they are due. `tags` are hashtags for every text, `topic_tags` more
    of them by topic. `languages` are those that the bot speaks.
    """

    words: Words
    languages: tuple[str, ...]
    accounts: Mapping[str, Account] = field(default_factory=dict)
    outlets: Mapping[str, Outlet] = field(default_factory=dict)
    link: Callable[[Event, datetime], str | None] = _no_link
    alt: Callable[[Event, datetime, str], str] = _no_card
    coordinators: tuple[Destination, ...] = ()
    ahead: timedelta = timedelta(days=14)
    tags: tuple[str, ...] = ()
    topic_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def address(self, event: Event, at: datetime) -> str | None:
        """Return where to read on: the event's page if the public reaches it, else its own link."""
        page = self.link(event, at)
        return page if page and _public(page) else event.link

    def hashtags(self, event: Event, own: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the hashtags for an event: an account's own, or else everybody's; its topics'."""
        topical = (tag for topic in event.topics for tag in self.topic_tags.get(topic, ()))
        found = (hashtag(each) for each in (*(own or self.tags), *topical))
        return tuple(dict.fromkeys(tag for tag in found if tag))
