"""What an errand is to the engine: something slow first, then one transaction and an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from commands.messages import Line, Reply, reply
from commands.rundesk import Act
from storage.runvalues import Errand

Settle = Callable[[Act], Awaitable[Reply]]
"""Keeps what came of an errand, in the transaction that ends it, and returns the answer."""


class Work(Protocol):
    """One kind of errand."""

    async def prepare(self, errand: Errand) -> Settle:
        """Do what is slow, with no transaction open. Raises WikiTrouble."""
        ...


def answer(*lines: Line) -> Settle:
    """Return the end of an errand that changes nothing."""

    async def settle(_act: Act) -> Reply:
        return reply(*lines)

    return settle
