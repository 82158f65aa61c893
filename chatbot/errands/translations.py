"""A message with its translations, as a page and its subpages have them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from chatbot.errands.together import together
from commands.messages import Line, line
from commands.rules.drafts import Draft, from_page
from commands.rules.translatable import codes, labelled, own_code, source_text, translations
from commands.wikis import PageText, Wiki
from storage.runvalues import Text

_AT_MOST = 400
"""Languages that one page may have; MediaWiki itself speaks some 450."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found: the page's own text, translations, and what is no message after all."""

    own: Text
    translated: tuple[Text, ...]
    unfit: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Version:
    """One language's wikitext, and where it stands."""

    language: str
    text: str
    source: str


class Translations:
    """Finds translations. All methods raise WikiTrouble."""

    def __init__(self, *, wikis: Mapping[str, Wiki]) -> None:
        self._wikis = wikis

    async def of(
        self, wiki: str, page: PageText, *, language: str, only: Collection[str]
    ) -> Gathered | Line:
        """Return the messages of a page, or why it is none.

        Its own is in `language`, where that is given, else in the page's language. Of its
        translations, those in `only` are taken, or all.
        """
        own = language or await self._language(wiki, page.title)
        versions = await self._sections(wiki, page, own) or await self._subpages(wiki, page, own)
        wanted = [versions[0], *(v for v in versions[1:] if not only or v.language in only)]
        return _gathered(wanted)

    async def _language(self, wiki: str, title: str) -> str:
        code = own_code(title)
        if code and await self._wikis[wiki].languages([code]):
            return code
        found = (await self._wikis[wiki].pages([title]))[title].language
        return found or (await self._wikis[wiki].site()).language

    async def _sections(self, wiki: str, page: PageText, own: str) -> list[_Version]:
        """Return the labelled sections of a page, the page's own language first."""
        sections = labelled(page.text)
        known = await self._known(wiki, sections)
        source = f"{wiki}:{page.title}"
        versions = [_Version(code, sections[code], source) for code in known]
        return sorted(versions, key=lambda version: version.language != own)

    async def _subpages(self, wiki: str, page: PageText, own: str) -> list[_Version]:
        """Return a page and its translations, which stand on subpages."""
        first = _Version(own, source_text(page.text), f"{wiki}:{page.title}")
        found = translations(page.title, await self._wikis[wiki].subpages(page.title))
        known = await self._known(wiki, found)
        read = [self._wikis[wiki].read(found[code]) for code in known if code != own]
        return [first, *_read(wiki, page.title, await together(read))]

    async def _known(self, wiki: str, names: Collection[str]) -> list[str]:
        asked = codes(names)[:_AT_MOST]
        known = await self._wikis[wiki].languages(asked) if asked else {}
        return [code for code in asked if code in known]


def _read(wiki: str, title: str, pages: Collection[PageText]) -> Iterator[_Version]:
    for page in pages:
        code = page.title.removeprefix(f"{title}/")
        yield _Version(code, source_text(page.text), f"{wiki}:{page.title}")


def _gathered(versions: Collection[_Version]) -> Gathered | Line:
    texts: list[Text] = []
    unfit: list[Line] = []
    for version in versions:
        draft = from_page(version.text)
        if isinstance(draft, Draft):
            texts.append(Text(version.language, draft.subject, draft.body, version.source))
        elif not texts:
            return draft
        else:
            unfit.append(line("message.in_language", language=version.language, what=draft))
    return Gathered(texts[0], tuple(texts[1:]), tuple(unfit))
