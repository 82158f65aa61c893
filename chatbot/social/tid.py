"""Record keys of posts (atproto.com/specs/tid), the same one for the same post."""

from __future__ import annotations

import hashlib
from datetime import datetime

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_CLOCK_BITS = 10


def tid(key: str, at: datetime) -> str:
    """Return the TID of an instant, to the microsecond, with a clock identifier made of a key."""
    micros = round(at.timestamp() * 1_000_000) & ((1 << 53) - 1)
    clock = int.from_bytes(hashlib.sha256(key.encode()).digest()[:2]) & ((1 << _CLOCK_BITS) - 1)
    number = (micros << _CLOCK_BITS) | clock
    letters = [_LETTERS[(number >> (5 * place)) & 31] for place in range(_LENGTH)]
    return "".join(reversed(letters))
