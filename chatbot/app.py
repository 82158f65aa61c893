"""The composition root: settings in, running parts out. Nothing else knows all parts."""

from __future__ import annotations

import os
import random
import secrets
import socket
import time
from collections.abc import Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from structlog.typing import FilteringBoundLogger

from chatbot import settings, wikisettings
from chatbot.clock import Alarm, Scheduler, utc_now
from chatbot.config import CONSOLE, TELEGRAM, Config
from chatbot.console import Console, shows_web
from chatbot.delivery.announcing import Announcing
from chatbot.delivery.course import Course
from chatbot.delivery.engine import DeliveryEngine
from chatbot.delivery.stopping import Stopping
from chatbot.desks import DeskSettings, all_commands
from chatbot.documents import Documents
from chatbot.errands.engine import ErrandEngine
from chatbot.errands.works import all_works
from chatbot.hearkening import listening_engines
from chatbot.heeding import change_link, listening
from chatbot.history.reading import History
from chatbot.irc.client import IrcClient
from chatbot.keyboard import typed_lines
from chatbot.notices import Notices
from chatbot.opening import open_wikis
from chatbot.outcry import Outcry
from chatbot.publicity import Publicity, Surroundings
from chatbot.reporting.reports import Reports
from chatbot.reporting.turnout import comparison_chart
from chatbot.screens import telegram_engines
from chatbot.secrets import kept_key
from chatbot.series import Series
from chatbot.spans import span
from chatbot.telling import Telling
from chatbot.text import Texts
from chatbot.watch import watch_engine
from commands.declaration import Command
from commands.dispatch import Dispatch
from commands.losing import Losing
from commands.messages import Transport
from commands.overseeing import Overseeing
from commands.planning import Planning
from commands.rate import RateLimit
from commands.rundesk import Records
from commands.standing import Standing
from storage.database import Database

if TYPE_CHECKING:
    from chatbot.telegram.client import TelegramClient


class Part(Protocol):
    """What runs until it is cancelled."""

    def run(self) -> Coroutine[Any, Any, None]:
        """Run."""
        ...


