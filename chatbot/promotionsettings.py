"""What the configuration says of proposals and promotion, as the arguments of desks and engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatbot import settings
from chatbot.config import Config
from chatbot.publicconfig import PlanStep
from chatbot.publicholidays import public_holidays
from chatbot.sections import ConfigError
from chatbot.spans import span
from commands.grammar import plain
from commands.promotionpolicy import PlanBook, PromotionPolicy
from commands.rules.promotion import MOST_STEPS, STANDARD, Template, before_start
from storage.promotionvalues import Deed, Doer

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_USUAL = {template.name: template for template in STANDARD}


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A page of a wiki on which promotion plans stand."""

    wiki: str
    title: str

    def __str__(self) -> str:
        """Return the form people read: `wiki:Title`."""
        return f"{self.wiki}:{self.title}"


def promotion_policy(config: Config) -> PromotionPolicy:
    """Return how events are proposed and made known. Raises ConfigError naming the key."""
    chosen = config.promotion
    plan_page(config)
    return PromotionPolicy(
        book=PlanBook(configured=_plans(chosen.plans)),
        coordinators=settings.run_policy(config, b"").coordinators,
        networks=settings.networks(config),
        notice=span("promotion.notice", chosen.notice),
        zones=_zones(chosen.zones),
        holidays=public_holidays("promotion.countries", chosen.countries),
        weekend=frozenset(_day(each) for each in chosen.weekend),
        repeat=span("promotion.repeat", chosen.repeat),
        most_open=chosen.most_open,
        most_a_day=chosen.most_a_day,
    )


def plan_page(config: Config) -> PlanPage | None:
    """Return the page with the plans, None where there is none. Raises ConfigError."""
    if not config.promotion.page:
        return None
    known = settings.wikis(config)
    wiki, colon, title = config.promotion.page.partition(":")
    if not colon or wiki not in known:
        wiki, title = config.runs.home or "".join(known[:1]), config.promotion.page
    if not wiki:
        raise ConfigError("promotion.page: there is no wiki that it could be on")
    return PlanPage(wiki, title.strip())


def _plans(plans: Mapping[str, Sequence[PlanStep]]) -> Mapping[str, tuple[Template, ...]]:
    return {
        plain(kind): tuple(
            _template(f"promotion.plans.{kind}", number, step)
            for number, step in enumerate(steps, start=1)
        )
        for kind, steps in plans.items()
        if _fits(f"promotion.plans.{kind}", steps)
    }


def _fits(key: str, steps: Sequence[PlanStep]) -> bool:
    if len(steps) > MOST_STEPS:
        raise ConfigError(f"{key}: {MOST_STEPS} steps are as many as a plan may have")
    return True


def _template(key: str, number: int, step: PlanStep) -> Template:
    before = before_start(step.when)
    if before is None:
        raise ConfigError(f"{key}: {step.when!r} is not like '2w before', '1d after' or 'start'")
    usual = _USUAL.get(step.name)
    deed = Deed(step.does) if step.does else usual.deed if usual else None
    doer = Doer(step.doer)
    if (doer is Doer.BOT) != (deed is not None):
        known = ", ".join(Deed)
        raise ConfigError(f"{key}: a step of the bot, and no other, says what it `does`: {known}")
    if usual is None and not step.text and doer is not Doer.BOT:
        raise ConfigError(f"{key}: step {number} has no text that says what is to be done")
    name = step.name or (str(deed) if deed else f"step-{number}")
    return Template(name, before, doer, deed, step.text)


def _zones(zones: Mapping[str, str]) -> Mapping[str, str]:
    for name, zone in zones.items():
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise ConfigError(f"promotion.zones.{name}: {zone!r} is no time zone") from fault
    return zones


def _day(name: str) -> int:
    if plain(name) not in _DAYS:
        raise ConfigError(f"promotion.weekend: {name!r} is none of {', '.join(_DAYS)}")
    return _DAYS.index(plain(name))
