"""What the configuration decides about proposals and promotion, for the desks and the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from commands.grammar import plain
from commands.rules.advice import Holiday
from commands.rules.promotion import STANDARD, Template
from commands.rules.promotionpage import DEFAULT
from storage.values import Destination

Plans = Mapping[str, tuple[Template, ...]]
Holidays = Callable[[date], tuple[Holiday, ...]]

_NONE: Plans = MappingProxyType({})


class PlanBook:
    """The promotion plan of each kind: as the page of the wiki says, or the configuration.

    A kind that neither knows has their plan for `default`, or else the standard one.
    """

    def __init__(self, *, configured: Plans = _NONE) -> None:
        self._configured = configured
        self._page: Plans = _NONE

    def turn_to(self, page: Plans) -> None:
        """Go by these plans of the page from now on."""
        self._page = page

    def plan(self, kind: str) -> tuple[Template, ...]:
        """Return the plan for events of a kind."""
        for name in (plain(kind), DEFAULT):
            for plans in (self._page, self._configured):
                if name in plans:
                    return plans[name]
        return STANDARD


def no_holidays(_day: date) -> tuple[Holiday, ...]:
    """Return the holidays where no country is configured."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionPolicy:
    """How events are proposed and made known.

    `coordinators` are the channels that are told of proposals, `networks` those on which people
    can be told something in private. Less than `notice` ahead is short notice. `zones` are where
    the communities of topics and languages live. An unanswered proposal is repeated each
    `repeat`; one person has at most `most_open` of them at a time, and makes at most `most_a_day`.
    """

    book: PlanBook = field(default_factory=PlanBook)
    coordinators: tuple[Destination, ...] = ()
    networks: tuple[str, ...] = ()
    notice: timedelta = timedelta(weeks=2)
    zones: Mapping[str, str] = field(default_factory=dict)
    holidays: Holidays = no_holidays
    weekend: frozenset[int] = frozenset({5, 6})
    repeat: timedelta = timedelta(days=3)
    most_open: int = 5
    most_a_day: int = 5
