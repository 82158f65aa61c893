"""A dry wiki's folder as all its faces read it: pages, redirects, categories, accounts.

Besides the pages it holds `missing-users.txt`, where a person may list accounts, one a line,
that shall not exist. All others do. `group-NAME.txt` lists the members of a group of users, and
`language.txt` may say in which language the wiki is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from chatbot.wiki.dry import markup
from chatbot.wiki.dry.pages import Pages
from chatbot.wiki.dry.silence import ACCOUNT
from chatbot.wiki.dry.site import site_facts
from commands.rules.titles import MAIN, Title, normalise, prefixed

CATEGORY, TEMPLATE = 14, 10

_GROUP = re.compile(r"[\w-]+")


class DryFolder:
    """Files are small and on this machine: they are read and written at once, in no thread."""

    def __init__(self, *, name: str, folder: Path, clock: Callable[[], datetime]) -> None:
        self.name = name
        self._folder = folder
        self._clock = clock
        language = self._lines("language.txt") or ("en",)
        self._site = site_facts(name, language[0])
        self._pages = Pages(folder=folder, site=self._site)

    def _followed(self, asked: str) -> Title | str:
        """Return the page that a title leads to in the end, or why it leads to none."""
        passed: set[Title] = set()
        while True:
            title = normalise(asked, self._site)
            if not isinstance(title, Title):
                return f"not a title ({title.reason})"
            if title in passed:
                return "redirects in a circle"
            passed.add(title)
            target = markup.redirect_target(self._pages.text(title) or "")
            if target is None:
                return title
            asked = target

    def _categories(self, text: str) -> Iterator[Title]:
        for link, colon in markup.links(text, self._site):
            if link.namespace == CATEGORY and not colon:
                yield link

    def _in_category(self, category: Title) -> list[Title]:
        return [
            title
            for title in self._pages.titles()
            if category in set(self._categories(self._pages.text(title) or ""))
        ]

    def _transcluded(self, text: str) -> list[str]:
        """Return all pages that a text transcludes, also through one another."""
        found: dict[str, None] = {}
        texts = [text]
        while texts:
            for name in markup.templates(texts.pop()):
                title = normalise(name, self._site, default_namespace=TEMPLATE)
                if isinstance(title, Title) and self._full(title) not in found:
                    found[self._full(title)] = None
                    texts.append(self._pages.text(title) or "")
        return list(found)

    def _text(self, asked: str, namespace: int = MAIN) -> str | None:
        title = normalise(asked, self._site, namespace)
        return self._pages.text(title) if isinstance(title, Title) else None

    def _is_missing(self, user: str) -> bool:
        return user in self._lines("missing-users.txt")

    def _group(self, group: str) -> tuple[str, ...] | None:
        """Return a group's members, None where there is no such group."""
        bots = (ACCOUNT,) if group == "bot" else ()
        listed = self._lines(f"group-{group}.txt") if _GROUP.fullmatch(group) else ()
        return (*bots, *listed) or None

    def _groups_of(self, user: str) -> frozenset[str]:
        files = (file.stem.removeprefix("group-") for file in self._folder.glob("group-*.txt"))
        return frozenset(group for group in {"bot", *files} if user in (self._group(group) or ()))

    def _lines(self, name: str) -> tuple[str, ...]:
        file = self._folder / name
        return tuple(file.read_text(encoding="utf-8").splitlines()) if file.exists() else ()

    def _full(self, title: Title) -> str:
        return prefixed(title, self._site)
