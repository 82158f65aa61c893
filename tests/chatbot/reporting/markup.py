"""HTML looked at as a browser reads it: which elements there are, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = frozenset({"meta", "br", "img", "link", "rect", "line"})


@dataclass
class Element:
    """One element with its attributes, what is in it, and its text."""

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page whose elements are all closed in order; `problems` says where they are not."""

    source: str
    elements: list[Element] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._opened: list[Element] = []
        self.feed(self.source)
        self.close()
        self.problems += [f"{each.name} is never closed" for each in self._opened]

    def named(self, name: str) -> list[Element]:
        """Return all elements of a name in order."""
        return [each for each in self.elements if each.name == name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)
        if tag not in _EMPTY:
            self._opened.append(self.elements[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        if not self._opened or self._opened[-1].name != tag:
            self.problems.append(f"{tag} is closed at {self.getpos()}")
        else:
            self._opened.pop()

    def handle_data(self, data: str) -> None:
        for each in self._opened:
            each.text += data

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        within = tuple(each.name for each in self._opened)
        self.elements.append(Element(tag, {key: value or "" for key, value in attrs}, within))
