"""The way in for a newcomer: a configuration that harms nobody, and a short guided tour."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from chatbot.config import CONSOLE, Config, Console, Coordinators, DryWiki, Events, Limits
from chatbot.publicconfig import CalendarPages, FollowUp, Web
from commands.messages import Line, line

DRY_WIKI = "drywiki"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour: what it shows (a key of the catalogue), and what to type."""

    key: str
    typed: tuple[str, ...]


TOUR = (
    Stop(
        "tour.event",
        (
            "!event add tech-talk in 40 seconds for 20s | How talk pages work | speaker: Ada",
            "!event remind 1 30s 20s start",
            "!events",
        ),
    ),
    Stop("tour.known", ("!promote 1", "!blurb 1", "/msg feed")),
    Stop(
        "tour.draft",
        (
            "!run new Newsletter",
            "!run audience 1 [[Delivery list]]",
            "!run message 1 [[Newsletter]]",
            "!run propose 1",
        ),
    ),
    Stop("tour.first", ("/msg run preview 1", "!confirm 1 CODE")),
    Stop("tour.second", ("/as bob", "/msg run preview 1", "!confirm 1 CODE")),
    Stop("tour.report", ("!run report 1",)),
    Stop("tour.after", ("!recording 1 https://commons.wikimedia.org/wiki/File:Example.ogv",)),
)

_USUAL_PORT = 8080
_CALENDAR = "Project:Events"


def free_port() -> int:
    """Return a port of this machine that nothing listens on, the usual one where it is free."""
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, _USUAL_PORT))
        except OSError:
            probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def try_config(data: Path, *, port: int) -> Config:
    """Return the embedded defaults: SQLite, the console, and a dry wiki, all in one folder.

    The calendar can be opened on this machine at `port`.
    """
    return Config(
        data=str(data.resolve()),
        console=Console(),
        dry_wiki=(DryWiki(name=DRY_WIKI),),
        events=Events(channels=(f"{CONSOLE}/#lounge",)),
        coordinators=Coordinators(channels=(f"{CONSOLE}/#lounge",)),
        # Whoever pastes the whole tour at once is not told to slow down.
        limits=Limits(commands=60),
        web=Web(listen=LOOPBACK, port=port),
        calendar_pages=(
            CalendarPages(
                wiki=DRY_WIKI,
                calendar=_CALENDAR,
                upcoming=f"{_CALENDAR}/Upcoming",
                events=f"{_CALENDAR}/",
            ),
        ),
        follow_up=FollowUp(ask=("5s", "2m", "5m"), give_up="10m"),
    )


def welcome(data: Path) -> tuple[Line, ...]:
    """Return the greeting with the tour; `data` is where the dry wiki's pages can be read."""
    stops = [
        each
        for stop in TOUR
        for each in (line(stop.key), *(line("tour.type", typed=typed) for typed in stop.typed))
    ]
    where = line("tour.pages", folder=str(data / DRY_WIKI))
    return (line("tour.welcome"), line("console.words"), *stops, where)
