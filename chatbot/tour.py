"""The way in for a newcomer: a configuration that harms nobody, and a short guided tour."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chatbot.config import CONSOLE, Config, Console, Coordinators, DryWiki, Events
from commands.messages import Line, line

DRY_WIKI = "drywiki"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour: what it shows (a key of the catalogue), and what to type."""

    key: str
    typed: tuple[str, ...]


TOUR = (
    Stop(
        "tour.event",
        (
            "!event add tech-talk in 40 seconds | How talk pages work | speaker: Ada",
            "!event remind 1 30s 20s start",
            "!events",
        ),
    ),
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
)


def try_config(data: Path) -> Config:
    """Return the embedded defaults: SQLite, the console, and a dry wiki, all in one folder."""
    return Config(
        data=str(data.resolve()),
        console=Console(),
        dry_wiki=(DryWiki(name=DRY_WIKI),),
        events=Events(channels=(f"{CONSOLE}/#lounge",)),
        coordinators=Coordinators(channels=(f"{CONSOLE}/#lounge",)),
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
