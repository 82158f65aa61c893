"""Promotion plans as they stand on a wiki page: a section for each kind, a line for each step.

    == tech-talk ==
    * 3 weeks before, host: Pick a title that says what people will learn
    * 15d before, bot, announce
    * 3 days before, text: Join us for {title}: {link}
    * 2 days after, host: Thank the speaker

A section's heading is a kind, or `default` for those that have none. Whatever else stands on the
page is left alone; a line of a list that is no step is told, and its section is not used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from commands.grammar import excerpt, plain
from commands.rules.promotion import MOST_STEPS, STANDARD, Template, before_start
from storage.promotionvalues import Doer

DEFAULT = "default"

_HEADING = re.compile(r"={2,}\s*(.+?)\s*={2,}\s*")
_STEP = re.compile(r"[*#]+\s*(.+)")
_MARKUP = re.compile(
    r"'{2,}|</?(?:nowiki|code|b|i|kbd)\s*/?>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_MOST_LETTERS = 500
_USUAL = {str(template.deed): template for template in STANDARD if template.deed}


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no step: where it stands (from 1), and how it begins."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What a page says: plans by kind in lower case, and what could not be understood."""

    plans: Mapping[str, tuple[Template, ...]]
    faults: tuple[Fault, ...] = ()


def read_plans(text: str) -> PlanPage:
    """Return the plans of a page. A section with a fault has no plan."""
    plans: dict[str, list[Template]] = {}
    faults: list[Fault] = []
    spoilt: set[str] = set()
    kind = ""
    for number, raw in enumerate(_HIDDEN.sub(_only_ends, text).splitlines(), start=1):
        if heading := _HEADING.fullmatch(raw.strip()):
            kind = plain(heading[1]).strip()
        elif kind and (said := _STEP.fullmatch(raw.strip())):
            step = read_step(said[1], len(plans.get(kind, ())) + 1)
            if step is None or len(plans.get(kind, ())) >= MOST_STEPS:
                faults.append(Fault(number, excerpt(raw.strip())))
                spoilt.add(kind)
            else:
                plans.setdefault(kind, []).append(step)
    sound = {name: tuple(steps) for name, steps in plans.items() if name not in spoilt}
    return PlanPage(sound, tuple(faults))


def read_step(text: str, number: int) -> Template | None:
    """Return the step that one line tells: when, who, and what. None where it tells none."""
    head, colon, words = _MARKUP.sub("", text).partition(":")
    parts = [each.strip() for each in re.split(r"[,;–—]", head) if each.strip()]
    if len(parts) < 2:
        return None
    before, doer = before_start(parts[0]), _doer(parts[1])
    said = words.strip()
    if before is None or doer is None or len(said) > _MOST_LETTERS:
        return None
    if doer is Doer.BOT:
        return _deed(parts[2] if len(parts) > 2 else said, before)
    return Template(f"step-{number}", before, doer, text=said) if colon and said else None


def _doer(word: str) -> Doer | None:
    return next((each for each in Doer if each == plain(word)), None)


def _deed(word: str, before: timedelta) -> Template | None:
    usual = _USUAL.get(plain(word).strip(" ."))
    return None if usual is None else replace(usual, before=before)


def _only_ends(hidden: re.Match[str]) -> str:
    """Leave the ends of lines of what is hidden, so that the others keep their numbers."""
    return "\n" * hidden[0].count("\n")
