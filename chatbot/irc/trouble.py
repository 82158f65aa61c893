"""Why a connection to IRC does not stand."""

from __future__ import annotations

import asyncio
from typing import Any


class IrcTrouble(Exception):  # noqa: N818 - a state of the network, told to the operator as it is
    """There is no connection; `reason` says why, in the network's words where it gave any."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LoginRefused(IrcTrouble):
    """The services did not accept what we proved ourselves with (SASL)."""


class ConnectionGone(IrcTrouble):
    """The connection ended, by whichever side."""


def fail(future: asyncio.Future[Any], error: Exception) -> None:
    """Let whoever waits for `future` fail with `error`; if nobody waits, that is fine too."""
    if not future.done():
        future.set_exception(error)
        future.exception()
