"""Who is taken where there are too many: the best, or by lot, the same whoever is seen first.

Lots hang on the seed and on who somebody is, never on the order in which sources were read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping


def top(scores: Mapping[str, int], *, most: int, seed: int) -> frozenset[str]:
    """Return those with the best scores, by key; among equals the lot decides."""
    return frozenset(sorted(scores, key=lambda key: (-scores[key], _lot("top", seed, key)))[:most])


def sample(keys: Iterable[str], *, most: int, seed: int) -> frozenset[str]:
    """Return so many at random."""
    return _drawn("sample", keys, most, seed)


def held_out(keys: Iterable[str], *, share: float, seed: int) -> frozenset[str]:
    """Return the share (0 to 1) that is not written to, rounded to whole people."""
    all_keys = frozenset(keys)
    return _drawn("hold-out", all_keys, round(share * len(all_keys)), seed)


def _drawn(purpose: str, keys: Iterable[str], most: int, seed: int) -> frozenset[str]:
    return frozenset(sorted(keys, key=lambda key: _lot(purpose, seed, key))[:most])


def _lot(purpose: str, seed: int, key: str) -> bytes:
    return hashlib.blake2b(f"{purpose}:{seed}:{key}".encode(), digest_size=16).digest()
