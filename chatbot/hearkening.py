"""Puts the parts together that listen after runs: only what is configured is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from chatbot import __version__
from chatbot.clock import Alarm, Clock
from chatbot.listening.engine import AskedToStop, ListeningEngine
from chatbot.listening.settings import ListeningSettings
from chatbot.listening.signups import SignUps
from chatbot.listening.stopwords import all_stop_words
from chatbot.listening.teller import Teller
from commands.heard import Hearing
from commands.policy import RunPolicy
from storage.database import Database

if TYPE_CHECKING:
    from chatbot.listening.stream import ChangeStream


def listening_engines(
    *,
    database: Database,
    wikis: Mapping[str, Hearing],
    policy: RunPolicy,
    settings: ListeningSettings,
    contact: str,
    asked_to_stop: AskedToStop,
    told: Callable[[], None],
    alarm: Alarm,
    clock: Clock,
    log: FilteringBoundLogger,
) -> Mapping[str, ListeningEngine | ChangeStream]:
    """Return what listens, by name. `told` is called after notices were planned."""
    stop = all_stop_words()
    mail = None
    if settings.mailbox:
        from chatbot.listening.mail import Mail

        mail = Mail(settings=settings.mailbox, database=database, stop=stop, clock=clock, log=log)
    engine = ListeningEngine(
        database=database,
        wikis=wikis,
        settings=settings,
        stop=stop,
        teller=Teller(
            database=database,
            channels=policy.coordinators,
            between=settings.between,
            link=settings.link,
            clock=clock,
            told=told,
        ),
        sign_ups=SignUps(
            database=database, wikis=wikis, home=policy.home, unified=policy.unified, clock=clock
        ),
        mail=mail,
        asked_to_stop=asked_to_stop,
        alarm=alarm,
        clock=clock,
        log=log,
    )
    if not settings.event_streams:
        return {"listening": engine}
    from chatbot.listening.stream import ChangeStream

    stream = ChangeStream(
        url=settings.event_streams,
        user_agent=f"Bellringer/{__version__} ({contact})",
        changed=engine.changed,
        log=log,
    )
    return {"listening": engine, "change stream": stream}
