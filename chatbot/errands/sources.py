"""Where lists and messages are read from: pages of wikis, and the operator's import folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.errands.survey import Survey
from commands.census import Census
from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.rules.lists import Reading, read_file, read_members, read_page
from commands.rules.reasons import reason
from commands.rules.recipe import Recipe, SourceKind
from commands.rules.recipefile import from_file, from_page
from commands.rules.signatures import signers
from commands.rules.sources import File, Page, place_of, source
from commands.rules.titles import Title, normalise, prefixed
from commands.wikis import PageText, Wiki
from storage.values import Destination

_CATEGORY = 14


@dataclass(frozen=True, slots=True)
class Found:
    """A list that was read, and `why` somebody is on it."""

    reading: Reading
    why: Line


class Sources:
    """Reads what a command names. `imports` is the folder of import files.

    The methods return a sentence where nothing can be read; they raise WikiTrouble.
    """

    def __init__(
        self,
        *,
        wikis: Mapping[str, Wiki],
        census: Mapping[str, Census],
        survey: Survey,
        policy: RunPolicy,
        imports: Path,
    ) -> None:
        self._wikis = wikis
        self._census = census
        self._survey = survey
        self._policy = policy
        self._imports = imports

    async def recipe(self, text: str) -> Recipe | Line:
        """Return the recipe that stands in the file or on the page that `text` names."""
        match source(text):
            case File(name):
                data = await self._content(name)
                return data if isinstance(data, Line) else from_file(data)
            case _:
                page = await self.page(text)
                return page if isinstance(page, Line) else from_page(page[1].text)

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
            return line("audience.no_wiki", given=text, wikis=self._policy.wikis)
        wiki, title = place
        return wiki, await self._wikis[wiki].read(title)

    async def places(self, pages: Sequence[Destination]) -> Sequence[tuple[str, str]]:
        """Return the wiki and title of each page, whose name may begin with another wiki's."""
        sites = await self._survey.sites()

        def place(page: Destination) -> tuple[str, str]:
            known = page.network in sites
            found = place_of(Page(page.address), home=page.network, sites=sites) if known else None
            # Of what leads nowhere, the wiki that it was said of tells best what is wrong.
            return found or (page.network, page.address)

        return [place(each) for each in pages]

    async def file(self, name: str) -> Found | Line:
        """Return the list in a file of the import folder."""
        data = await self._content(name)
        if isinstance(data, Line):
            return data
        return Found(read_file(data, sites=await self._survey.sites()), reason(SourceKind.FILE))

    async def listed(self, wiki: str, name: str, *, depth: int) -> Found:
        """Return the list on a page, or who is in a category and so far down its subcategories.

        The reason names the page as the recipe does, not the one that it may redirect to: by
        that it is known again when it is said in other languages.
        """
        sites = await self._survey.sites()
        title = normalise(name, sites[wiki])
        if isinstance(title, Title) and title.namespace == _CATEGORY:
            full = prefixed(title, sites[wiki])
            members = await self._members(wiki, full, depth)
            reading = read_members(members, home=wiki, sites=sites)
            return Found(reading, reason(SourceKind.PAGE, full, category=True))
        page = await self._wikis[wiki].read(name)
        reading = read_page(page, home=wiki, sites=sites)
        return Found(reading, reason(SourceKind.PAGE, name))

    async def signers(self, wiki: str, name: str) -> Found:
        """Return those who signed a page, named in the reason as the recipe names it."""
        page = await self._wikis[wiki].read(name)
        reading = signers(page.text, home=wiki, sites=await self._survey.sites())
        return Found(reading, reason(SourceKind.SIGNERS, name))

    async def _members(self, wiki: str, category: str, depth: int) -> Sequence[str]:
        if not depth:
            return await self._wikis[wiki].members(category)
        users = await self._census[wiki].users_in(category, depth=depth)
        return [f"User talk:{name}" for name in users]

    async def _content(self, name: str) -> bytes | Line:
        data = await asyncio.to_thread(_content, self._imports / name, self._imports)
        if data is None:
            return line("audience.no_file", name=name, folder=str(self._imports))
        return data


def _content(path: Path, folder: Path) -> bytes | None:
    """Return what a file of the folder holds; None for no file, or a link that leads out of it."""
    whole = path.resolve()
    if whole.parent != folder.resolve() or not whole.is_file():
        return None
    return whole.read_bytes()
