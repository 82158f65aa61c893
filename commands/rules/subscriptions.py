"""Where an event goes: to its own channels or else the usual ones, and to whoever subscribed.

A usual channel that has subscribed gets only what it subscribed to; a channel that an event names
gets it whatever else it wants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from commands.messages import Line, Value, line
from commands.rules.showcase import Choice, choice
from storage.values import Destination, Event, Place, Subscription

SUBSCRIBERS_OFFSETS = (timedelta(hours=1),)
"""How long before an event persons who subscribed are reminded, besides what they wish for."""

_LISTED = re.compile(r"\[\[([^\[\]]+)\]\]@(\S+)")
_FIELDS = ("kinds", "topics", "languages")


@dataclass(frozen=True, slots=True)
class Spread:
    """Where an event goes, each place once.

    `named` are channels that the event names, `usual` the configured ones of an event that names
    none, `subscribed` all others. `passed_over` have subscribed, and not to this event.
    """

    named: tuple[Destination, ...] = ()
    usual: tuple[Destination, ...] = ()
    subscribed: tuple[Subscription, ...] = ()
    passed_over: tuple[Subscription, ...] = ()

    @property
    def channels(self) -> tuple[Destination, ...]:
        """All channels and chats."""
        return (*self.named, *self.usual, *self._at(Place.CHANNEL))

    @property
    def persons(self) -> tuple[Destination, ...]:
        """The persons who subscribed, to be told in private."""
        return self._at(Place.PERSON)

    @property
    def pages(self) -> tuple[Destination, ...]:
        """The wiki pages that subscribed: they are written to by runs only."""
        return self._at(Place.PAGE)

    def _at(self, place: Place) -> tuple[Destination, ...]:
        found = (each.destination for each in self.subscribed)
        return tuple(each for each in found if each.place is place)


def spread(event: Event, subscriptions: Iterable[Subscription]) -> Spread:
    """Return where an event goes."""
    by_place = {each.destination: each for each in subscriptions}
    channels = tuple(
        each for each in dict.fromkeys(event.channels) if is_told(event, each, by_place.get(each))
    )
    others = [each for place, each in by_place.items() if place not in channels]
    return Spread(
        named=() if event.usual else channels,
        usual=channels if event.usual else (),
        subscribed=tuple(each for each in others if takes(each, event)),
        passed_over=tuple(each for each in others if not takes(each, event)),
    )


def is_told(event: Event, destination: Destination, subscription: Subscription | None) -> bool:
    """Return whether a destination is to be told of an event; it subscribed so, or not at all."""
    if destination not in event.channels:
        return subscription is not None and takes(subscription, event)
    return not event.usual or subscription is None or takes(subscription, event)


def takes(subscription: Subscription, event: Event) -> bool:
    """Return whether an event is among what is subscribed to: no test is, and no proposal."""
    return event.public and chosen(subscription).takes(event)


def chosen(subscription: Subscription) -> Choice:
    """Return the choice that a subscription is."""
    return choice(subscription.kinds, subscription.topics, subscription.languages)


def joined(had: Subscription | None, asked: Subscription) -> Subscription:
    """Return a subscription to more: what is asked for is added to what there is of its sort."""
    if had is None or is_everything(asked):
        return asked
    return _by_field(asked, lambda name: (*getattr(had, name), *getattr(asked, name)))


def without(had: Subscription, unwanted: Subscription) -> Subscription | None:
    """Return what is left of a subscription; None where nothing is.

    Where all topics go, for one, the rest would ask for every topic: so nothing is left.
    """
    left = _by_field(had, lambda name: _lacking(getattr(had, name), getattr(unwanted, name)))
    emptied = any(getattr(had, name) and not getattr(left, name) for name in _FIELDS)
    return None if emptied else left


def is_everything(subscription: Subscription) -> bool:
    """Return whether it asks for all events."""
    return not any(getattr(subscription, name) for name in _FIELDS)


def in_words(subscription: Subscription) -> Line:
    """Return as a phrase what is subscribed to."""
    topics = tuple(f"#{topic}" for topic in subscription.topics)
    parts: list[Value] = []
    if subscription.kinds:
        parts.append(line("subscription.kinds", kinds=subscription.kinds))
    if topics:
        parts.append(line("subscription.topics", topics=topics))
    if subscription.languages:
        parts.append(line("subscription.languages", languages=subscription.languages))
    return line("subscription.some", parts=tuple(parts)) if parts else line("subscription.all")


def as_typed(subscription: Subscription) -> str:
    """Return what is subscribed to as people type it, without the command; empty for all."""
    fields = (
        ("topic", subscription.topics),
        ("kind", subscription.kinds),
        ("language", subscription.languages),
    )
    return " ".join(f"{name}: {', '.join(values)}" for name, values in fields if values)


def listed_as(page: Destination) -> str:
    """Return how a page that subscribed stands in an audience; `listed_page` finds it again."""
    return f"[[{page.address}]]@{page.network}"


def listed_page(as_listed: str) -> Destination | None:
    """Return the page that stands so in an audience, None where it is no page that subscribed."""
    found = _LISTED.fullmatch(as_listed)
    return Destination(found[2], Place.PAGE, found[1]) if found else None


def place_in_words(destination: Destination) -> Line:
    """Return as a phrase who or what subscribed."""
    if destination.place is Place.PAGE:
        page = f"[[{destination.address}]]"
        return line("subscription.page", page=page, wiki=destination.network)
    if destination.place is Place.PERSON:
        account = f"{destination.address}@{destination.network}"
        return line("subscription.person", account=account)
    return line("subscription.channel", channel=str(destination))


def _by_field(base: Subscription, values: Callable[[str], Iterable[str]]) -> Subscription:
    kinds, topics, languages = (tuple(dict.fromkeys(values(name))) for name in _FIELDS)
    return replace(base, kinds=kinds, topics=topics, languages=languages)


def _lacking(had: Sequence[str], unwanted: Sequence[str]) -> Sequence[str]:
    gone = {each.casefold() for each in unwanted}
    return [each for each in had if each.casefold() not in gone]