class App:
    """One bot, put together: parts to be run, and wikis to be closed after them.

    `database` is open and up to date. `source` and `screen` are what is typed into the console
    and what it shows, where there is one.
    """

    def __init__(
        self,
        *,
        config: Config,
        environment: Mapping[str, str],
        database: Database,
        scheduler: Scheduler,
        source: TextIO,
        screen: TextIO,
        log: FilteringBoundLogger,
    ) -> None:
        self._config = config
        self._environment = environment
        self._database = database
        self._scheduler = scheduler
        self._log = log
        self._folder = settings.data_folder(config)
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._text = Texts(default=config.language)
        self._event_policy = settings.event_policy(config)
        self._run_policy = settings.run_policy(
            config, kept_key(self._folder / "personal-codes.key")
        )
        self._alarms: dict[str, Alarm] = {}
        self._reports = Reports(
            database=database,
            folder=self._folder / "reports",
            policy=self._run_policy,
            texts=self._text,
            revision_urls=wikisettings.revision_urls(config),
            clock=utc_now,
        )
        self.wikis = open_wikis(config, environment, folder=self._folder, clock=utc_now)
        self.publicity = Publicity(
            config=config,
            environment=environment,
            database=database,
            texts=self._text,
            events=self._event_policy,
            runs=self._run_policy,
            clock=utc_now,
            log=log,
        )
        self._documents = Documents(
            database=database,
            write_report=self._reports.write,
            draw_funnel=self._reports.funnel,
            draw_stats=self._reports.turnout,
            words=self._text.words,
            draw_card=self.publicity.card,
            address=self.publicity.page,
        )
        self._commands = self._all_commands()
        self._dispatch = self._made_dispatch()
        self.console = self._made_console(source, screen)
        self.irc = self._made_irc()
        self.telegram = self._made_telegram()
        self._errands = self._made_errands()
        self._notices = self._made_notices()
        self._announcing = Announcing(policy=self._run_policy, clock=utc_now)
        self._course = self._made_course()
        self._stopping = Stopping(
            policy=self._run_policy,
            announcing=self._announcing,
            addresses=wikisettings.index_addresses(config),
            clock=utc_now,
            log=log,
        )
        self.engines: Mapping[str, Part] = {
            "notices": self._notices,
            "series": self._made_series(),
            "errands": self._errands,
            "watch": self._made_watch(),
            "delivery": self._made_delivery(),
            **self._made_listening(),
            **telegram_engines(
                telegram=self.telegram,
                database=database,
                commands=self._commands,
                texts=self._text,
                events=self._event_policy,
                runs=self._run_policy,
                page=self.publicity.page,
                alarm=self._alarm,
                clock=utc_now,
                log=log,
            ),
            **self.publicity.engines(self._surroundings()),
        }

    @property
    def transports(self) -> Sequence[IrcClient | TelegramClient]:
        """What talks to networks, until it is told to stop."""
        return (*self.irc, self.telegram) if self.telegram else self.irc

    def _alarm(self, name: str) -> Alarm:
        self._alarms[name] = Alarm(name=name, scheduler=self._scheduler, clock=utc_now)
        return self._alarms[name]

    def _back(self, network: str) -> None:
        self._notices.back(network)

    async def _settled(self) -> None:
        await self._errands.settled()
        await self._notices.settled()

    def _wake(self) -> None:
        self.publicity.programme.look_again()
        for alarm in self._alarms.values():
            alarm.ring()

    def _all_commands(self) -> tuple[Command, ...]:
        return all_commands(
            DeskSettings(
                events=self._event_policy,
                runs=self._run_policy,
                networks=settings.networks(self._config),
                languages=self._text.languages,
                word_holds=span("coordinators.word_holds", self._config.coordinators.word_holds),
                write_report=self._reports.write,
                deep_link=lambda code: self.telegram.link(code) if self.telegram else None,
                change_link=change_link(self._config),
                listens=span("runs.listen", self._config.runs.listen),
                posts=self.publicity.posts,
                promotion=self.publicity.promotion,
                digest=self.publicity.digest,
                programme=self.publicity.shown,
                feed_address=self.publicity.feed,
                event_page=self.publicity.page,
            )
        )

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            commands=self._commands,
            wikis=self.wikis,
            draw_chart=comparison_chart,
            keep_stop=self._stopping.stop,
            listening=shows_web(self.console),
            told=self._alarms["notices"].ring,
            alarm=self._alarm,
            holder=self._holder,
        )

    def _made_dispatch(self) -> Dispatch:
        limits = self._config.limits
        return Dispatch(
            database=self._database,
            commands=self._commands,
            limit=RateLimit(most=limits.commands, span=span("limits.span", limits.span)),
            fresh=span("limits.fresh", limits.fresh),
            clock=utc_now,
            wake=self._wake,
            log=self._log,
        )

    def _made_console(self, source: TextIO, screen: TextIO) -> Console | None:
        console = self._config.console
        if console is None:
            return None
        return Console(
            network=CONSOLE,
            channel=console.channel,
            persons=(*console.coordinators, *console.others),
            hear=self._dispatch.hear,
            settled=self._settled,
            text=self._text,
            clock=utc_now,
            source=typed_lines(source),
            screen=screen,
        )

    def _made_irc(self) -> tuple[IrcClient, ...]:
        return tuple(
            IrcClient(
                settings=network,
                hear=self._dispatch.hear,
                text=partial(self._text.lines, prefix=network.prefix),
                clock=utc_now,
                log=self._log,
                joined=partial(self._back, network.network),
            )
            for network in settings.irc_networks(self._config, self._environment)
        )

    def _made_telegram(self) -> TelegramClient | None:
        bot = settings.telegram_bot(self._config, self._environment)
        if bot is None:
            return None
        from chatbot.telegram.client import TelegramClient

        return TelegramClient(
            settings=bot,
            hear=self._dispatch.hear,
            commands=self._commands,
            texts=self._text,
            database=self._database,
            documents=self._documents.files,
            lost=Losing(channels=self._run_policy.coordinators, clock=utc_now).tell,
            clock=utc_now,
            log=self._log,
            told=self._wake,
            back=partial(self._back, TELEGRAM),
            posted=self._wake,
        )

    def _made_errands(self) -> ErrandEngine:
        return ErrandEngine(
            database=self._database,
            works=all_works(
                database=self._database,
                wikis=self.wikis,
                census=self.wikis,
                history=History(settings=settings.history(self._config)),
                policy=self._run_policy,
                imports=self._folder / "import",
                fresh=span("runs.accounts_fresh", self._config.runs.accounts_fresh),
                words=self._text.words,
                spoken=self._text.languages,
                clock=utc_now,
                revision_urls=wikisettings.revision_urls(self._config),
                told=self._wake,
                report=self._reports.wikitext,
            ),
            alarm=self._alarm("errands"),
            clock=utc_now,
            answered=self._wake,
            holder=self._holder,
            log=self._log,
        )

    def _made_notices(self) -> Notices:
        transports: dict[str, Transport] = {each.network: each for each in self.irc}
        if self.telegram:
            transports[TELEGRAM] = self.telegram
        if self.console:
            transports[CONSOLE] = self.console
        return Notices(
            database=self._database,
            networks=tuple(transports),
            telling=Telling(
                database=self._database,
                transports=transports,
                clock=utc_now,
                holder=self._holder,
                grace=self._event_policy.grace,
                languages=settings.languages(self._config),
                log=self._log,
            ),
            alarm=self._alarm("notices"),
            clock=utc_now,
            holder=self._holder,
            log=self._log,
        )

    def _made_series(self) -> Part:
        return Series(
            database=self._database,
            planning=Planning(policy=self._event_policy),
            horizon=self._event_policy.horizon,
            planned=self._wake,
            alarm=self._alarm("series"),
            clock=utc_now,
            log=self._log,
        )

    def _made_watch(self) -> Part:
        records = Records(policy=self._run_policy)
        standing = Standing(policy=self._run_policy, records=records)
        return watch_engine(
            database=self._database,
            overseeing=Overseeing(policy=self._run_policy, records=records, standing=standing),
            alarm=self._alarm("watch"),
            clock=utc_now,
            told=self._alarms["notices"].ring,
            log=self._log,
        )

    def _made_course(self) -> Course:
        return Course(
            database=self._database,
            policy=self._run_policy,
            write_report=self._reports.write,
            announcing=self._announcing,
            clock=utc_now,
            # Not the delivery's own alarm: each review would call for the next.
            told=self._alarms["notices"].ring,
            log=self._log,
        )

    def _made_listening(self) -> Mapping[str, Part]:
        told = self._alarms["notices"].ring
        outcry = Outcry(
            database=self._database, course=self._course, limit=self._run_policy.stops, told=told
        )
        return listening_engines(
            database=self._database,
            wikis=self.wikis,
            policy=self._run_policy,
            settings=listening(self._config, self._environment),
            contact=self._config.contact,
            asked_to_stop=outcry.asked_to_stop,
            told=told,
            alarm=self._alarm("listening"),
            clock=utc_now,
            log=self._log,
        )

    def _made_delivery(self) -> Part:
        return DeliveryEngine(
            database=self._database,
            wikis=self.wikis,
            policy=self._run_policy,
            settings=wikisettings.lane_settings(self._config),
            course=self._course,
            stopping=self._stopping,
            alarm=self._alarm("delivery"),
            clock=utc_now,
            monotonic=time.monotonic,
            jitter=random.random,
            holder=self._holder,
            log=self._log,
        )
