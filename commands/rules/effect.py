"""Did the message do anything: those written to against those held out, with an interval.

Newcombe's hybrid score interval for the difference of two independent proportions: method 10 in
R. G. Newcombe, "Interval estimation for the difference between independent proportions:
comparison of eleven methods", Statistics in Medicine 17 (1998), pages 873 to 890. It is made of
two of E. B. Wilson's score intervals, and holds for small numbers too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
"""The normal distribution's quantile for a confidence of 95 %."""

_FEWEST = 30
_FEWEST_EVENTS = 5


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1; 0 of nobody."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, with a confidence of 95 %."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Effect:
    """How many signed up among all those who were to be written to, and among those held out.

    Everybody chosen counts, whether the message reached him or not: only so are the two groups
    alike but for the message. `difference` is that of the shares, `interval` where it lies.
    """

    written: Share
    held_out: Share
    difference: float
    interval: Interval

    @property
    def too_few(self) -> bool:
        """Whether the numbers are too small to tell anything by."""
        smallest = min(self.written.of, self.held_out.of)
        return smallest < _FEWEST or self.written.count + self.held_out.count < _FEWEST_EVENTS

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out: the groups do differ."""
        return not self.interval.low <= 0 <= self.interval.high


def effect(written: Share, held_out: Share) -> Effect | None:
    """Compare two groups; None where one of them is empty."""
    if not written.of or not held_out.of:
        return None
    difference = written.value - held_out.value
    return Effect(written, held_out, difference, newcombe(written, held_out))


def wilson(share: Share, z: float = Z_95) -> Interval:
    """Return Wilson's score interval for one proportion. Raises ZeroDivisionError of nobody."""
    n, p = share.of, share.count / share.of
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def newcombe(one: Share, other: Share, z: float = Z_95) -> Interval:
    """Return the interval for the difference `one` - `other` of two proportions."""
    a, b = wilson(one, z), wilson(other, z)
    difference = one.value - other.value
    return Interval(
        difference - sqrt((one.value - a.low) ** 2 + (b.high - other.value) ** 2),
        difference + sqrt((a.high - one.value) ** 2 + (other.value - b.low) ** 2),
    )
