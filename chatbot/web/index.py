"""The programme by month, so that a page looks at its own days only, however long the programme.

Each edition is compared with the one before, and only what was changed is put elsewhere. A month is
worked out when somebody first asks for it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from chatbot.programme import Edition
from commands.rules.sheet import first_of_month, midnight, month_after
from commands.rules.showcase import Entry, entries
from storage.values import Event, Shown

_MOST_MONTHS = 60
_AT_ONCE = 50
"""So many series are followed through the years before others have their turns."""
_TOO_MANY = 500
"""So many changes at once, and all months are worked out anew instead."""


class Index:
    """What of the programme takes place when.

    `version` is the edition that was taken in last. Everything is for the event loop's thread,
    and what is returned may be read in any.
    """

    def __init__(self) -> None:
        self.version = -1
        self.kinds: Counter[str] = Counter()
        self.topics: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self._events: Mapping[int, Shown] = MappingProxyType({})
        self._series: set[int] = set()
        self._single: dict[date, set[int]] = {}
        self._months: OrderedDict[date, tuple[Entry, ...]] = OrderedDict()

    def take(self, edition: Edition) -> None:
        """Take an edition in; the same one again costs nothing."""
        if edition.version == self.version:
            return
        old, new = self._events, edition.events
        changed = [number for number in new if new[number] is not old.get(number)]
        changed += [number for number in old if number not in new]
        if len(changed) > _TOO_MANY:
            self._months.clear()
        for number in changed:
            self._replace(number, new.get(number))
        self._events = new
        self.version = edition.version

    def get(self, number: int) -> Shown | None:
        """Return a public event by its number."""
        return self._events.get(number)

    async def prepare(self, since: datetime, before: datetime) -> None:
        """Work out in slices what `between` is about to be asked for."""
        month = first_of_month(since.astimezone(UTC).date())
        while midnight(month) < before:
            if month not in self._months:
                await self._work_out(month)
            month = month_after(month)

    async def _work_out(self, month: date) -> None:
        version, found = self.version, list[Entry]()
        for number in range(0, len(numbers := self._numbers(month)), _AT_ONCE):
            some = numbers[number : number + _AT_ONCE]
            found += _taking_place((self._events[each] for each in some), month)
            await asyncio.sleep(0)
            if self.version != version:
                return
        self._keep(month, tuple(sorted(found, key=_order)))

    def between(self, since: datetime, before: datetime) -> tuple[Entry, ...]:
        """Return what has not ended by `since` and starts before `before` (UTC), by start."""
        month, found = first_of_month(since.astimezone(UTC).date()), []
        while midnight(month) < before:
            earlier = midnight(month)
            for entry in self._month(month):
                # What reaches into a second month stands in both.
                twice = entry.starts_at < earlier and since < earlier
                if not twice and entry.starts_at < before and entry.ends_at > since:
                    found.append(entry)
            month = month_after(month)
        return tuple(found)

    def _month(self, month: date) -> tuple[Entry, ...]:
        if month in self._months:
            self._months.move_to_end(month)
            return self._months[month]
        found = _taking_place((self._events[number] for number in self._numbers(month)), month)
        return self._keep(month, found)

    def _numbers(self, month: date) -> list[int]:
        return list(self._series | self._single.get(month, set()))

    def _keep(self, month: date, found: tuple[Entry, ...]) -> tuple[Entry, ...]:
        self._months[month] = found
        if len(self._months) > _MOST_MONTHS:
            self._months.popitem(last=False)
        return found

    def _replace(self, number: int, new: Shown | None) -> None:
        if old := self._events.get(number):
            self._put(old, -1)
        if new:
            self._put(new, 1)
        for month, known in self._months.items():
            without = tuple(each for each in known if each.event.number != number)
            added = _taking_place((new,), month) if new else ()
            if added or len(without) < len(known):
                self._months[month] = tuple(sorted((*without, *added), key=_order))

    def _put(self, shown: Shown, count: int) -> None:
        event = shown.event
        for counter, values in self._counters(event):
            for value in values:
                counter[value] += count
                if not counter[value]:
                    del counter[value]
        if event.recurrence_rule is not None:
            _hold(self._series, event.number, count)
            return
        for month in _months(event):
            _hold(self._single.setdefault(month, set()), event.number, count)

    def _counters(self, event: Event) -> Iterator[tuple[Counter[str], Iterable[str]]]:
        yield self.kinds, (event.kind.casefold(),)
        yield self.topics, {topic.casefold() for topic in event.topics}
        yield self.languages, (event.language.casefold(),) if event.language else ()


def _hold(numbers: set[int], number: int, count: int) -> None:
    (numbers.add if count > 0 else numbers.discard)(number)


def _order(entry: Entry) -> tuple[datetime, int]:
    return entry.starts_at, entry.event.number


def _taking_place(shown: Iterable[Shown], month: date) -> tuple[Entry, ...]:
    # What has no duration has ended, to the rule, at the very instant at which a month begins.
    since = midnight(month) - timedelta.resolution
    return entries(shown, since=since, before=midnight(month_after(month)))


def _months(event: Event) -> Iterator[date]:
    """Yield the months that a single event reaches into."""
    month = first_of_month(event.starts_at.astimezone(UTC).date())
    until = event.starts_at + max(event.duration, timedelta.resolution)
    while midnight(month) < until:
        yield month
        month = month_after(month)
