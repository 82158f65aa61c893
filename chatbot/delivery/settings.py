"""How lanes behave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from commands.rules.pace import WikiPace


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """How lanes behave, as the operator decides.

    An edit whose end nobody knows may land until `settle` has passed. `often` is how long a
    wiki's signs to stop are not looked at. `check_ahead` is for how
    many recipients at once pages are read before the saves; 1 reads each right before its save.
    `paces` are how each wiki is written to, `cap` is the most edits a minute of all lanes of a
    process together. An edit by somebody else to a wiki's page of `stop_pages` stops its lane. A
    lane that the wiki refuses pauses for `first_pause`, doubled each time up to `longest_pause`.
    What was handed over to a wiki is looked for until `handed_over` has passed.
    """

    settle: timedelta = timedelta(seconds=60)
    often: timedelta = timedelta(seconds=30)
    check_ahead: int = 1
    paces: Mapping[str, WikiPace] = field(default_factory=dict)
    cap: float | None = None
    stop_pages: Mapping[str, str] = field(default_factory=dict)
    first_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(minutes=10)
    handed_over: timedelta = timedelta(hours=6)

    @property
    def lease(self) -> timedelta:
        """How long a lane is held without a sign of life: longer than any edit takes to land."""
        return 2 * self.settle

    @property
    def patience(self) -> timedelta:
        """How old a claim may be when its edit leaves: an older one might not land in time."""
        return self.settle / 2
