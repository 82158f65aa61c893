"""What an edit to a talk page says to us: from the page's text before and after it.

Our section is found by its text as it was saved (see `commands.rules.sections`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from commands.rules.sections import Fate, Standing, standing

REVERTING = frozenset({"mw-undo", "mw-rollback", "mw-manual-revert"})
"""The tags of edits that take others back (https://www.mediawiki.org/wiki/Manual:Reverts)."""

_LONGEST_SIGNATURE = 600
# From the first link to the user on the last line to its end, which holds a time of day.
_SIGNATURE = r"(?:(?:--|—|–)\s*)?\[\[[^\[\]|:]*:{user}[|/#\]][^\n]*?\d{{1,2}}[:.]\d{{2}}[^\n]*\Z"


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit to a page on which our section stands, or stood.

    `ours` is our section as we saved it, `before` and `after` the page's text around the edit.
    """

    ours: str
    before: str
    after: str
    tags: Collection[str] = ()


def said_in_section(edit: Edit) -> str:
    """Return the lines (wikitext) that an edit wrote in our section, empty where it wrote none."""
    before, after = standing(edit.ours, edit.before), standing(edit.ours, edit.after)
    here = _new_lines(_written(edit, before), _written(edit, after))
    # What stood elsewhere on the page was moved here, not said.
    anywhere = set(_new_lines(edit.before, edit.after).splitlines())
    return "\n".join(line for line in here.splitlines() if line in anywhere)


def is_revert(edit: Edit) -> bool:
    """Return whether an edit took our section back.

    Whoever moves it into an archive, or removes it when all is said, takes nothing back: such
    edits have none of the tags of a revert.
    """
    if REVERTING.isdisjoint(edit.tags):
        return False
    before, after = standing(edit.ours, edit.before), standing(edit.ours, edit.after)
    return before.fate is not Fate.GONE and after.fate is Fate.GONE


def said(before: str, after: str) -> str:
    """Return the lines (wikitext) that an edit wrote anywhere on a page."""
    return _new_lines(before, after)


def mentions(text: str, accounts: Collection[str]) -> bool:
    """Return whether wikitext links to one of these accounts' user pages or talk pages."""
    linked = {
        link.replace("_", " ").strip() for link in re.findall(r"\[\[[^\[\]|:]+:([^\[\]|#/]+)", text)
    }
    return not linked.isdisjoint(accounts)


def unsigned(text: str, user: str) -> str:
    """Return wikitext without the signature of this user at its end."""
    name = re.escape(user).replace(r"\ ", "[ _]")
    said = text.rstrip()
    begin = max(len(said) - _LONGEST_SIGNATURE, 0)
    return said[:begin] + re.sub(_SIGNATURE.format(user=name), "", said[begin:]).rstrip()


def _written(edit: Edit, now: Standing) -> str:
    """Return what others have written in our section so far."""
    if now.fate is Fate.CHANGED and now.part is not None:
        return _new_lines(edit.ours, now.part.text)
    return now.added


def _new_lines(before: str, after: str) -> str:
    had = Counter(line.strip() for line in before.splitlines())
    new = []
    for line in after.splitlines():
        if had[line.strip()]:
            had[line.strip()] -= 1
        elif line.strip():
            new.append(line)
    return "\n".join(new).strip()
