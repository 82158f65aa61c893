"""What is asked of a host after an event: when, how often, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from commands.messages import Line, line
from commands.rules.schedule import FARTHEST, occurrences
from storage.values import Event, FollowUp, FollowUpState, Occurrence, Shown

_LOOK_BACK = timedelta(days=366)
_MOST = 800

FACTS = ("recording", "slides", "notes", "attended", "questions")
"""What a host can tell of an occurrence, in the order in which he is asked for it."""


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """When hosts are asked: so long after the end, and when a coordinator is told instead.

    What ended longer than `reach` ago is not asked about any more.
    """

    asks: tuple[timedelta, ...] = (timedelta(minutes=15), timedelta(days=3), timedelta(days=7))
    give_up: timedelta = timedelta(days=10)
    reach: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ended:
    """One occurrence that is over, by its planned start, and when it ended (UTC)."""

    event: Event
    occurrence: datetime
    ended_at: datetime


def ends(
    shown: Iterable[Shown], *, since: datetime, before: datetime
) -> tuple[tuple[Ended, ...], datetime | None]:
    """Return what ended in `since` <= end <= `before`, and the next end after that if known."""
    ended, next_end = [], None
    for each in shown:
        for found in _ends(each, since, before):
            if found.ended_at <= before:
                ended.append(found)
            elif next_end is None or found.ended_at < next_end:
                next_end = found.ended_at
    return tuple(ended), next_end


def missing(known: Occurrence) -> tuple[str, ...]:
    """Return what has not been told of an occurrence, in the order of FACTS."""
    return tuple(name for name in FACTS if getattr(known, name) in (None, ()))


def phrases(names: Iterable[str]) -> tuple[Line, ...]:
    """Return facts by their names, as phrases."""
    known = {
        "recording": line("followup.recording"),
        "slides": line("followup.slides"),
        "notes": line("followup.notes"),
        "attended": line("followup.attended"),
        "questions": line("followup.questions"),
    }
    return tuple(known[name] for name in names)


def to_look_back(known: Occurrence, before: Occurrence | None = None) -> tuple[Line, ...]:
    """Return as phrases what can be looked at of an occurrence, only what is new since `before`."""
    found = {
        "recording": line("followup.see_recording", link=known.recording or ""),
        "slides": line("followup.see_slides", link=known.slides or ""),
        "notes": line("followup.see_notes", notes=known.notes or ""),
    }
    return tuple(
        phrase
        for name, phrase in found.items()
        if getattr(known, name)
        and (before is None or getattr(known, name) != getattr(before, name))
    )


def first_ask(ended_at: datetime, policy: FollowUpPolicy) -> datetime:
    """Return when a host is asked first."""
    return ended_at + policy.asks[0]


def asked_again(asked: FollowUp, now: datetime, policy: FollowUpPolicy) -> FollowUp:
    """Return a question after it was put once more, or was given up.

    Whatever came too late, two questions never come within less than half a day.
    """
    times = asked.asked + 1
    if times > len(policy.asks):
        return replace(asked, state=FollowUpState.GIVEN_UP, wake_at=None)
    spans = (*policy.asks, policy.give_up)
    planned = asked.ended_at + spans[times]
    return replace(asked, asked=times, wake_at=max(planned, now + _least(spans, times)))


def meant(event: Event, now: datetime, day: date | None = None) -> datetime | None:
    """Return the start of the occurrence that a host tells of, None where there is none.

    It is the last that has begun, or else the first; or that of a day of the event's own zone.
    """
    starts = occurrences(event, after=now - _LOOK_BACK, before=now + FARTHEST, limit=_MOST)
    if day is not None:
        zone = ZoneInfo(event.zone)
        return next((each for each in starts if each.astimezone(zone).date() == day), None)
    begun = [each for each in starts if each <= now]
    return begun[-1] if begun else next(iter(starts), None)


def _least(spans: tuple[timedelta, ...], times: int) -> timedelta:
    return min(timedelta(hours=12), spans[times] - spans[times - 1])


def _ends(shown: Shown, since: datetime, before: datetime) -> Iterable[Ended]:
    event = shown.event
    told = {each.at: each.ended_at for each in shown.occurrences if each.ended_at}
    ahead = before + timedelta(days=1)
    if event.recurrence_rule is None:
        starts: tuple[datetime, ...] = (event.starts_at,)
    else:
        starts = occurrences(event, after=since - event.duration, before=ahead, limit=_MOST)
    for start in starts:
        end = told.get(start, start + event.duration)
        if since <= end <= ahead:
            yield Ended(event, start, end)
