"""How lanes behave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """How lanes behave, as the operator decides.

    An edit whose end nobody knows may land until `settle` has passed. `check_ahead` is for how
    many recipients at once pages are read before the saves; 1 reads each right before its save.
    `edits_per_minute` is the most we do, by wiki. A lane that the wiki refuses pauses for
    `first_pause`, doubled each time up to `longest_pause`.
    """

    settle: timedelta = timedelta(seconds=60)
    check_ahead: int = 1
    edits_per_minute: Mapping[str, float] = field(default_factory=dict)
    first_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(minutes=10)

    @property
    def lease(self) -> timedelta:
        """How long a lane is held without a sign of life: longer than any edit takes to land."""
        return 2 * self.settle

    @property
    def patience(self) -> timedelta:
        """How old a claim may be when its edit leaves: an older one might not land in time."""
        return self.settle / 2
