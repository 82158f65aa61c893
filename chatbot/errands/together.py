"""Several things at once, of which none goes on once one has failed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what each comes to, in order. Raises what the first to fail raises.

    Unlike `asyncio.gather` it leaves nothing under way, and unlike `asyncio.TaskGroup` it raises
    the failure itself, for callers that tell one kind from another.
    """
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
