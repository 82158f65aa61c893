"""How long to wait before trying again: exponential back-off with full jitter."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Delays at random between 0 and a ceiling that doubles with each failure.

    Full jitter as in the AWS Architecture Blog, "Exponential Backoff And Jitter": when a server
    comes back, its clients do not all return in the same second. `uniform` draws a float
    between two bounds.
    """

    def __init__(
        self, *, minimum: float, maximum: float, uniform: Callable[[float, float], float]
    ) -> None:
        self._minimum = minimum
        self._maximum = maximum
        self._uniform = uniform
        self._ceiling = minimum

    def delay(self) -> float:
        """Return the seconds to wait after one more failure."""
        ceiling = self._ceiling
        self._ceiling = min(self._maximum, ceiling * 2)
        return self._uniform(0, ceiling)

    def reset(self) -> None:
        """Begin afresh: what was tried has worked."""
        self._ceiling = self._minimum
