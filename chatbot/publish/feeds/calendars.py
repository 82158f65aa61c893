"""Calendars of many events (RFC 5545): each event is made once, and again when it has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from structlog.typing import FilteringBoundLogger

from commands.rules.icalendar import Address, Heading, Told, Words, calendar, told
from storage.values import Shown


class Calendars:
    """Makes calendars. Each takes a while: they are made in a thread, one at a time."""

    def __init__(self, *, words: Words, address: Address, log: FilteringBoundLogger) -> None:
        self._words = words
        self._address = address
        self._log = log
        self._told: dict[int, tuple[Shown, Told | None]] = {}

    def of(self, shown: Iterable[Shown], heading: Heading) -> bytes:
        """Return a calendar of events, by number. One that no calendar can hold is left out."""
        those = sorted(shown, key=lambda each: each.event.number)
        return calendar(self._all(those), heading)

    def forget_all_but(self, events: Mapping[int, Shown]) -> None:
        """Forget what is not in the programme any more."""
        for number in self._told.keys() - events.keys():
            del self._told[number]

    def _all(self, shown: Iterable[Shown]) -> Iterator[Told]:
        for each in shown:
            known, found = self._told.get(each.event.number, (None, None))
            # Whatever changes of an event makes another value of it.
            if known is not each:
                found = self._one(each)
                self._told[each.event.number] = each, found
            if found:
                yield found

    def _one(self, shown: Shown) -> Told | None:
        try:
            return told(shown, self._words, self._address)
        except Exception:  # noqa: BLE001
            # An odd event must not spoil the others.
            self._log.exception("feed.event_left_out", number=shown.event.number)
            return None
