"""Puts together what keeps the calendar on wikis up to date: one engine a wiki."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from chatbot import publicconfig
from chatbot.clock import Alarm, Clock
from chatbot.programme import Programme
from chatbot.publish.wikipages_settings import CalendarSettings
from chatbot.rounds import Rounds
from chatbot.sections import ConfigError
from chatbot.spans import span
from chatbot.text import Texts
from commands.policy import RunPolicy
from commands.rules.showcase import choice
from commands.tongues import chosen
from commands.wikis import Wiki
from storage.database import Database

if TYPE_CHECKING:
    from chatbot.publish.wikipages_stops import KeepStop

_EDITS_PER_MINUTE = 20
_GATHER = timedelta(minutes=1)
_GATHER_WHERE_DRY = timedelta(seconds=2)


def calendar_settings(
    sections: Collection[publicconfig.CalendarPages],
    *,
    wikis: Collection[str],
    languages: Collection[str],
) -> tuple[CalendarSettings, ...]:
    """Return what is kept on which wiki. Raises ConfigError naming the key.

    `languages` are those that the bot speaks.
    """
    taken: set[tuple[str, str, str]] = set()
    for each in sections:
        if each.wiki not in wikis:
            known = ", ".join(wikis) or "none"
            raise ConfigError(f"calendar_pages.wiki: no wiki {each.wiki!r} (wikis: {known})")
        if not (each.calendar or each.upcoming or each.events):
            raise ConfigError("calendar_pages: name a page as calendar, upcoming or events")
        if each.template and not each.events:
            raise ConfigError("calendar_pages.template: it is for the pages that events names")
        if each.language and chosen(each.language, tuple(languages)) is None:
            spoken = ", ".join(languages)
            raise ConfigError(f"calendar_pages.language: {each.language!r} is none of {spoken}")
        for key in ("calendar", "upcoming", "events"):
            place = (each.wiki, key, getattr(each, key))
            if place[2] and place in taken:
                raise ConfigError(f"calendar_pages.{key}: {place[2]!r} stands there twice")
            taken.add(place)
    return tuple(_settings(each) for each in sections)


def calendar_page_engines(
    *,
    settings: Collection[CalendarSettings],
    database: Database,
    programme: Programme,
    wikis: Mapping[str, Wiki],
    texts: Texts,
    policy: RunPolicy,
    stop_pages: Mapping[str, str],
    keep_stop: KeepStop,
    told: Callable[[], None],
    alarm: Callable[[str], Alarm],
    clock: Clock,
    holder: str,
    log: FilteringBoundLogger,
    gather: timedelta = _GATHER,
) -> Mapping[str, Rounds]:
    """Return an engine for each wiki that has such pages, by name.

    `stop_pages` are the pages by whose edit a wiki stops the bot; `keep_stop` keeps such a stop
    and tells people. `alarm` makes an alarm of a name. Changes are gathered for `gather`.
    """
    if not settings:
        return {}
    from chatbot.publish.wikipages import Pages
    from chatbot.publish.wikipages_engine import WikiPages
    from chatbot.publish.wikipages_keeping import Keeping
    from chatbot.publish.wikipages_stops import StopSigns

    engines: dict[str, Rounds] = {}
    for wiki in dict.fromkeys(each.wiki for each in settings):
        pace = policy.paces.get(wiki)
        engine = WikiPages(
            database=database,
            programme=programme,
            wiki=wikis[wiki],
            pages=[Pages(settings=each, texts=texts) for each in settings if each.wiki == wiki],
            keeping=Keeping(wiki=wikis[wiki], about=policy.about, clock=clock),
            signs=StopSigns(
                database=database,
                wiki=wikis[wiki],
                stop_page=stop_pages.get(wiki),
                keep_stop=keep_stop,
            ),
            coordinators=policy.coordinators,
            edits_per_minute=pace.edits_per_minute if pace else _EDITS_PER_MINUTE,
            # Whoever tries it out wants to see it, and no history fills up.
            gather=_GATHER_WHERE_DRY if wikis[wiki].dry else gather,
            holder=holder,
            clock=clock,
            told=told,
            log=log,
        )
        name = f"pages on {wiki}"
        engines[name] = Rounds(name=name, look=engine.look, alarm=alarm(name), clock=clock, log=log)
    return engines


def _settings(each: publicconfig.CalendarPages) -> CalendarSettings:
    return CalendarSettings(
        wiki=each.wiki,
        calendar=each.calendar,
        upcoming=each.upcoming,
        events=each.events,
        template=each.template,
        language=each.language or None,
        wanted=choice(each.kinds, each.topics, each.languages),
        ahead=span("calendar_pages.ahead", each.ahead),
        past=span("calendar_pages.past", each.past),
        most=each.most,
        local_time=each.local_time,
    )
