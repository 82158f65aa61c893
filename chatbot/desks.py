"""All desks put together: every command that there is, in the order of the help."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from chatbot.text import Texts
from commands import codes
from commands.advising import Advising
from commands.afterwards import Afterwards
from commands.agenda import Agenda
from commands.answering import Answering
from commands.approving import Approving
from commands.attending import Attending
from commands.blurbs import Blurbs
from commands.confirming import Confirming
from commands.coordinators import Coordinators
from commands.deciding import Deciding
from commands.declaration import Command
from commands.digests import DigestPolicy, Digests, Programme, no_digest, nothing_shown
from commands.drafting import Drafting
from commands.editors import Editors
from commands.eventcard import EventCard
from commands.events import Events
from commands.feeds import Feeds
from commands.goingon import GoingOn
from commands.halting import Halting
from commands.helping import Help
from commands.holding import Holding
from commands.noticing import Noticing
from commands.optingout import OptingOut
from commands.pagedesk import PageDesk
from commands.people import People
from commands.planning import Planning
from commands.policy import EventPolicy, RunPolicy
from commands.postplans import PostPlans
from commands.postpolicy import PostPolicy
from commands.posts import Posts
from commands.promoting import Promoting
from commands.promotionpolicy import PromotionPolicy
from commands.proposals import Proposals
from commands.recruiting import Recruiting
from commands.reminding import Reminding
from commands.repeating import Repeating
from commands.reporting import Reporting
from commands.righting import Righting
from commands.runcard import RunCard
from commands.rundesk import Records
from commands.runs import Runs
from commands.standing import Standing
from commands.standingwishes import StandingWishes
from commands.stats import Stats
from commands.stopping import Stopping
from commands.subscribing import Subscribing
from commands.windows import Windows


def _no_accounts() -> PostPolicy:
    texts = Texts()
    return PostPolicy(words=texts.words, languages=texts.languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What the desks are given.

    `write_report` writes a run's report and returns its files. `languages` are those that the
    bot speaks, the configured one first. `deep_link` returns the address that says a code to
    the bot on Telegram, None while there is none. `change_link` returns the address of an edit
    by wiki and revision. `listens` is how long answers are listened for after a run.
    `posts` says how posts and blurbs are made, `promotion` how events are proposed and made known.
    `digest` says how the digest is made, of what `programme` returns.
    `feed_address` returns the address of a person's own feed, `event_page` that of an event, None
    where there are no pages.
    """

    events: EventPolicy
    runs: RunPolicy
    networks: tuple[str, ...]
    languages: tuple[str, ...]
    word_holds: timedelta
    write_report: Callable[[int], Awaitable[Sequence[Path]]]
    deep_link: Callable[[str], str | None] = lambda _code: None
    change_link: Callable[[str, int | None], str] = lambda _wiki, _revid: ""
    listens: timedelta = timedelta(days=14)
    posts: PostPolicy = field(default_factory=_no_accounts)
    feed_address: Callable[[str], str | None] = lambda _token: None
    event_page: Callable[[int], str | None] = lambda _number: None
    promotion: PromotionPolicy = field(default_factory=PromotionPolicy)
    digest: DigestPolicy = field(default_factory=no_digest)
    programme: Programme = nothing_shown


def all_commands(settings: DeskSettings) -> tuple[Command, ...]:
    """Return every command."""
    planning = Planning(policy=settings.events)
    promotion = settings.promotion
    advising = Advising(policy=settings.events, promotion=promotion)
    records = Records(policy=settings.runs)
    standing = Standing(policy=settings.runs, records=records)
    stopping = Stopping(records=records)
    card = RunCard(policy=settings.runs, standing=standing)
    desks = (
        Agenda(policy=settings.events, card=EventCard(planning=planning, page=settings.event_page)),
        People(
            new_code=_new_code,
            linked=standing.linked,
            languages=settings.languages,
            deep_link=settings.deep_link,
            coordinators=settings.runs.coordinators,
        ),
        Editors(),
        Events(
            policy=settings.events,
            planning=planning,
            advising=advising,
            book=promotion.book,
            new_uid=_new_uid,
        ),
        Repeating(planning=planning),
        Reminding(planning=planning),
        StandingWishes(planning=planning),
        Attending(planning=planning),
        Holding(
            policy=settings.events,
            planning=planning,
            advising=advising,
            book=promotion.book,
            new_uid=_new_uid,
        ),
        Proposals(policy=settings.events, promotion=promotion, advising=advising, new_uid=_new_uid),
        Deciding(policy=settings.events, promotion=promotion, planning=planning, advising=advising),
        Promoting(promotion=promotion, advising=advising),
        Posts(policy=settings.posts, plans=PostPlans(policy=settings.posts)),
        Blurbs(policy=settings.posts),
        Feeds(new_token=_new_token, address=settings.feed_address),
        Afterwards(planning=planning),
        Stats(),
        Digests(policy=settings.digest, programme=settings.programme),
        Runs(policy=settings.runs, records=records, card=card),
        Reporting(card=card, write_report=settings.write_report),
        Recruiting(policy=settings.runs, records=records),
        Drafting(records=records),
        Windows(records=records),
        Approving(policy=settings.runs),
        PageDesk(),
        Confirming(policy=settings.runs, records=records, standing=standing, stopping=stopping),
        Halting(policy=settings.runs, records=records, standing=standing, stopping=stopping),
        Righting(records=records),
        GoingOn(policy=settings.runs, records=records),
        Answering(records=records, link=settings.change_link, usual=settings.listens),
        OptingOut(policy=settings.runs),
        Subscribing(
            policy=settings.events,
            runs=settings.runs,
            languages=settings.languages,
            planning=planning,
        ),
        Noticing(policy=settings.runs, records=records),
        Coordinators(networks=settings.networks, word_holds=settings.word_holds),
    )
    commands = tuple(command for desk in desks for command in desk.commands())
    return (*Help(commands=commands).commands(), *commands)


def _new_code() -> str:
    return codes.spelled(secrets.randbits(64))


def _new_token() -> str:
    """Return what nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def _new_uid() -> str:
    """Return a UID for an event (RFC 7986, section 5.3)."""
    return str(uuid.uuid4())
