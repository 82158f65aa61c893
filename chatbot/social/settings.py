"""What the configuration says of accounts on social networks, with their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatbot import catalogue
from chatbot.publicconfig import Social
from chatbot.secrets import secret_of, variable
from chatbot.sections import ConfigError
from chatbot.social.network import Credentials
from commands import offsets
from commands.rules.showcase import choice
from commands.rules.socialhours import Hours
from commands.rules.socialplan import Account


@dataclass(frozen=True, slots=True)
class SocialSettings:
    """One account: how it posts, on which network, and by which credentials."""

    account: Account
    network: str
    credentials: Credentials


def social_settings(
    accounts: tuple[Social, ...], environment: Mapping[str, str]
) -> tuple[SocialSettings, ...]:
    """Return all accounts with their secrets. Raises ConfigError naming the key."""
    return tuple(_settings(each, environment) for each in accounts)


def check_social(accounts: tuple[Social, ...]) -> None:
    """Raise ConfigError, naming the key, where an account cannot be as it is configured."""
    names = [each.name for each in accounts]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"social.name: {name!r} stands there twice")
    for each in accounts:
        account_of(each)


def account_of(social: Social) -> Account:
    """Return how an account posts. Raises ConfigError naming the key."""
    key = f"social.{social.name}"
    for tag in social.languages:
        if tag not in catalogue.languages():
            known = ", ".join(catalogue.languages())
            raise ConfigError(f"{key}.languages: {tag!r} is none of {known}")
    before = offsets.offsets(" ".join(social.before))
    if isinstance(before, offsets.Misunderstood):
        raise ConfigError(f"{key}.before: write it like ['1w', '4h']")
    return Account(
        name=social.name,
        languages=social.languages,
        before=before,
        hours=_hours(key, social),
        wanted=choice(social.kinds, social.topics, social.event_languages),
        most=social.most,
        target=social.target,
        tags=social.hashtags,
    )


def social_secrets(accounts: tuple[Social, ...], environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret in use, for the log to blot out."""
    found = (_secret(each, environment) for each in accounts)
    return tuple(filter(None, found))


def _settings(social: Social, environment: Mapping[str, str]) -> SocialSettings:
    token = _secret(social, environment)
    if not token:
        name = variable(_variable(social))
        raise ConfigError(f"social.{social.name}: no token; set {name} or token_file")
    credentials = Credentials(
        server=social.server.rstrip("/"),
        user=social.account.removeprefix("@"),
        token=token,
        options=social.options,
    )
    return SocialSettings(account_of(social), social.network, credentials)


def _secret(social: Social, environment: Mapping[str, str]) -> str | None:
    return secret_of(_variable(social), social.token_file, environment)


def _variable(social: Social) -> str:
    return f"SOCIAL_{social.name}_TOKEN"


def _hours(key: str, social: Social) -> Hours:
    opens, _, closes = social.hours.partition("-")
    try:
        hours = Hours(_time(opens), _time(closes), social.zone)
        ZoneInfo(social.zone)
    except (ValueError, ZoneInfoNotFoundError) as fault:
        raise ConfigError(
            f"{key}: hours are like '09:00-20:00', zone is one of the IANA's"
        ) from fault
    if hours.opens >= hours.closes:
        raise ConfigError(f"{key}.hours: {social.hours!r} ends before it begins")
    return hours


def _time(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - an hour of any day
