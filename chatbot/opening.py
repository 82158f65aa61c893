"""Opens the wikis that are configured: real ones, each in a thread of its own, and dry ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from chatbot import wikisettings
from chatbot.clock import Clock
from chatbot.config import Config
from commands.census import Census
from commands.heard import Hearing
from commands.wikis import Wiki


class OpenWiki(Wiki, Census, Hearing, Protocol):
    """A wiki that is read, written to, and listened to."""


def open_wikis(
    config: Config, environment: Mapping[str, str], *, folder: Path, clock: Clock
) -> Mapping[str, OpenWiki]:
    """Return all wikis by name; only what is configured is loaded. Raises ConfigError."""
    opened: dict[str, OpenWiki] = {}
    if config.wiki:
        from chatbot.wiki.library import Library
        from chatbot.wiki.sites import PywikibotWiki

        library = Library(folder=folder / "pywikibot")
        for wiki in wikisettings.real_wikis(config, environment):
            opened[wiki.name] = PywikibotWiki(settings=wiki, library=library)
    for dry in config.dry_wiki:
        from chatbot.wiki.dry.wiki import DryWiki

        opened[dry.name] = DryWiki(name=dry.name, folder=folder / dry.name, clock=clock)
    return opened
