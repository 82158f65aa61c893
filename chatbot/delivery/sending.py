"""What all that is sent has in common: it is one request, and its edit bears the mark."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from commands.rules.marks import summary
from commands.writes import SaveResult
from storage.runvalues import Delivery, Run

Send = Callable[[], Awaitable[SaveResult]]
"""Sends a message: one request on the wire."""


def summary_of(delivery: Delivery, run: Run, words: str, *, about: str) -> str:
    """Return the summary of a delivery's edit: `words`, a link to the page `about`, the mark."""
    return summary(run.number, about, run.digest or "", delivery.recipient.number, words)
