"""Delivery lists in the forms that people keep them in, read so that nothing is lost silently.

What is read from a page:

- the MassMessage list (JSON): each of `targets`, on `site` where it names one;
- `{{#target:User talk:X|en.wikipedia.org}}` and the templates made of it on Meta-Wiki and
  Wikipedia: `{{target|user=X|site=…}}`, `{{target|page=…}}`, `{{mailing list member|user=X}}`;
- on a page without those, lines that begin with a link to a user or a user talk page, also of
  another wiki (`[[:sv:User talk:X]]`). More links of the line count as long as nothing but
  punctuation stands between.

On a page with targets, links are what they are for MassMessage: no entries. Whatever looks like
an entry and is not read as one is told with its line. Users become their talk pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from commands.rules.titles import (
    MAIN,
    USER,
    USER_TALK,
    Refusal,
    Title,
    namespace_number,
    normalise,
    prefixed,
    talk_of,
)
from commands.wikis import PageText, SiteFacts

if TYPE_CHECKING:
    from commands.rules.listmarkup import Link, Mark, Target

_HEADER_WIKI = frozenset({"wiki", "site", "project", "dbname"})
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list: a page of a configured wiki, in normal form where it is a title.

    `line` counts lines from 1; in a JSON list or a category it counts the entries.
    """

    wiki: str
    title: str
    as_listed: str
    line: int


@dataclass(frozen=True, slots=True)
class Unread:
    """What names nobody that could be written to, and why: the end of the key `funnel.unread.…`."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a list holds: every entry stands in one of the two."""

    listed: tuple[Listed, ...]
    unread: tuple[Unread, ...]


def read_page(page: PageText, *, home: str, sites: Mapping[str, SiteFacts]) -> Reading:
    """Return what a list page of the wiki `home` names. `sites` are the configured wikis."""
    reader = _Reader(home, sites)
    if page.content_model == "MassMessageListContent":
        return _reading(reader.json_list(page))
    if page.content_model != "wikitext":
        return Reading((), (Unread(0, page.title, "content-model"),))
    # The parser takes memory that a process which reads no lists need not pay for.
    from commands.rules.listmarkup import read

    return _reading(reader.wikitext(read(page.text)))


def read_members(titles: Sequence[str], *, home: str, sites: Mapping[str, SiteFacts]) -> Reading:
    """Return what the members of a category of the wiki `home` name."""
    reader = _Reader(home, sites)
    return _reading(
        reader.entry(title, home, line, title) for line, title in enumerate(titles, start=1)
    )


def read_file(data: bytes, *, sites: Mapping[str, SiteFacts]) -> Reading:
    """Return what an import file names: `wiki<TAB>user` in UTF-8, one a line.

    The wiki is a configured name, a database name or a host name. A byte order mark, CRLF,
    blank lines, a header line and lines that begin with `#` are no entries.
    """
    lines = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1)
    rows = [(n, row) for n, row in lines if row.strip() and not row.lstrip().startswith(b"#")]
    if rows and _is_header(rows[0][1], sites):
        del rows[0]
    reader = _Reader("", sites)
    return _reading(reader.row(row, number) for number, row in rows)


def wiki_of(name: str, sites: Mapping[str, SiteFacts]) -> str | None:
    """Return the configured wiki known by a host name, address or database name, else None."""
    host = name.strip().lower().removeprefix("https:").removeprefix("http:")
    host = host.removeprefix("//").partition("/")[0]
    for wiki, site in sites.items():
        if host in (wiki.lower(), *(server.lower() for server in site.server_names)):
            return wiki
    return None


def follow(text: str, wiki: str, sites: Mapping[str, SiteFacts]) -> tuple[str, str] | None:
    """Follow the interwiki prefixes of a title on `wiki`: the configured wiki and the rest.

    None where one leads to a wiki that is not configured.
    """
    while True:
        site = sites[wiki]
        prefix, colon, rest = text.strip().lstrip(":").partition(":")
        prefix = prefix.strip().lower()
        is_namespace = namespace_number(prefix, site) is not None
        if not colon or is_namespace or prefix not in site.interwiki_prefixes:
            return wiki, text
        host = site.interwiki_hosts.get(prefix)
        found = wiki_of(host, sites) if host else None
        if found is None:
            return None
        wiki, text = found, rest


def _reading(entries: Iterable[Listed | Unread]) -> Reading:
    found = tuple(entries)
    return Reading(
        tuple(entry for entry in found if isinstance(entry, Listed)),
        tuple(entry for entry in found if isinstance(entry, Unread)),
    )


