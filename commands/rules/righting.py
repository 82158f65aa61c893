"""Whether a message that went out can be put right: only where it stands as it was saved.

Whoever answered it, or changed it, relies on what it says; whoever removed or archived it has
done with it. Those are left alone, with the reason.
"""

from __future__ import annotations

from enum import StrEnum

from commands.rules.letter import Letter
from commands.rules.sections import Fate, Part, begun_part, saved_part, standing
from commands.rules.signing import section
from commands.wikis import PageText
from storage.runvalues import RunKind


class Left(StrEnum):
    """Why a message is left as it is; each ends the keys `outcome.…` and `funnel.…`."""

    GONE = "section-gone"
    ANSWERED = "section-answered"
    CHANGED = "section-changed"
    NO_SECTION = "no-section"
    """It went out another way: as mail or as a topic of a board."""


_LEFT = {Fate.GONE: Left.GONE, Fate.ANSWERED: Left.ANSWERED, Fate.CHANGED: Left.CHANGED}


def untouched(
    saved: PageText | None, now: PageText | None, *, letter: Letter, kind: RunKind
) -> Part | Left:
    """Return where a message stands on its page now, or why it is left as it is.

    `saved` is the revision that put `letter` there, None where it is deleted or hidden; `now` is
    the page that it is a revision of, None where there is none. `kind` is that of the run that
    saved it: a message is added at the end of a page, a correction stands where it stood.
    """
    if saved is None or now is None:
        return Left.GONE
    ours = begun_part(saved.text, section(letter.heading, letter.body))
    if ours is None and kind is RunKind.MESSAGE:
        ours = saved_part(saved.text)
    if ours is None:
        return Left.CHANGED
    found = standing(ours.text, now.text)
    if found.part is None or found.fate is not Fate.UNTOUCHED:
        return _LEFT[found.fate]
    return found.part
