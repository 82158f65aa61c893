"""How good a match somebody is for a topic: the invitation list's score, over several wikis.

The formula is that of the CampaignEvents extension for invitation lists
(https://www.mediawiki.org/wiki/Extension:CampaignEvents), so that coordinators get what they
know. What there is one wiki's edit count and last edit is here that of all wikis together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from commands.rules.recipe import ScoreParameters

_MOST_BYTES = 10**15
_MOST_EDITS = 10**15
_MOST_MONTHS = 1e6
_LARGEST_EXPONENT = 700.0
"""The exponential of more than this is no number any more."""


@dataclass(frozen=True, slots=True)
class Score:
    """The score, 0 to 100, and its three parts, 0 to 1: what was written, how much, how lately."""

    value: int
    written: float
    experience: float
    recency: float


def score(
    changes: Iterable[int],
    *,
    edits: int,
    days: float | None,
    parameters: ScoreParameters | None = None,
) -> Score:
    """Return the score of one human.

    `changes` are the sums of his byte changes, one for each page of the topic. `edits` are all
    that he ever made, `days` those since the last one (None: there is none).
    """
    constants = parameters or ScoreParameters()
    written = _written(changes, constants)
    experience = _experience(edits, constants)
    recency = _recency(days)
    return Score(
        round(100 * _mean(written, experience, recency, constants)), written, experience, recency
    )


def _written(changes: Iterable[int], constants: ScoreParameters) -> float:
    """Return how surely one of the pages is his: the more bytes on more pages, the surer.

    Sorted, since the last digit of a product hangs on the order of its factors.
    """
    added = sorted(change for change in changes if change > 0)
    return 1 - math.prod(1 - _page(change, constants) for change in added)


def _page(change: int, constants: ScoreParameters) -> float:
    kilobytes = min(change, _MOST_BYTES) / 1000
    grown = constants.byte_factor * _power(kilobytes, constants.byte_power)
    noise = constants.noise * _power(kilobytes, -constants.noise_power)
    return _saturated(grown) * math.exp(-noise)


def _experience(edits: int, constants: ScoreParameters) -> float:
    thousands = min(max(edits, 0), _MOST_EDITS) / 1000
    return _saturated(constants.edit_factor * _power(thousands, constants.edit_power))


def _recency(days: float | None) -> float:
    if days is None:
        return 0.0
    months = min(max(days, 0.0) / 30, _MOST_MONTHS)
    slow = months**2 + 1.2 * months + 0.7
    return slow / (0.3 * months**3 + slow)


def _mean(written: float, experience: float, recency: float, constants: ScoreParameters) -> float:
    """Return the geometric mean of the parts by their weights."""
    weighted = (
        (written, constants.bytes_weight),
        (experience, constants.edits_weight),
        (recency, constants.recency_weight),
    )
    if any(part <= 0 < weight for part, weight in weighted):
        return 0.0
    total = sum(weight for _, weight in weighted)
    return math.exp(sum(weight / total * math.log(part) for part, weight in weighted if weight))


def _saturated(growth: float) -> float:
    """Return 2/(1+exp(-growth)) - 1, which goes from 0 to 1."""
    return math.tanh(growth / 2)


def _power(base: float, exponent: float) -> float:
    if base <= 0:
        return 0.0
    return math.exp(min(exponent * math.log(base), _LARGEST_EXPONENT))
