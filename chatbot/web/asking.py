"""What a reader asks for in an address: which events, seen how, from when on, in which words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from commands.rules.showcase import Choice, choice

MOST_VALUES = 10
LONGEST_VALUE = 100
_LONGEST_LIST = 50
_KEYS = ("view", "on", "kind", "topic", "language", "lang", "most")


class View(StrEnum):
    """How the calendar is seen."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Asked:
    """All that an address can ask for; each page looks at what concerns it.

    `on` is a day (UTC). `lang` is the tag of the language that the page shall speak, None for
    the reader's own. `most` is the number of events in a list.
    """

    view: View = View.MONTH
    on: date | None = None
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    lang: str | None = None
    most: int | None = None

    @property
    def choice(self) -> Choice:
        """Which events are wanted."""
        return choice(self.kinds, self.topics, self.languages)

    @property
    def filtered(self) -> bool:
        """Whether not all events are wanted."""
        return bool(self.kinds or self.topics or self.languages)

    def but(self, **changes: object) -> Asked:
        """Return the same with something changed; a view can be named."""
        view = View(str(changes.pop("view", self.view)))
        return replace(self, view=view, **changes)  # type: ignore[arg-type]

    def query(self, *keys: str) -> str:
        """Return the part of an address, with its question mark, that asks for this.

        Only what the keys name is asked for, where there are any.
        """
        pairs = [
            ("view", self.view if self.view is not View.MONTH else None),
            ("on", self.on),
            *(("kind", each) for each in self.kinds),
            *(("topic", each) for each in self.topics),
            *(("language", each) for each in self.languages),
            ("lang", self.lang),
            ("most", self.most),
        ]
        wanted = [(key, value) for key, value in pairs if value and key in (keys or _KEYS)]
        return f"?{urlencode(wanted)}" if wanted else ""


def understood(query: QueryParams) -> Asked:
    """Return what is asked for; unknown keys are passed over. Raises HTTPException (400)."""
    return Asked(
        view=_view(_one(query, "view")),
        on=_day(_one(query, "on")),
        kinds=_several(query, "kind"),
        topics=tuple(each.lstrip("#") for each in _several(query, "topic")),
        languages=_several(query, "language"),
        lang=_one(query, "lang").casefold() or None,
        most=_number(_one(query, "most")),
    )


def day(text: str) -> date:
    """Return a day written as YYYY-MM-DD. Raises HTTPException (400)."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise HTTPException(400)


def _day(text: str) -> date | None:
    return day(text) if text else None


def _view(text: str) -> View:
    try:
        return View(text or View.MONTH)
    except ValueError:
        raise HTTPException(400) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= _LONGEST_LIST:
        return int(text)
    raise HTTPException(400)


def _one(query: QueryParams, key: str) -> str:
    values = _several(query, key)
    if len(values) > 1:
        raise HTTPException(400)
    return values[0] if values else ""


def _several(query: QueryParams, key: str) -> tuple[str, ...]:
    """Return the values that are not empty, as an unfilled field of a form is, each once."""
    values = dict.fromkeys(each.strip().casefold() for each in query.getlist(key))
    values.pop("", None)
    if len(values) > MOST_VALUES or any(len(each) > LONGEST_VALUE for each in values):
        raise HTTPException(400)
    return tuple(sorted(values))
