"""Where lists and messages are read from: pages of wikis, and the operator's import folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chatbot.errands.survey import Survey
from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.rules.lists import Reading, read_file, read_members, read_page
from commands.rules.sources import File, Page, place_of, source
from commands.rules.titles import Title, normalise, prefixed
from commands.wikis import PageText, SiteFacts, Wiki

_CATEGORY = 14


@dataclass(frozen=True, slots=True)
class Found:
    """A list that was read; `name` is where from, and `why` a reason to be on it."""

    reading: Reading
    name: str
    why: Line


class Sources:
    """Reads what a command names. `imports` is the folder of import files.

    The methods return a sentence where nothing can be read; they raise WikiTrouble.
    """

    def __init__(
        self, *, wikis: Mapping[str, Wiki], survey: Survey, policy: RunPolicy, imports: Path
    ) -> None:
        self._wikis = wikis
        self._survey = survey
        self._policy = policy
        self._imports = imports

    async def listed(self, text: str) -> Found | Line:
        """Return what the list names that `text` names."""
        sites = await self._survey.sites()
        match source(text):
            case File(name):
                return await self._file(name, sites)
            case Page() as named:
                place = place_of(named, home=self._policy.home, sites=sites)
                return await self._on_wiki(*place, sites) if place else self._no_such_wiki(text)
        return self._no_such_wiki(text)

    async def page(self, text: str) -> tuple[str, PageText] | Line:
        """Return the page that `text` names, with its wiki."""
        sites = await self._survey.sites()
        named = source(text)
        place = (
            place_of(named, home=self._policy.home, sites=sites)
            if isinstance(named, Page)
            else None
        )
        if place is None:
            return self._no_such_wiki(text)
        wiki, title = place
        return wiki, await self._wikis[wiki].read(title)

    async def _on_wiki(self, wiki: str, name: str, sites: Mapping[str, SiteFacts]) -> Found:
        title = normalise(name, sites[wiki])
        if isinstance(title, Title) and title.namespace == _CATEGORY:
            full = prefixed(title, sites[wiki])
            members = await self._wikis[wiki].members(full)
            reading = read_members(members, home=wiki, sites=sites)
            return Found(reading, f"{wiki}:{full}", line("reason.category", page=full))
        page = await self._wikis[wiki].read(name)
        reading = read_page(page, home=wiki, sites=sites)
        return Found(reading, f"{wiki}:{page.title}", line("reason.list", page=page.title))

    async def _file(self, name: str, sites: Mapping[str, SiteFacts]) -> Found | Line:
        path = self._imports / name
        data = await asyncio.to_thread(_content, path, self._imports)
        if data is None:
            return line("audience.no_file", name=name, folder=str(self._imports))
        return Found(read_file(data, sites=sites), f"file:{name}", line("reason.file"))

    def _no_such_wiki(self, text: str) -> Line:
        return line("audience.no_wiki", given=text, wikis=self._policy.wikis)


def _content(path: Path, folder: Path) -> bytes | None:
    """Return what a file of the folder holds; None for no file, or a link that leads out of it."""
    whole = path.resolve()
    if whole.parent != folder.resolve() or not whole.is_file():
        return None
    return whole.read_bytes()
