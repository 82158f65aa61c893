"""When an account posts: in the hours of its zone, never at night; and which week that is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_BEFORE_CLOSING = timedelta(hours=1)
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` to `closes` on every day of the IANA zone, the latter later than the former."""

    opens: time
    closes: time
    zone: str

    def are_on(self, instant: datetime) -> bool:
        """Return whether something may be posted at an instant."""
        local = instant.astimezone(ZoneInfo(self.zone))
        return self.opens <= local.time() < self.closes

    def at_latest(self, instant: datetime) -> datetime:
        """Return the instant (UTC), or when it is night the last good one before."""
        if self.are_on(instant):
            return instant.astimezone(UTC)
        day = instant.astimezone(ZoneInfo(self.zone)).date()
        closed = self._at(day, self.closes)
        if closed > instant:
            closed = self._at(day - timedelta(days=1), self.closes)
        opened = self._at(closed.astimezone(ZoneInfo(self.zone)).date(), self.opens)
        return max(opened, closed - _BEFORE_CLOSING)

    def at_earliest(self, instant: datetime) -> datetime:
        """Return the instant (UTC), or when it is night the next at which posts go out."""
        if self.are_on(instant):
            return instant.astimezone(UTC)
        day = instant.astimezone(ZoneInfo(self.zone)).date()
        opening = self._at(day, self.opens)
        return opening if opening > instant else self._at(day + timedelta(days=1), self.opens)

    def week(self, instant: datetime) -> tuple[datetime, datetime]:
        """Return when the week of an instant begins, on Monday, and when the next does (UTC)."""
        day = instant.astimezone(ZoneInfo(self.zone)).date()
        monday = day - timedelta(days=day.weekday())
        return self._at(monday, time()), self._at(monday + _A_WEEK, time())

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(self.zone)).astimezone(UTC)
