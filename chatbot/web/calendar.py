"""The page for watchers: what takes place, as a month, a week or a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.asking import View
from chatbot.web.kit import Kit, Page, Reader
from commands.rules import sheet
from commands.rules.sheet import Day, midnight

MONTHS_AHEAD = 24
MONTHS_BACK = 60
_MONTHS_LISTED = 3
_MOST = MappingProxyType({View.MONTH: 5, View.WEEK: 20, View.LIST: 1000})
"""So many occurrences of a day are shown before "more"."""
_LIST_DAYS = 60
_ENOUGH_IN_LIST = 60
_MOST_OFFERED = 40


@dataclass(frozen=True, slots=True)
class _Feed:
    """What programs can subscribe to: the key of its name, its media type, its path."""

    name: str
    media_type: str
    path: str


_FEEDS = (
    _Feed("web.feed_ical", "text/calendar", "/feeds/all.ics"),
    _Feed("web.feed_atom", "application/atom+xml", "/feeds/all.atom"),
    _Feed("web.feed_json", "application/feed+json", "/feeds/all.json"),
)


@dataclass(frozen=True, slots=True)
class _Span:
    """The days that a page shows, and where one goes from there."""

    first: date
    until: date
    earlier: date
    later: date


class Calendar:
    """Shows what takes place, and offers feeds to whoever does not want to come back."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (Route("/", self.page),)

    async def page(self, request: Request) -> Response:
        """Answer with a month, a week or the list, as the address asks for it."""
        return await self._kit.answer(request, self._composed)

    async def _composed(self, reader: Reader) -> Page:
        asked, today = reader.asked, reader.today
        on = asked.on or today
        _refuse_far(on, today)
        span = _span(asked.view, on, reader.tongue.first_weekday)
        since, before = midnight(span.first), midnight(span.until)
        if asked.view is View.LIST and on == today:
            since = reader.now
        index = self._kit.index
        await index.prepare(since, before)
        found = index.between(since, before)
        wanted = asked.choice
        chosen = [entry for entry in found if wanted.takes(entry.event)]
        days = sheet.days(chosen, span.first, span.until)
        later = span.later
        if asked.view is View.LIST:
            days, later = _listed(days, span)
        values = {
            "current": "calendar",
            "view": asked.view,
            "on": on,
            "first": span.first,
            "today": today,
            "days": days,
            "most": _MOST[asked.view],
            "empty": not chosen,
            "kinds": _offered(index.kinds, asked.kinds),
            "topics": _offered(index.topics, asked.topics),
            "event_languages": _offered(index.languages, asked.languages),
            "feeds": _FEEDS if self._kit.shown.feeds else (),
            "earlier": _within(span.earlier, today),
            "later": _within(later, today),
        }
        return Page("calendar.html", values, listed=_is_near(on, today))


def _span(view: View, on: date, first_weekday: int) -> _Span:
    if view is View.MONTH:
        month = sheet.first_of_month(on)
        first, until = sheet.whole_weeks(month, first_weekday)
        return _Span(first, until, sheet.month_after(month, -1), sheet.month_after(month))
    if view is View.WEEK:
        first = sheet.week_of(on, first_weekday)
        week = timedelta(days=7)
        return _Span(first, first + week, first - week, first + week)
    some = timedelta(days=_LIST_DAYS)
    return _Span(on, on + some, on - some, on + some)


def _listed(days: Iterable[Day], span: _Span) -> tuple[tuple[Day, ...], date]:
    """Return the days on which something begins, so many that it is enough, and the day after."""
    found: list[Day] = []
    room = _ENOUGH_IN_LIST
    for day in days:
        slots = tuple(each for each in day.slots if not each.continued or day.on == span.first)
        if slots and room <= 0:
            return tuple(found), day.on
        if slots:
            found.append(Day(day.on, slots))
            room -= len(slots)
    return tuple(found), span.later


def _offered(known: Counter[str], asked: Iterable[str]) -> list[str]:
    """Return what can be chosen: what is met most often, and what was chosen."""
    return sorted({*(each for each, _ in known.most_common(_MOST_OFFERED)), *asked})


def _bounds(today: date) -> tuple[date, date]:
    return sheet.month_after(today, -MONTHS_BACK), sheet.month_after(today, MONTHS_AHEAD + 1)


def _refuse_far(on: date, today: date) -> None:
    first, until = _bounds(today)
    if not first <= on < until:
        raise HTTPException(404)


def _is_near(on: date, today: date) -> bool:
    first = sheet.month_after(today, -_MONTHS_LISTED)
    return first <= on < sheet.month_after(today, _MONTHS_LISTED + 1)


def _within(on: date, today: date) -> date | None:
    first, until = _bounds(today)
    return on if first <= on < until else None
