"""What the configuration says of wikis: who the bot is on each, and how it writes to them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import time
from typing import Any
from zoneinfo import available_timezones

import msgspec

from chatbot.config import Config, Farm, Wiki, WikiHabits
from chatbot.delivery.settings import LaneSettings
from chatbot.secrets import secret_of, variable
from chatbot.sections import ConfigError
from chatbot.spans import span
from chatbot.wiki.settings import BotPassword, OwnerOnlyOAuth, WikiSettings
from commands.rules.pace import Hours, WikiPace


def with_farms(config: Config) -> Config:
    """Return a configuration in which the wikis of farms stand as wikis of their own."""
    of_farms = (
        Wiki(name=name, api=api, secret=farm.name, **_habits(farm))
        for farm in config.farm
        for name, api in farm.wikis.items()
    )
    return msgspec.structs.replace(config, wiki=(*config.wiki, *of_farms), farm=())


def real_wikis(config: Config, environment: Mapping[str, str]) -> tuple[WikiSettings, ...]:
    """Return the real wikis with their secrets. Raises ConfigError when one is missing."""
    return tuple(_wiki(config, each, environment) for each in config.wiki)


def index_addresses(config: Config) -> dict[str, str]:
    """Return the address of index.php on each real wiki."""
    return {each.name: each.api.removesuffix("api.php") + "index.php" for each in config.wiki}


def revision_urls(config: Config) -> dict[str, str]:
    """Return the address of a revision on each real wiki, with `{revid}` in it."""
    return {name: f"{url}?oldid={{revid}}" for name, url in index_addresses(config).items()}


def paces(config: Config) -> dict[str, WikiPace]:
    """Return how each wiki is written to. Raises ConfigError naming the key."""
    real = {each.name: _pace(each) for each in config.wiki}
    return real | {each.name: WikiPace(each.edits_per_minute) for each in config.dry_wiki}


def lane_settings(config: Config) -> LaneSettings:
    """Return how lanes behave."""
    return LaneSettings(
        settle=span("runs.settle", config.runs.settle),
        check_ahead=config.runs.check_ahead,
        paces=paces(config),
        cap=config.runs.edits_per_minute,
        stop_pages={each.name: each.stop_page for each in config.wiki if each.stop_page},
    )


def _habits(farm: Farm) -> dict[str, Any]:
    return {name: getattr(farm, name) for name in WikiHabits.__struct_fields__}


def _wiki(config: Config, each: Wiki, environment: Mapping[str, str]) -> WikiSettings:
    suffix = "OAUTH" if each.oauth else "PASSWORD"
    secret = secret_of(f"WIKI_{each.secret or each.name}_{suffix}", each.password_file, environment)
    if secret is None:
        name = variable(f"WIKI_{each.secret or each.name}_{suffix}")
        raise ConfigError(f"wiki.{each.name}: no secret; set {name} or password_file")
    return WikiSettings(
        name=each.name,
        api=each.api,
        username=each.username,
        credentials=_oauth(each, secret) if each.oauth else BotPassword(each.bot_password, secret),
        contact=config.contact,
        optout_categories=(*each.optout_categories, *_promised_category(config)),
        messenger=each.messenger,
        maxlag=each.maxlag,
    )


def _pace(wiki: Wiki) -> WikiPace:
    hourly = (wiki.edits_per_hour or math.inf) / 60
    hours = _hours(f"wiki.{wiki.name}", wiki.hours, wiki.zone) if wiki.hours else None
    return WikiPace(min(wiki.edits_per_minute, hourly), hours)


def _hours(key: str, text: str, zone: str) -> Hours:
    if zone not in available_timezones():
        raise ConfigError(f"{key}.zone: {zone!r} is no time zone like 'Europe/Stockholm'")
    opens, _, closes = text.partition("-")
    try:
        return Hours(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()), zone)
    except ValueError as fault:
        raise ConfigError(f"{key}.hours: {text!r} is not like '08:00-21:00'") from fault


def _promised_category(config: Config) -> tuple[str, ...]:
    """Return the category by which the footer says that one opts out, if it names one."""
    namespace, _, name = config.runs.optout.removeprefix(":").partition(":")
    return (name,) if namespace.casefold() == "category" and name else ()


def _oauth(each: Wiki, secret: str) -> OwnerOnlyOAuth:
    values = secret.split()
    if len(values) != 4:
        raise ConfigError(f"wiki.{each.name}: OAuth needs four values separated by spaces")
    return OwnerOnlyOAuth(*values)
