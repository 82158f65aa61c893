"""Warnings are waved aside only by whoever was shown exactly these."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from commands.messages import Line, Reply, kept


def acknowledgement(warnings: Sequence[Line]) -> str:
    """Return what these warnings are known by once they were shown; empty where there are none."""
    if not warnings:
        return ""
    plain = json.dumps(kept(Reply(tuple(warnings))), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()
