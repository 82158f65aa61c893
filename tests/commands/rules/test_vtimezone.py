"""A zone as it is told says at every moment what the database of time zones says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
import vobject

from commands.rules.vtimezone import vtimezone

FIRST, LAST = 2025, 2029


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Stockholm",
        "America/New_York",
        "America/St_Johns",  # Half an hour off.
        "Australia/Lord_Howe",  # Half an hour of summer.
        "Africa/Casablanca",  # Ramadan is winter.
        "Asia/Kolkata",
        "Europe/Dublin",
    ],
)
def test_a_zone_is_what_it_is_around_each_of_its_changes(zone: str) -> None:
    content = f"BEGIN:VCALENDAR\r\n{vtimezone(zone, FIRST, LAST).decode()}END:VCALENDAR\r\n"
    observances = [
        (onset, before, after)
        for component in vobject.readOne(content, transform=False).vtimezone.getChildren()
        if component.name in {"STANDARD", "DAYLIGHT"}
        for before in [offset(component.tzoffsetfrom.value)]
        for after in [offset(component.tzoffsetto.value)]
        for onset in onsets(component, before)
    ]
    at = datetime(FIRST, 1, 1, 12, tzinfo=UTC)
    while at.year <= LAST:
        begun = max(each for each in observances if each[0] <= at)
        assert begun[2] == at.astimezone(ZoneInfo(zone)).utcoffset(), at
        at += timedelta(minutes=30)


def onsets(component: object, before: timedelta) -> list[datetime]:
    lines = [component.dtstart, *getattr(component, "rdate_list", [])]  # type: ignore[attr-defined]
    stamps = [stamp for line in lines for stamp in line.value.split(",")]
    return [
        datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) - before for stamp in stamps
    ]


def offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))


def test_there_is_no_such_zone() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        vtimezone("Europe/Atlantis", FIRST, LAST)
