"""What stands in a feed for readers: what comes soon, and what is over, with its recordings."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from structlog.typing import FilteringBoundLogger

from commands.messages import Moment, line
from commands.rules.icalendar import Address, Words, about, cancelled, changed_at
from commands.rules.showcase import Choice, Entry, Stage, entries
from storage.values import Shown

AHEAD = timedelta(days=90)
BACK = timedelta(days=60)
_MOST = 100
"""Of what comes, and of what is over."""
_MOST_OF_ONE = 3
"""Of a series, so many of the next: else a daily one would be all that a reader sees."""


@dataclass(frozen=True, slots=True)
class Item:
    """One occurrence. `identifier` is an IRI that stays the same, `text` all that is known."""

    entry: Entry
    stage: Stage
    identifier: str
    text: str
    changed_at: datetime
    page: str | None


@dataclass(frozen=True, slots=True)
class Items:
    """Makes items. An event that cannot be shown is left out, and put into the log."""

    words: Words
    address: Address
    log: FilteringBoundLogger

    def of(self, shown: Iterable[Shown], wanted: Choice, now: datetime) -> tuple[Item, ...]:
        """Return what comes, the next first, and then what is over, the last first."""
        found = [each for some in shown for each in self._entries(some, wanted, now)]
        found.sort(key=lambda entry: (entry.starts_at, entry.event.number))
        coming = [each for each in found if each.ends_at > now]
        over = [each for each in found if each.stage(now) is Stage.OVER]
        chosen = (*_few_of_each(coming), *reversed(over[-_MOST:]))
        return tuple(item for each in chosen if (item := self._item(each, now)))

    def _entries(self, shown: Shown, wanted: Choice, now: datetime) -> tuple[Entry, ...]:
        try:
            return entries((shown,), since=now - BACK, before=now + AHEAD, wanted=wanted)
        except Exception:
            # An odd event must not spoil the others.
            self.log.exception("feed.event_left_out", number=shown.event.number)
            return ()

    def _item(self, entry: Entry, now: datetime) -> Item | None:
        try:
            return self._made(entry, now)
        except Exception:
            # As above: its zone may be none.
            self.log.exception("feed.event_left_out", number=entry.event.number)
            return None

    def _made(self, entry: Entry, now: datetime) -> Item:
        return Item(
            entry,
            entry.stage(now),
            identifier(entry),
            "\n".join(self._sentences(entry)),
            changed_at(Shown(entry.event, (entry.known,))),
            self.address(entry.event.number, _which(entry)),
        )

    def _sentences(self, entry: Entry) -> Iterator[str]:
        event = entry.event
        when = Moment(entry.starts_at, event.zone)
        length = entry.ends_at - entry.starts_at
        yield self.words(line("feed.when", starts=when, duration=length, kind=event.kind))
        yield from map(self.words, cancelled(event))
        if event.description:
            yield f"\n{event.description}\n"
        yield from map(self.words, about(event, entry.known))


def identifier(entry: Entry) -> str:
    """Return the name of an occurrence for ever: a UUID as URN (RFC 9562), and which of a series.

    A single event keeps its name when it is moved.
    """
    event = entry.event
    try:
        name = uuid.UUID(event.uid)
    except ValueError:
        name = uuid.uuid5(uuid.NAMESPACE_OID, event.uid)
    if event.recurrence_rule is None:
        return name.urn
    return f"{name.urn}#{entry.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _which(entry: Entry) -> datetime | None:
    return None if entry.event.recurrence_rule is None else entry.starts_at


def _few_of_each(coming: Iterable[Entry]) -> list[Entry]:
    seen: Counter[int] = Counter()
    found = []
    for each in coming:
        seen[each.event.number] += 1
        if seen[each.event.number] <= _MOST_OF_ONE:
            found.append(each)
    return found[:_MOST]
