"""Puts the parts together that post to social networks: only what is configured is loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.programme import Edition
from chatbot.publicconfig import Sharing, Social
from chatbot.rounds import Rounds
from chatbot.social.network import Network, Trouble
from chatbot.social.opening import opened
from chatbot.social.settings import SocialSettings, social_settings
from chatbot.spans import span
from chatbot.text import Texts
from commands.messages import Line, line
from commands.postplans import PostPlans
from commands.postpolicy import PostPolicy
from storage.database import Database
from storage.values import Destination, Event

if TYPE_CHECKING:
    from chatbot.social.sending import Card


@dataclass(frozen=True, slots=True)
class SocialAccounts:
    """All accounts, open but not yet connected; they go by their names."""

    settings: tuple[SocialSettings, ...] = ()
    networks: Mapping[str, Network] = field(default_factory=dict)

    async def close(self) -> None:
        """Let go of all connections."""
        for network in self.networks.values():
            await network.close()


def social_accounts(accounts: tuple[Social, ...], environment: Mapping[str, str]) -> SocialAccounts:
    """Return all accounts with their networks. Raises ConfigError naming the key."""
    settings = social_settings(accounts, environment)
    networks = {
        each.account.name: opened(f"social.{each.account.name}", each.network, each.credentials)
        for each in settings
    }
    return SocialAccounts(settings, networks)


def post_policy(
    *,
    accounts: SocialAccounts,
    sharing: Sharing,
    texts: Texts,
    link: Callable[[Event, datetime], str | None],
    alt: Callable[[Event, datetime, str], str],
    coordinators: tuple[Destination, ...],
) -> PostPolicy:
    """Return how posts and blurbs are made. Raises ConfigError naming the key.

    `link` returns the public page of an event's occurrence, None where there is none, and `alt`
    what its card shows, in a language.
    """
    return PostPolicy(
        words=texts.words,
        languages=texts.languages,
        accounts={each.account.name: each.account for each in accounts.settings},
        outlets=accounts.networks,
        link=link,
        alt=alt,
        coordinators=coordinators,
        ahead=span("sharing.ahead", sharing.ahead),
        tags=sharing.hashtags,
        topic_tags={
            topic.casefold().lstrip("#"): tags for topic, tags in sharing.topic_hashtags.items()
        },
    )


def social_engines(
    *,
    accounts: SocialAccounts,
    policy: PostPolicy,
    database: Database,
    programme: Callable[[], Awaitable[Edition]],
    card: Card,
    holder: str,
    told: Callable[[], None],
    alarm: Callable[[str], Alarm],
    clock: Clock,
    log: FilteringBoundLogger,
) -> Mapping[str, Rounds]:
    """Return what makes drafts and what sends them, by name; nothing where there is no account.

    `card` draws an event's card, in a thread. `told` is called after notices were planned.
    `alarm` makes an engine's alarm.
    """
    if not accounts.networks:
        return {}
    from chatbot.social.drafting import Drafting
    from chatbot.social.sending import Sending

    plans = PostPlans(policy=policy)
    drafting = Drafting(
        database=database,
        plans=plans,
        networks=tuple(accounts.networks.values()),
        programme=programme,
        told=told,
        log=log,
    )
    looks = {"posts": drafting.look}
    for name, network in accounts.networks.items():
        sending = Sending(
            account=name,
            network=network,
            database=database,
            plans=plans,
            policy=policy,
            card=card,
            holder=holder,
            told=told,
            clock=clock,
            log=log,
        )
        looks[f"posts on {name}"] = sending.look
    return {
        name: Rounds(name=name, look=look, alarm=alarm(name), clock=clock, log=log)
        for name, look in looks.items()
    }


async def check_accounts(
    accounts: tuple[Social, ...], environment: Mapping[str, str]
) -> list[tuple[bool, list[Line]]]:
    """Return, for `bellringer check`, which accounts can be used, and why others cannot."""
    opened_ones = social_accounts(accounts, environment)
    try:
        return [await _checked(each, opened_ones) for each in opened_ones.settings]
    finally:
        await opened_ones.close()


async def _checked(settings: SocialSettings, accounts: SocialAccounts) -> tuple[bool, list[Line]]:
    name, server = settings.account.name, settings.credentials.server or settings.network
    network = accounts.networks[name]
    try:
        known_as = await network.whoami()
        await network.read_limits()
    except Trouble as trouble:
        failed = line("check.social.failed", account=name, server=server, reason=trouble.reason)
        return False, [failed]
    most = network.measure.most
    works = line("check.social.works", account=name, server=server, name=known_as, most=most)
    return True, [works]
