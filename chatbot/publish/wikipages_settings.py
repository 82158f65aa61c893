"""What an operator has decided about the pages of events on one wiki."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from commands.rules.showcase import Choice

LOCAL_TIME = "https://zonestamp.toolforge.org/{seconds}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSettings:
    """One calendar on one wiki: which pages there are, for which events.

    `calendar` and `upcoming` are titles, `events` what the titles of events' own pages begin
    with, `template` the title of their template; what is empty is not kept. `ahead` and `past`
    are how far the calendar reaches, and `most` how many events the list of the next ones has.
    `language` is that of the words, None for the configured one.
    """

    wiki: str
    calendar: str = ""
    upcoming: str = ""
    events: str = ""
    template: str = ""
    language: str | None = None
    wanted: Choice = field(default_factory=Choice)
    ahead: timedelta = timedelta(days=84)
    past: timedelta = timedelta(days=84)
    most: int = 6
    local_time: str = LOCAL_TIME
