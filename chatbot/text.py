"""A key and its values as words of a language: the only place where sentences are made.

The catalogues are gettext files (`locale/LANGUAGE/LC_MESSAGES/bellringer.po`) whose message ids
are keys. Values are put in as plain text: control characters go, and no value is read as a
pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from gettext import c2py
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_datetime
from babel.messages.pofile import read_po
from babel.units import format_unit

from commands.grammar import straight
from commands.messages import Line, Moment, Reply, Value

_FOLDER = Path(__file__).parent / "locale"
_PATTERN = "EEE d MMM y HH:mm"
_SPANS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


class Text:
    """Words in one language. `language` names a folder of `locale/` (an RFC 5646 tag)."""

    def __init__(self, *, language: str = "en") -> None:
        self._locale = Locale.parse(language, sep="-")
        # The same few amounts are said again and again.
        self._amount = lru_cache(maxsize=512)(partial(format_unit, locale=self._locale))
        path = _FOLDER / language / "LC_MESSAGES" / "bellringer.po"
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        self._plural = c2py(catalogue.plural_expr)
        self._messages: Mapping[str, tuple[str, ...]] = {
            _forms(message.id)[0]: _forms(message.string) for message in catalogue if message.id
        }

    @property
    def keys(self) -> frozenset[str]:
        """All keys that have words."""
        return frozenset(self._messages)

    def lines(self, reply: Reply) -> list[str]:
        """Return each sentence of a reply."""
        return [self.words(line) for line in reply.lines]

    def words(self, line: Line) -> str:
        """Return one sentence. Raises KeyError when the catalogue lacks the key or a value."""
        forms = self._messages[line.key]
        count = line.values.get("count", 1)
        form = forms[self._plural(count) if len(forms) > 1 and isinstance(count, int) else 0]
        return form.format_map({name: self._shown(value) for name, value in line.values.items()})

    def _shown(self, value: Value) -> str:
        if isinstance(value, Line):
            return self.words(value)
        if isinstance(value, tuple):
            return ", ".join(self._shown(each) for each in value)
        if isinstance(value, Moment):
            return self._moment(value)
        if isinstance(value, datetime):
            return self._instant(value)
        if isinstance(value, timedelta):
            return self._span(value)
        return straight(str(value))

    def _instant(self, instant: datetime) -> str:
        precise = "EEE d MMM y HH:mm:ss" if instant.second else _PATTERN
        shown = format_datetime(instant.astimezone(UTC), precise, locale=self._locale)
        return f"{shown} UTC"

    def _moment(self, moment: Moment) -> str:
        shown = self._instant(moment.instant)
        if moment.zone in {None, "UTC", "Etc/UTC"}:
            return shown
        local = moment.instant.astimezone(ZoneInfo(str(moment.zone)))
        same_day = local.date() == moment.instant.astimezone(UTC).date()
        pattern = "HH:mm" if same_day else "EEE d MMM HH:mm"
        return f"{shown} ({format_datetime(local, pattern, locale=self._locale)} {moment.zone})"

    def _span(self, span: timedelta) -> str:
        """Return the two largest units that are not zero: `1 day 2 hours`."""
        rest = round(abs(span.total_seconds()))
        parts = []
        for unit, seconds in _SPANS:
            count, rest = divmod(rest, seconds)
            if count:
                parts.append((count, f"duration-{unit}"))
        largest = parts[:2] or [(0, "duration-second")]
        return " ".join(self._amount(*part) for part in largest)


def _forms(string: str | Iterable[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)
