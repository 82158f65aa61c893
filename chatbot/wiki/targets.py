"""What is told of the pages that titles lead to, put together from the parts of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize as unicode_form

from chatbot.wiki.answers import Answer


@dataclass(slots=True)
class Targets:
    """What the parts of an answer to `titles=…` have told so far, by the titles of the wiki."""

    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    _normalised: dict[str, str] = field(default_factory=dict)
    _redirects: dict[str, str] = field(default_factory=dict)

    def add(self, part: Answer) -> None:
        """Take in one part of the answer. A page's lists go on from part to part."""
        for entry in part.get("normalized", ()):
            self._normalised[entry["from"]] = entry["to"]
        self._redirects |= {entry["from"]: entry["to"] for entry in part.get("redirects", ())}
        for told in part.get("pages", ()):
            page = self.pages.setdefault(told["title"], {})
            for key, value in told.items():
                page[key] = page.get(key, []) + value if isinstance(value, list) else value

    def title(self, asked: str) -> str | None:
        """Return where a title leads in the end, None where it goes round in a circle."""
        composed = unicode_form("NFC", asked)
        title = self._normalised.get(composed, composed)
        passed: set[str] = set()
        while title in self._redirects:
            if title in passed:
                return None
            passed.add(title)
            title = self._redirects[title]
        return title

    def page(self, asked: str) -> Mapping[str, Any]:
        """Return what was told of the page that a title leads to, empty where it leads to none."""
        return self.pages.get(self.title(asked) or "", {})
