"""The page of one event, on one of its days: everything that everybody may know of it."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.asking import day
from chatbot.web.kit import Kit, Page, Reader
from chatbot.web.linkeddata import linked_data
from commands.rules.schedule import current
from commands.rules.sheet import midnight
from commands.rules.showcase import Entry, Stage, entries
from storage.values import Shown

_LOOK_BACK = timedelta(days=400)
_LOOK_AHEAD = timedelta(days=200)
_MOST_DATES = 5


class EventPage:
    """Shows one event. The same page, without what is around it, is what pops up elsewhere."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (
            Route("/event/{number:int}", self.page),
            Route("/event/{number:int}/{day}", self.page),
        )

    async def page(self, request: Request) -> Response:
        """Answer with an event as it is now, or on the day that is named."""
        number = int(request.path_params["number"])
        named = request.path_params.get("day")
        on = day(named) if named else None

        async def composed(reader: Reader) -> Page:
            return self._composed(reader, number, on)

        return await self._kit.answer(request, composed)

    def _composed(self, reader: Reader, number: int, on: date | None) -> Page:
        shown = self._kit.index.get(number)
        entry = shown and (_nearest(shown, reader) if on is None else _on(shown, on))
        if not shown or not entry:
            raise HTTPException(404)
        addresses = self._kit.addresses
        card = f"{addresses.root}/card/{number}.png"
        picture = addresses.whole(card) if self._kit.shown.cards else None
        values = {
            "current": "",
            "entry": entry,
            "stage": entry.stage(reader.now),
            "dates": _other_dates(shown, entry, reader),
            "picture": picture,
            "ics": f"{addresses.root}/feeds/event/{number}.ics" if self._kit.shown.feeds else "",
            "data": linked_data(entry, addresses, picture=picture),
        }
        # Of a series, only the page without a day is the same next week.
        return Page("event.html", values, listed=on is None)


def _nearest(shown: Shown, reader: Reader) -> Entry | None:
    """Return the occurrence that runs or comes next, or else the last one."""
    event = shown.event
    start = current(event, reader.now)
    if start is not None:
        before = start + timedelta.resolution
        return next(iter(entries([shown], since=start, before=before)), None)
    past = entries([shown], since=reader.now - _LOOK_BACK, before=reader.now)
    if not past:
        past = entries([shown], since=event.starts_at, before=reader.now)
    return past[-1] if past else None


def _on(shown: Shown, day: date) -> Entry | None:
    since = midnight(day)
    found = entries([shown], since=since, before=since + timedelta(days=1))
    return next((entry for entry in found if entry.starts_at >= since), None)


def _other_dates(shown: Shown, entry: Entry, reader: Reader) -> tuple[Entry, ...]:
    if shown.event.recurrence_rule is None or entry.stage(reader.now) is Stage.CANCELLED:
        return ()
    found = entries([shown], since=reader.now, before=reader.now + _LOOK_AHEAD)
    return tuple(each for each in found if each.starts_at != entry.starts_at)[:_MOST_DATES]
