"""Everything by which the public hears of events, put together: for the composition root alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from chatbot import settings, wikisettings
from chatbot.clock import Alarm, Clock
from chatbot.config import Config
from chatbot.digesting import digest_engines, digest_policy, shown_by
from chatbot.feeding import event_page, made_feeding, own_feed
from chatbot.following import follow_up_engine, follow_up_policy
from chatbot.programme import Programme
from chatbot.promoting import in_the_digest, promoting_engine
from chatbot.promotionsettings import plan_page, promotion_policy
from chatbot.rounds import Rounds
from chatbot.serving import web_engines, web_face
from chatbot.socialising import post_policy, social_accounts, social_engines
from chatbot.text import Texts
from chatbot.waiting import waiting_engine
from chatbot.wikipublishing import calendar_page_engines, calendar_settings
from commands.declaration import Command
from commands.noticing import NoticeCarrier
from commands.planning import Planning
from commands.policy import EventPolicy, RunPolicy
from commands.postplans import PostPlans
from commands.promotion import Carrier
from commands.rules.turnout import Turnouts
from commands.stats import collected
from commands.wikis import Wiki
from storage.database import Database
from storage.promotionvalues import Deed
from storage.values import Event

if TYPE_CHECKING:
    from starlette.routing import Route

    from chatbot.publish.wikipages_stops import KeepStop
    from chatbot.web.kit import Kit
    from chatbot.web.server import WebServer
    from chatbot.web.statspage import Draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the engines are given of the rest of the bot.

    `alarm` makes an alarm of a name. `told` is called after notices were planned. `keep_stop`
    keeps that a wiki stops the bot. `listening` is told where the web face can be opened.
    """

    commands: Sequence[Command]
    wikis: Mapping[str, Wiki]
    draw_chart: Draw
    keep_stop: KeepStop
    listening: Callable[[str], None]
    told: Callable[[], None]
    alarm: Callable[[str], Alarm]
    holder: str


