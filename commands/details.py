"""What people say of an event beside its time, made fit to be kept and to be said again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from commands.grammar import excerpt, nearest, plain, straight
from commands.messages import Line, line
from commands.offsets import Misunderstood, duration
from commands.policy import EventPolicy
from storage.values import Destination, Event, Place

MOST_LETTERS = 200
MOST_VALUES = 10
MOST_OF_DESCRIPTION = 2000
MOST_PLACES = 100_000
FIELDS = (
    "speaker",
    "host",
    "link",
    "stream",
    "topic",
    "language",
    "about",
    "capacity",
    "channel",
)
EDITABLE = ("title", "kind", "duration", *FIELDS)
REPEATABLE = frozenset({"speaker", "topic", "channel"})

_BETWEEN_TOPICS = re.compile(r"\s*[,;]\s*|\s+(?=#)")
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*")
_CHANNEL = re.compile(r"[#&+!][^\s,:/]{1,49}")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something that cannot be kept: a sentence for whoever said it."""

    problem: Line


def described(
    event: Event, fields: Mapping[str, Sequence[str]], *, policy: EventPolicy, network: str
) -> Event | Unfit:
    """Return the event with these fields; an empty value clears a field.

    A channel that names no network is one of `network`.
    """
    reading = _Reading(policy, network)
    changes: dict[str, object] = {}
    try:
        for name, values in fields.items():
            attribute, read = reading.fields[name]
            changes[attribute] = read(name, [value for value in values if value.strip()])
    except _UnfitError as error:
        return Unfit(error.problem)
    if "channel" in fields:
        changes["usual"] = False
    return replace(event, **changes)  # type: ignore[arg-type]


def named_channel(given: str, *, policy: EventPolicy, network: str) -> Destination | Unfit:
    """Return the channel that is named; one that names no network is one of `network`."""
    try:
        return _Reading(policy, network).channel(given)
    except _UnfitError as error:
        return Unfit(error.problem)


def fit_text(name: str, given: str, most: int = MOST_LETTERS) -> str | Unfit:
    """Return text of at most `most` letters that can be said in one line."""
    try:
        return _one(name, [given], most) or ""
    except _UnfitError as error:
        return Unfit(error.problem)


def fit_link(name: str, given: str) -> str | Unfit:
    """Return an address that can be followed (http or https)."""
    try:
        return _link(name, [given]) or ""
    except _UnfitError as error:
        return Unfit(error.problem)


class _UnfitError(Exception):
    def __init__(self, problem: Line) -> None:
        super().__init__(problem.key)
        self.problem = problem


class _Reading:
    """Reads values by the names of their fields, each into an attribute of the event."""

    def __init__(self, policy: EventPolicy, network: str) -> None:
        self._policy = policy
        self._network = network
        self.fields: Mapping[str, tuple[str, Callable[[str, Sequence[str]], object]]] = {
            "title": ("title", self._title),
            "kind": ("kind", self._kind),
            "duration": ("duration", self._duration),
            "speaker": ("speakers", _several),
            "host": ("host", _one),
            "link": ("link", _link),
            "stream": ("stream", _link),
            "topic": ("topics", _topics),
            "language": ("language", _language),
            "about": ("description", _description),
            "capacity": ("capacity", _capacity),
            "channel": ("channels", self._channels),
        }

    def _title(self, name: str, values: Sequence[str]) -> str:
        title = _one(name, values)
        if not title:
            raise _UnfitError(line("details.no_title"))
        return title

    def _kind(self, _: str, values: Sequence[str]) -> str:
        given = values[0] if values else ""
        known = {plain(kind): kind for kind in self._policy.kinds}
        if plain(given) not in known:
            near = nearest(given, known) or tuple(known)
            raise _UnfitError(line("details.no_such_kind", given=excerpt(given), known=near))
        return known[plain(given)]

    def _duration(self, _: str, values: Sequence[str]) -> timedelta:
        found = duration(values[0] if values else "")
        if isinstance(found, Misunderstood):
            raise _UnfitError(found.problem)
        return found

    def _channels(self, _: str, values: Sequence[str]) -> tuple[Destination, ...]:
        names = [name for value in values for name in value.replace(",", " ").split()]
        return _few("channel", [self.channel(name) for name in names])

    def channel(self, given: str) -> Destination:
        """Return the channel that is named. Raises _UnfitError."""
        network, slash, name = given.rpartition("/")
        network = network if slash else self._network
        networks = {known.casefold(): known for known in self._policy.networks}
        if network.casefold() not in networks:
            known = self._policy.networks
            raise _UnfitError(
                line("details.no_such_network", network=excerpt(network), networks=known)
            )
        if not _CHANNEL.fullmatch(name):
            raise _UnfitError(line("details.no_channel", given=excerpt(given)))
        return self._joined(Destination(networks[network.casefold()], Place.CHANNEL, name))

    def _joined(self, channel: Destination) -> Destination:
        """Return the channel as the configuration spells it, where we can say something there."""
        places = {str(place).casefold(): place for place in self._policy.places}
        found = places.get(str(channel).casefold()) if places else channel
        if found is None:
            known = tuple(map(str, self._policy.places))
            raise _UnfitError(line("details.not_there", channel=str(channel), known=known))
        return found


def _one(name: str, values: Sequence[str], most: int = MOST_LETTERS) -> str | None:
    text = _clean(values[0]) if values else ""
    if len(text) > most:
        raise _UnfitError(line("details.too_long", field=name, most=most))
    return text or None


def _description(name: str, values: Sequence[str]) -> str | None:
    return _one(name, values, MOST_OF_DESCRIPTION)


def _capacity(_: str, values: Sequence[str]) -> int | None:
    given = _clean(values[0]) if values else ""
    if not given:
        return None
    if not given.isdecimal() or not 0 < int(given[:9]) <= MOST_PLACES:
        raise _UnfitError(line("details.no_capacity", given=excerpt(given), most=MOST_PLACES))
    return int(given)


def _several(name: str, values: Sequence[str]) -> tuple[str, ...]:
    return _few(name, [text for value in values if (text := _one(name, [value]))])


def _few(name: str, values: Sequence[T]) -> tuple[T, ...]:
    if len(values) > MOST_VALUES:
        raise _UnfitError(line("details.too_many", field=name, most=MOST_VALUES))
    return tuple(dict.fromkeys(values))


def _topics(name: str, values: Sequence[str]) -> tuple[str, ...]:
    words = [word for value in values for word in _BETWEEN_TOPICS.split(value)]
    topics = ["-".join(plain(word.lstrip("#")).split()) for word in words]
    return _several(name, [topic for topic in topics if topic])


def _link(name: str, values: Sequence[str]) -> str | None:
    link = _one(name, values)
    if link is None:
        return None
    try:
        parts = urlsplit(link)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in link
    except ValueError:
        sound = False
    if not sound:
        raise _UnfitError(line("details.no_link", field=name, given=excerpt(link)))
    return link


def _language(name: str, values: Sequence[str]) -> str | None:
    language = (_one(name, values) or "").casefold()
    if language and not _LANGUAGE.fullmatch(language):
        raise _UnfitError(line("details.no_language", given=excerpt(language)))
    return language or None


def _clean(text: str) -> str:
    """Return text without what is no text and what turns a line around."""
    return " ".join(straight(text).split())
