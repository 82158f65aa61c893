"""What the configuration says of promotion; what is wrong is named by its key."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from chatbot import settings
from chatbot.config import Config
from chatbot.promotionsettings import PlanPage, plan_page, promotion_policy
from chatbot.sections import ConfigError
from commands.rules.advice import Holiday
from storage.promotionvalues import Deed, Doer

DAY = timedelta(days=1)
HEAD = """
[console]
[[dry_wiki]]
name = "drywiki"
[coordinators]
channels = ["console/#desk"]
"""
WHOLE = """
[promotion]
notice = "10d"
countries = ["SE", "DE-BY"]
weekend = ["Friday", "saturday"]
zones = { sv = "Europe/Stockholm", wikidata = "Europe/Berlin" }
repeat = "5d"
page = "Events/Plan"

[[promotion.plans.Tech-Talk]]
when = "3w before"
doer = "host"
name = "title"

[[promotion.plans.Tech-Talk]]
when = "15d before"
doer = "bot"
does = "announce"

[[promotion.plans.Tech-Talk]]
when = "1d after"
doer = "host"
text = "Thank {speakers}"
"""


def configured(folder: Path, text: str) -> Config:
    path = folder / "bellringer.toml"
    path.write_text(HEAD + text)
    return settings.load(path)


def test_everything_reaches_the_policy(tmp_path: Path) -> None:
    config = configured(tmp_path, WHOLE)
    policy = promotion_policy(config)
    assert (policy.notice, policy.repeat) == (10 * DAY, 5 * DAY)
    assert policy.weekend == {4, 5}
    assert [str(each) for each in policy.coordinators] == ["console/#desk"]
    steps = [
        (each.name, each.before, each.doer, each.deed) for each in policy.book.plan("tech-talk")
    ]
    assert steps == [
        ("title", 21 * DAY, Doer.HOST, None),
        ("announce", 15 * DAY, Doer.BOT, Deed.ANNOUNCE),
        ("step-3", -DAY, Doer.HOST, None),
    ]
    assert plan_page(config) == PlanPage("drywiki", "Events/Plan")


def test_holidays_are_those_of_the_countries(tmp_path: Path) -> None:
    policy = promotion_policy(configured(tmp_path, WHOLE))
    assert policy.holidays(date(2027, 1, 6)) == (
        Holiday("SE", "Epiphany"),
        Holiday("DE-BY", "Epiphany"),
    )
    assert [each.country for each in policy.holidays(date(2027, 6, 6))] == ["SE"]
    assert policy.holidays(date(2027, 1, 12)) == ()


def test_without_configuration_there_is_a_plan_and_no_holiday(tmp_path: Path) -> None:
    config = configured(tmp_path, "")
    policy = promotion_policy(config)
    assert len(policy.book.plan("anything")) == 8
    assert policy.holidays(date(2026, 12, 25)) == ()
    assert plan_page(config) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('notice = "soon"', "promotion.notice"),
        ('countries = ["XX"]', "promotion.countries"),
        ('countries = ["DE-XX"]', "promotion.countries"),
        ('weekend = ["payday"]', "promotion.weekend"),
        ('zones = { sv = "Mars/Base" }', "promotion.zones.sv"),
        ('plans = { x = [{ when = "soon", doer = "host", text = "y" }] }', "promotion.plans.x"),
        ('plans = { x = [{ when = "1d", doer = "host" }] }', "promotion.plans.x"),
        ('plans = { x = [{ when = "1d", doer = "bot" }] }', "promotion.plans.x"),
        ('plans = { x = [{ when = "1d", doer = "host", does = "posts" }] }', "promotion.plans.x"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError, match=f"^{key}:"):
        promotion_policy(configured(tmp_path, f"[promotion]\n{text}\n"))


@pytest.mark.parametrize(
    ("text", "path"),
    [("most_open = 0", "promotion.most_open"), ("nag = 3", "promotion")],
)
def test_what_does_not_fit_stops_the_start(tmp_path: Path, text: str, path: str) -> None:
    with pytest.raises(ConfigError, match=path):
        configured(tmp_path, f"[promotion]\n{text}\n")
