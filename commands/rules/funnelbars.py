"""How an audience came about as a picture made of letters, a line for each step."""

from __future__ import annotations

from collections.abc import Sequence

from commands.messages import Line, line
from storage.runvalues import FunnelStep

_CELLS = 16
_FIGURE_SPACE = "\u2007"
"""As wide as a digit."""


def funnel_bars(steps: Sequence[FunnelStep]) -> tuple[Line, ...]:
    """Return how many were considered, and what was left after each step that took anybody."""
    if not steps:
        return ()
    listed = steps[0].taken + steps[0].left
    taking = [each for each in steps if each.taken]
    return (
        line("funnel.drawn", cells=_cells(listed, listed)),
        *(
            line(
                "funnel.drawn_step",
                cells=_cells(each.left, listed),
                count=each.taken,
                why=line(f"funnel.{each.step}"),
            )
            for each in taking
        ),
    )


def _cells(left: int, listed: int) -> str:
    """Return a bar of always the same width, and the number right-aligned beside it."""
    full = -(-_CELLS * left // listed) if listed else 0
    number = str(left).rjust(len(str(listed)), _FIGURE_SPACE)
    return f"{'▓' * full}{'░' * (_CELLS - full)} {number}"
