"""In what order people are written to: the first few are as different as can be.

They are tried out before the others. What goes wrong on one wiki or in one language shows then.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def spread(
    items: Sequence[Item],
    first: int,
    *,
    wiki: Callable[[Item], str],
    language: Callable[[Item], str],
) -> tuple[Item, ...]:
    """Return the items in their order, but for the `first` so many, which come from all over.

    Each of those is from a language that was had least so far, and from a wiki that was had
    least among these; among equals, what stands first comes first.
    """
    queues: dict[tuple[str, str], deque[int]] = {}
    for place, item in enumerate(items):
        queues.setdefault((language(item), wiki(item)), deque()).append(place)
    had: Counter[str] = Counter()
    had_on: Counter[str] = Counter()
    ahead: list[int] = []
    while queues and len(ahead) < first:
        tongue, where = min(queues, key=lambda key: (had[key[0]], had_on[key[1]], queues[key][0]))
        ahead.append(queues[tongue, where].popleft())
        had[tongue] += 1
        had_on[where] += 1
        if not queues[tongue, where]:
            del queues[tongue, where]
    leading = frozenset(ahead)
    rest = (place for place in range(len(items)) if place not in leading)
    return tuple(items[place] for place in (*ahead, *rest))
