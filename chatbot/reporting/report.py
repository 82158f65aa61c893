"""All that there is to report of a run: one frozen value, from which every format is made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from commands.messages import Line
from commands.rules.outcomes import Outcomes
from commands.rules.progress import Tally
from storage.heard import Reaction
from storage.runvalues import Approval, Delivery, FunnelStep, LeftOut, Run, Text


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said for or against a run, and when.

    `network` is where it was said, empty where that is not on record.
    """

    who: str
    at: datetime
    network: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The message in one language, the direction it runs in, and how many get it so."""

    text: Text
    direction: str
    recipients: int


@dataclass(frozen=True, slots=True)
class Report:
    """A run as it stood at `made_at`.

    `author` drafted it. `event` is the title of what it invites to. `recipe` says in words how
    the audience was made, `steps` and `left_out` what came of that. `corrects` is the run that a
    correction or a retraction puts right, `corrected_by` are those that put this one right.
    `covered` is what the digest of a proposed run is made of, as it can be made again now.
    """

    run: Run
    made_at: datetime
    tally: Tally
    author: str
    proposed: Word | None
    confirmed: tuple[Word, ...]
    objections: tuple[Word, ...]
    approvals: tuple[Approval, ...]
    event: str
    wordings: tuple[Wording, ...]
    recipe: tuple[Line, ...]
    steps: tuple[FunnelStep, ...]
    left_out: tuple[LeftOut, ...]
    deliveries: tuple[Delivery, ...]
    outcomes: Outcomes
    reactions: tuple[Reaction, ...]
    corrects: Run | None
    corrected_by: tuple[Run, ...]
    covered: bytes

    @property
    def proven(self) -> bool:
        """Whether what is kept is still exactly what was confirmed."""
        return hashlib.sha256(self.covered).hexdigest() == self.run.digest
