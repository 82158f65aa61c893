"""What is kept of everybody who was considered for an audience, so that it can be explained."""

from __future__ import annotations

from dataclasses import dataclass

from commands.rules.homes import Home
from commands.rules.humans import Seen
from commands.rules.score import Score


@dataclass(frozen=True, slots=True)
class Considered:
    """A human as he was found, and how he ended.

    `names` are all that he was seen under, also before a rename; `accounts` those of which there
    is more to say than that they exist. `home` is where he would be written to, None where he was
    taken before that was asked. A recipient has a `number`, everybody else a `step` of the funnel
    with its `detail`.
    """

    key: str
    name: str
    names: tuple[str, ...]
    accounts: tuple[Seen, ...]
    home: Home | None = None
    score: Score | None = None
    number: int | None = None
    step: str = ""
    detail: str = ""
