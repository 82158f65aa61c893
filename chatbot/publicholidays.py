"""Public holidays of the countries that an operator names, from the `holidays` package.

It is loaded when there is a country: it takes 50 ms and 9 MiB.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chatbot.sections import ConfigError
from commands.promotionpolicy import Holidays, no_holidays
from commands.rules.advice import Holiday

_NAMES_IN = "en_US"
"""Where a country's holidays have no names in English they have their own."""


def public_holidays(key: str, countries: Sequence[str]) -> Holidays:
    """Return what tells the holidays of a day in `DE`, or in `DE-BY`. Raises ConfigError."""
    if not countries:
        return no_holidays
    from holidays import HolidayBase, country_holidays

    calendars: dict[str, HolidayBase] = {}
    for each in countries:
        country, _, part = each.partition("-")
        try:
            calendars[each] = country_holidays(country, part or None, language=_NAMES_IN)
        except NotImplementedError as fault:
            raise ConfigError(f"{key}: holidays of {each!r} are not known") from fault

    def on(day: date) -> tuple[Holiday, ...]:
        found = ((country, calendar.get(day)) for country, calendar in calendars.items())
        return tuple(Holiday(country, name) for country, name in found if name)

    return on
