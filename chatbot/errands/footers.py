"""Footers in the readers' languages: the operator's own, or the words of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.rules.translation import best
from commands.wikis import LanguageFacts

_ENGLISH = "en"


class Words(Protocol):
    """Puts a sentence into words of a language (of the nearest that there is to it)."""

    def __call__(self, said: Line, *, language: str | None = None) -> str:
        """Return the words."""
        ...


@dataclass(frozen=True, slots=True)
class Footer:
    """Wikitext with places (see `commands.rules.footers`); `language` is empty if not known."""

    language: str
    text: str


class Footers:
    """Chooses and composes footers. `spoken` are the languages that have words."""

    def __init__(self, *, words: Words, spoken: Collection[str], policy: RunPolicy) -> None:
        self._words = words
        self._spoken = spoken
        self._own = policy.footers
        self._for_all = policy.footer

    def below(self, language: str, known: Mapping[str, LanguageFacts]) -> Footer:
        """Return the footer below a text in a language, in the nearest language that there is."""
        if self._for_all:
            return Footer("", self._for_all)
        nearest = best(language, {*self._spoken, *self._own}, known, otherwise=_ENGLISH)
        return Footer(nearest, self._own.get(nearest) or self._composed(nearest))

    def said(self, reason: Line, language: str, known: Mapping[str, LanguageFacts]) -> str:
        """Return a reason of ours in the nearest language that has words."""
        nearest = best(language, self._spoken, known, otherwise=_ENGLISH)
        return self._words(reason, language=nearest)

    def sayings(self, reasons: Iterable[Line]) -> Mapping[str, Line]:
        """Return reasons of ours by their words in any language: recipients have them in one."""
        each = ((self._words(one, language=tag), one) for one in reasons for tag in self._spoken)
        return dict(each)

    def _composed(self, language: str) -> str:
        """Compose a footer of what is said in it.

        Two coordinators have confirmed whatever is sent, but not yet when it is frozen: that
        their names will stand there is part of what they confirm.
        """
        sent = self._words(
            line("footer.sent", sender="{sender}", reason="{reason}"), language=language
        )
        unknown = self._words(line("footer.who"), language=language)
        confirmed = self._words(
            line("footer.confirmed", who=f"{{confirmed|{unknown}}}", page="[[{about}]]"),
            language=language,
        )
        stop = self._words(line("footer.stop"), language=language)
        heading = self._words(line("footer.stop_heading"), language=language)
        link = f'<span class="plainlinks">[{{stop|{heading}}} {stop}]</span>'
        return f"<small>{sent} {confirmed} {link}</small>"
