"""Templates, and the voice in which they speak: every word escaped, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import count
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit
from zlib import crc32

from babel.core import UnknownLocaleError
from markupsafe import Markup

from chatbot.text import BARE, Dress, Texts
from chatbot.web.tongue import Tongue
from commands.grammar import straight
from commands.messages import Line, Value, line
from commands.rules.kindnames import kind_name
from commands.tongues import own_name

if TYPE_CHECKING:
    from jinja2 import Environment

_HUES = 8


def _value(_name: str, text: str) -> str:
    # Whatever its direction, it does not turn around the words beside it.
    return text if text.isascii() and text.isalnum() else f"<bdi>{escape(text)}</bdi>"


_DRESSED = Dress(plain=escape, value=_value)


def _web_link(address: str | None) -> str:
    """Return an address that a browser may follow, and nothing for any other."""
    return address if address and urlsplit(address).scheme in {"http", "https"} else ""


class Templates:
    """The site's pages as jinja2 templates."""

    def __init__(self) -> None:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        self._environment: Environment = Environment(
            loader=PackageLoader("chatbot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["straight"] = straight
        self._environment.filters["web_link"] = _web_link

    def load(self) -> None:
        """Load all pages, so that the first reader does not wait for it."""
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, name: str, /, **values: object) -> bytes:
        """Return a page, in UTF-8."""
        page = self._environment.get_template(name).render(values)
        return page.encode("utf-8", errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Speaks to one reader. `kinds` are the kinds of events whose colours are settled."""

    texts: Texts
    tongue: Tongue
    kinds: tuple[str, ...]

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """In which words run."""
        return "rtl" if self.texts.right_to_left(self.tongue.language) else "ltr"

    def say(self, key: str, **values: Value) -> Markup:
        """Return a sentence of the catalogue, for a page."""
        return self._words(line(key, **values), _DRESSED)

    def plain(self, key: str, **values: Value) -> str:
        """Return a sentence of the catalogue as text, for an attribute."""
        return self.text(line(key, **values))

    def text(self, said: Line) -> str:
        """Return a line as text."""
        return str(self._words(said, BARE))

    def told(self, said: Line | str) -> Markup:
        """Return a line, or what stands for one, for a page."""
        if isinstance(said, str):
            return Markup("{}").format(said)
        return self._words(said, _DRESSED)

    def kind(self, kind: str) -> str:
        """Return what a kind of events is called, as text."""
        name = kind_name(kind)
        return straight(name) if isinstance(name, str) else self.text(name)

    def hue(self, kind: str) -> int:
        """Return the number of a kind's colour, the same on every page."""
        known = {each.casefold(): number for number, each in zip(count(), self.kinds)}
        return known.get(kind.casefold(), crc32(kind.casefold().encode())) % _HUES

    def language(self, tag: str) -> str:
        """Return what the speakers of a language call it, or else its tag."""
        try:
            return own_name(tag)
        except (UnknownLocaleError, ValueError):
            return straight(tag)

    def clock(self, when: datetime) -> str:
        """Return `17:00` in UTC."""
        return when.astimezone(UTC).strftime("%H:%M")

    def machine(self, when: datetime) -> str:
        """Return an instant as HTML wants it (HTML, 2.3.5.7)."""
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _words(self, said: Line, dress: Dress) -> Markup:
        words = self.texts.words(said, language=self.tongue.language, dress=dress)
        return Markup(words)  # noqa: S704 - dressed, or used as text