def _is_header(row: bytes, sites: Mapping[str, SiteFacts]) -> bool:
    name = row.split(b"\t")[0].strip().decode(errors="replace").lower()
    return name in _HEADER_WIKI and wiki_of(name, sites) is None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the entries of one list, whose unqualified names belong to the wiki `home`."""

    home: str
    sites: Mapping[str, SiteFacts]

    def json_list(self, page: PageText) -> Iterator[Listed | Unread]:
        try:
            targets = json.loads(page.text)["targets"]
        except (ValueError, KeyError, TypeError):
            targets = None
        if not isinstance(targets, list):
            yield Unread(0, page.title, "not-json")
            return
        for number, target in enumerate(targets, start=1):
            text = json.dumps(target, ensure_ascii=False)[:_LONGEST]
            match target:
                case {"title": str(title), "site": str(site)}:
                    yield self.on_site(title, site, number, text)
                case {"title": str(title)} if "site" not in target:
                    yield self.entry(title, self.home, number, title)
                case _:
                    yield Unread(number, text, "names-nobody")

    def wikitext(self, marks: Sequence[Mark]) -> Iterator[Listed | Unread]:
        from commands.rules.listmarkup import Link, Odd, Target

        has_targets = any(isinstance(mark, Target) for mark in marks)
        for _line, together in groupby(marks, key=lambda mark: (mark.line, type(mark))):
            for mark in (row := tuple(together)):
                if isinstance(mark, Odd):
                    yield Unread(mark.line, mark.text, mark.reason)
                elif isinstance(mark, Target):
                    yield self.target(mark)
            links = tuple(mark for mark in row if isinstance(mark, Link))
            if links:
                yield from self.vain_links(links) if has_targets else self.links(links)

    def target(self, target: Target) -> Listed | Unread:
        namespace = USER if target.is_user else MAIN
        return self.on_site(target.title, target.site, target.line, target.text, namespace)

    def links(self, links: Sequence[Link]) -> Iterator[Listed | Unread]:
        """Yield what the links of one line stand for, each page once."""
        pages = [(link, self.user_page(link)) for link in links]
        entries: dict[tuple[str, str], Listed] = {}
        for link, page in pages:
            if page and link.leading:
                entries.setdefault((page.wiki, page.title), page)
        yield from entries.values()
        for link, page in pages:
            if page and (page.wiki, page.title) not in entries:
                yield Unread(link.line, link.text, "in-sentence")
        if not entries and links[0].item and links[0].leading and not pages[0][1]:
            known = follow(links[0].title, self.home, self.sites)
            yield Unread(links[0].line, links[0].text, "not-a-user" if known else "site-unknown")

    def vain_links(self, links: Sequence[Link]) -> Iterator[Unread]:
        """Yield the list item that somebody added as a link where the others are targets."""
        first = links[0]
        if first.item and first.leading and self.user_page(first):
            yield Unread(first.line, first.text, "beside-targets")

    def user_page(self, link: Link) -> Listed | None:
        place = follow(link.title, self.home, self.sites)
        title = normalise(place[1], self.sites[place[0]]) if place else None
        if not (place and isinstance(title, Title) and title.namespace in (USER, USER_TALK)):
            return None
        return self.listed(place[1], place[0], link.line, link.text, MAIN)

    def row(self, data: bytes, number: int) -> Listed | Unread:
        """Return what a line of an import file names."""
        try:
            line = data.decode().strip()
        except UnicodeDecodeError:
            return Unread(number, data.decode(errors="replace").strip()[:_LONGEST], "not-utf8")
        fields = [name.strip() for name in line.split("\t")]
        if len(fields) != 2 or not all(fields):
            return Unread(number, line[:_LONGEST], "not-two-fields")
        return self.on_site(fields[1], fields[0], number, line[:_LONGEST], USER)

    def on_site(
        self, title: str, site: str, line: int, as_listed: str, namespace: int = MAIN
    ) -> Listed | Unread:
        """Return the entry for a title on a wiki that is named; no name means the list's own."""
        wiki = wiki_of(site, self.sites) if site.strip() else self.home
        if wiki is None:
            return Unread(line, as_listed, "site-unknown")
        return self.entry(title, wiki, line, as_listed, namespace)

    def entry(
        self, title: str, wiki: str, line: int, as_listed: str, namespace: int = MAIN
    ) -> Listed | Unread:
        """Return the entry for a title that may begin with prefixes of other wikis."""
        place = follow(title, wiki, self.sites)
        if place is None:
            return Unread(line, as_listed, "site-unknown")
        return self.listed(place[1], place[0], line, as_listed, namespace)

    def listed(self, text: str, wiki: str, line: int, as_listed: str, namespace: int) -> Listed:
        site = self.sites[wiki]
        title = normalise(text, site, namespace)
        if isinstance(title, Refusal):
            return Listed(wiki, text, as_listed, line)
        if title.namespace == USER:
            title = talk_of(title, site) or title
        return Listed(wiki, prefixed(title, site), as_listed, line)
