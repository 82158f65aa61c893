"""The habits of api.php: many values in one parameter, answers that come in several parts."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence

from chatbot.wiki.answers import Answer, Ask, NoAnswer

SEPARATOR = "\x1f"
"""Between values instead of `|`, which may then stand within one (MediaWiki 1.27 and later)."""


_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no text of a wiki holds, SEPARATOR among them."""


def several(values: Iterable[str]) -> str:
    """Return one parameter that holds all these values, each of which `is_askable`.

    See https://www.mediawiki.org/wiki/API:Data_formats#Multivalue_parameters.
    """
    return "".join(SEPARATOR + value for value in values)


async def query(ask: Ask, **parameters: str | int | bool | None) -> AsyncGenerator[Answer, None]:
    """Ask `action=query` and yield what each of the `answers` holds of it. Raises as they do."""
    async for answer in answers(ask, **parameters):
        yield answer.get("query", {})


async def answers(ask: Ask, **parameters: str | int | bool | None) -> AsyncGenerator[Answer, None]:
    """Ask `action=query` and yield each part of the answer, until nothing continues it.

    Raises Refused or NoAnswer, like `ask`.
    See https://www.mediawiki.org/wiki/API:Continue.
    """
    further: dict[str, str] = {}
    while True:
        answer = await ask(**{"action": "query", "formatversion": 2, **parameters, **further})
        yield answer
        if "continue" not in answer:
            return
        if answer["continue"] == further:
            raise NoAnswer("an answer that is continued by itself")
        further = answer["continue"]


async def query_once(ask: Ask, **parameters: str | int | bool | None) -> Answer:
    """Ask `action=query` and return the first part of the answer."""
    answer = await ask(action="query", formatversion=2, **parameters)
    told: Answer = answer.get("query", {})
    return told


def gently(ask: Ask, maxlag: int) -> Ask:
    """Return what asks only while the databases lag less than so many seconds.

    Otherwise it is Refused with code `maxlag` (https://www.mediawiki.org/wiki/Manual:Maxlag_parameter).
    """

    async def asked(**parameters: str | int | bool | None) -> Answer:
        return await ask(**{"maxlag": maxlag, **parameters})

    return asked


def is_askable(value: str) -> bool:
    """Whether a text can be sent as one of several values."""
    return bool(value) and not _UNSPEAKABLE.search(value)


def batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield the values in order, at most `size` at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
