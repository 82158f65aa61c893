"""Puts the web face together, where there is one: only then is anything of it loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.config import CONSOLE, KINDS, TELEGRAM, Config
from chatbot.programme import Programme
from chatbot.text import Texts
from commands.declaration import Command

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from chatbot.web.cardroutes import Cards
    from chatbot.web.feedroutes import Feeds
    from chatbot.web.kit import Kit
    from chatbot.web.server import WebServer

Statistics = Callable[["Kit"], "Sequence[BaseRoute]"]
"""Returns the routes of `/organisers/stats`; called only where there is a web face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFace:
    """What the operator decided. `address` has no slash at its end."""

    listen: str
    port: int
    address: str
    title: str
    kinds: tuple[str, ...]
    chats: tuple[str, ...]
    prefix: str


def web_face(config: Config) -> WebFace | None:
    """Return what the configuration says of the web face, None where there is none."""
    web = config.web
    if web is None:
        return None
    return WebFace(
        listen=web.listen,
        port=web.port,
        address=web.address.rstrip("/"),
        title=web.title,
        kinds=tuple({**KINDS, **config.events.kinds}),
        chats=tuple(_chats(config)),
        prefix=config.irc[0].prefix if config.irc else "",
    )


def web_engines(
    *,
    settings: WebFace | None,
    programme: Programme,
    texts: Texts,
    commands: Sequence[Command],
    feeds: Feeds | None,
    cards: Cards | None,
    statistics: Statistics | None,
    listening: Callable[[str], None],
    clock: Clock,
    log: FilteringBoundLogger,
) -> Mapping[str, WebServer]:
    """Return what serves the web face, by name.

    Pages link to `feeds`, to the pictures of `cards` and to `statistics` where there are any.
    `listening` is told where the site can be opened on this machine.
    """
    if settings is None:
        return {}
    from chatbot.web.apologies import Apologies
    from chatbot.web.calendar import Calendar
    from chatbot.web.cardroutes import CardRoutes
    from chatbot.web.embed import Embed
    from chatbot.web.eventpage import EventPage
    from chatbot.web.feedroutes import FeedRoutes
    from chatbot.web.kit import Kit
    from chatbot.web.organisers import Organisers
    from chatbot.web.presenters import Presenters
    from chatbot.web.server import WebServer
    from chatbot.web.settings import Shown
    from chatbot.web.site import site

    shown = Shown(
        title=settings.title,
        address=settings.address,
        kinds=settings.kinds,
        chats=settings.chats,
        prefix=settings.prefix,
        feeds=feeds is not None,
        cards=cards is not None,
        statistics=statistics is not None,
    )
    kit = Kit(programme=programme, texts=texts, shown=shown, clock=clock)
    pages = (
        Calendar(kit),
        EventPage(kit),
        Presenters(kit, commands=commands),
        Organisers(kit, commands=commands),
        Embed(kit),
        kit.statics,
    )
    routes: list[BaseRoute] = [route for page in pages for route in page.routes()]
    if feeds:
        routes += FeedRoutes(feeds).routes()
    if cards:
        routes += CardRoutes(cards).routes()
    if statistics:
        routes += statistics(kit)
    server = WebServer(
        site=site(routes, apology=Apologies(kit).page, log=log),
        host=settings.listen,
        port=settings.port,
        prepare=kit.prepare,
        listening=listening,
        log=log,
    )
    return {"web": server}


def _chats(config: Config) -> Sequence[str]:
    """Return the channels that people can find by their names."""
    named = (each.partition("/") for each in config.events.channels)
    return [
        f"{channel} ({network})"
        for network, _, channel in named
        if network not in {CONSOLE, TELEGRAM}
    ]