class Publicity:
    """Knows what is published of events, and makes the engines that do it. Raises ConfigError."""

    def __init__(
        self,
        *,
        config: Config,
        environment: Mapping[str, str],
        database: Database,
        texts: Texts,
        events: EventPolicy,
        runs: RunPolicy,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._config = config
        self._environment = environment
        self._database = database
        self._texts = texts
        self._events = events
        self._runs = runs
        self._clock = clock
        self._log = log
        self.programme = Programme(database=database, log=log)
        self._address = site_address(config)
        self._known_address = known_address(config)
        self._accounts = social_accounts(config.social, environment)
        self._follow_up = follow_up_policy(config)
        self.promotion = promotion_policy(config)
        self.digest = digest_policy(config)
        self.shown = shown_by(self.programme)
        self._feeding = made_feeding(
            database=database,
            programme=self.programme,
            texts=texts,
            title=config.web.title if config.web else "",
            address=self._address,
            kinds=tuple(events.kinds),
            clock=clock,
            log=log,
        )
        self.posts = post_policy(
            accounts=self._accounts,
            sharing=config.sharing,
            texts=texts,
            link=self._link,
            alt=self._feeding.cards.alt,
            coordinators=runs.coordinators,
        )
        self.card = self._feeding.card

    def page(self, number: int, occurrence: datetime | None = None) -> str | None:
        """Return where an event stands on the web, None where people cannot reach that."""
        known = self._known_address
        return event_page(known, number, occurrence) if known else None

    def feed(self, token: str) -> str | None:
        """Return where a person's own feed is, None where he could not reach it."""
        return own_feed(self._known_address, token) if self._known_address else None

    def engines(self, around: Surroundings) -> Mapping[str, Rounds | WebServer]:
        """Return all engines by name; where nothing is configured for one, it is not there."""
        return {
            **self._about_events(around),
            **self._on_wikis(around),
            **self._elsewhere(around),
        }

    async def close(self) -> None:
        """Let go of what is connected to others."""
        await self._accounts.close()

    def _link(self, event: Event, start: datetime) -> str | None:
        return self.page(event.number, start if event.recurrence_rule else None)

    def _about_events(self, around: Surroundings) -> Mapping[str, Rounds]:
        return {
            "follow-up": follow_up_engine(
                database=self._database,
                policy=self._follow_up,
                networks=self._events.networks,
                coordinators=self._runs.coordinators,
                told=around.told,
                alarm=around.alarm("follow-up"),
                clock=self._clock,
                log=self._log,
            ),
            "promotion": promoting_engine(
                database=self._database,
                events=self._events,
                policy=self.promotion,
                page=plan_page(self._config),
                wikis=around.wikis,
                carriers=self._carriers(),
                told=around.told,
                alarm=around.alarm("promotion"),
                clock=self._clock,
                log=self._log,
            ),
            "waiting": waiting_engine(
                database=self._database,
                planning=Planning(policy=self._events),
                told=around.told,
                alarm=around.alarm("waiting"),
                clock=self._clock,
                log=self._log,
            ),
        }

    def _carriers(self) -> Mapping[Deed, Carrier]:
        """Return what the steps of promotion plans are done by; others are told to people."""
        found: dict[Deed, Carrier] = {
            Deed.NOTICE: NoticeCarrier(coordinators=self._runs.coordinators).carry
        }
        if self.posts.accounts:
            found[Deed.POSTS] = PostPlans(policy=self.posts).draft
        if self._config.digest:
            found[Deed.DIGEST] = in_the_digest
        return found

    def _on_wikis(self, around: Surroundings) -> Mapping[str, Rounds]:
        return calendar_page_engines(
            settings=calendar_settings(
                self._config.calendar_pages,
                wikis=settings.wikis(self._config),
                languages=self._texts.languages,
            ),
            database=self._database,
            programme=self.programme,
            wikis=around.wikis,
            texts=self._texts,
            policy=self._runs,
            stop_pages=wikisettings.lane_settings(self._config).stop_pages,
            keep_stop=around.keep_stop,
            told=around.told,
            alarm=around.alarm,
            clock=self._clock,
            holder=around.holder,
            log=self._log,
        )

    def _elsewhere(self, around: Surroundings) -> Mapping[str, Rounds | WebServer]:
        return {
            **digest_engines(
                config=self._config,
                environment=self._environment,
                database=self._database,
                policy=self.digest,
                programme=self.shown,
                wikis=around.wikis,
                texts=self._texts,
                event_link=lambda number: self.page(number) or "",
                told=around.told,
                alarm=around.alarm("digest"),
                clock=self._clock,
                holder=around.holder,
                log=self._log,
            ),
            **social_engines(
                accounts=self._accounts,
                policy=self.posts,
                database=self._database,
                programme=self.programme.now,
                card=self._feeding.cards.drawn,
                holder=around.holder,
                told=around.told,
                alarm=around.alarm,
                clock=self._clock,
                log=self._log,
            ),
            **web_engines(
                settings=web_face(self._config),
                programme=self.programme,
                texts=self._texts,
                commands=around.commands,
                feeds=self._feeding.feeds,
                cards=self._feeding.cards,
                statistics=partial(self._statistics, around.draw_chart),
                listening=around.listening,
                clock=self._clock,
                log=self._log,
            ),
        }

    def _statistics(self, draw: Draw, kit: Kit) -> tuple[Route, ...]:
        from chatbot.web.statspage import StatsPage

        return StatsPage(kit, collect=self._turnouts, draw=draw).routes()

    async def _turnouts(self, since: datetime) -> Turnouts:
        async with self._database.reading() as session:
            return await collected(session, since=since)


def site_address(config: Config) -> str:
    """Return where the web face begins, without a slash at its end; empty where there is none.

    Where the public's address is not known it is the one on this machine.
    """
    web = config.web
    if web is None:
        return ""
    host = f"[{web.listen}]" if ":" in web.listen else web.listen
    return web.address.rstrip("/") or f"http://{host}:{web.port}"


def known_address(config: Config) -> str:
    """Return where those in the chats reach the web face; empty where they do not.

    Whoever plays in the terminal sits at this machine.
    """
    reached = config.web is not None and (config.web.address or config.console)
    return site_address(config) if reached else ""
