"""Where titles lead: what a wiki calls the pages that were asked for, redirects followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import normalize as unicode_form

from chatbot.wiki.answers import Answer


@dataclass(slots=True)
class Targets:
    """What the parts of an answer to `titles=…` have told so far."""

    normalised: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)

    def add(self, part: Answer) -> None:
        """Take in one part of the answer."""
        for entry in part.get("normalized", ()):
            self.normalised[entry["from"]] = entry["to"]
        self.redirects |= {entry["from"]: entry["to"] for entry in part.get("redirects", ())}

    def target(self, asked: str) -> str | None:
        """Return where a title leads in the end, None where it goes round in a circle."""
        composed = unicode_form("NFC", asked)
        title = self.normalised.get(composed, composed)
        passed: set[str] = set()
        while title in self.redirects:
            if title in passed:
                return None
            passed.add(title)
            title = self.redirects[title]
        return title
