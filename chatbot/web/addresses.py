"""The addresses of the site, from its root or, for others to keep, whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlsplit

from commands.rules.showcase import Entry
from storage.values import Event


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes links. `public` is where the site is reached, without a slash at its end, or empty."""

    public: str

    @property
    def root(self) -> str:
        """The path below which everything is, for links within the site."""
        return urlsplit(self.public).path

    def event(self, entry: Entry) -> str:
        """Return the page of an occurrence: a series has one for each of its days."""
        page = self.of(entry.event)
        if entry.event.recurrence_rule is None:
            return page
        return f"{page}/{entry.starts_at.astimezone(UTC).date()}"

    def of(self, event: Event) -> str:
        """Return the page of an event."""
        return f"{self.root}/event/{event.number}"

    def whole(self, path: str) -> str:
        """Return a link with its host, where that is known."""
        return f"{self.public}{path.removeprefix(self.root)}" if self.public else path
