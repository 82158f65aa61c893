"""Asks wikis what an audience must know about people: in batches, all wikis at once, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import msgspec

from chatbot.clock import Clock
from chatbot.errands.gathering import Gathering
from chatbot.errands.together import together
from commands.census import Account, Census, GlobalAccount
from commands.messages import line
from commands.rules.facts import Known, Wants
from commands.wikis import PageFacts, Wiki
from storage import central
from storage.database import Database

Told = TypeVar("Told")
_Answers = Mapping[str, Mapping[str, Told]]

_MANY = 500
_FEW = 50
"""Where each name is a request of its own."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of question: what a wiki answers to some names, kept as `shape` by name."""

    name: str
    shape: Any
    ask: Callable[[str, Sequence[str]], Awaitable[Mapping[str, Any]]]
    at_once: int


class Inquiring:
    """Asks. Global accounts told of less than `fresh` ago are not asked for again.

    All methods raise WikiTrouble.
    """

    def __init__(
        self,
        *,
        wikis: Mapping[str, Wiki],
        census: Mapping[str, Census],
        database: Database,
        clock: Clock,
        fresh: timedelta,
    ) -> None:
        self._wikis = wikis
        self._census = census
        self._database = database
        self._clock = clock
        self._fresh = fresh
        self._pages = _Kind("pages", dict[str, PageFacts], self._ask_pages, _MANY)
        self._accounts = _Kind("accounts", dict[str, Account], self._ask_accounts, _MANY)
        self._renamed = _Kind("renamed", dict[str, str | None], self._ask_renamed, _FEW)
        self._last_edits = _Kind(
            "last edits", dict[str, datetime | None], self._ask_last_edits, _FEW
        )
        self._central = _Kind(
            "global accounts", dict[str, GlobalAccount | None], self._ask_central, _FEW
        )

    async def answered(self, known: Known, wants: Wants, gathering: Gathering) -> Known:
        """Return what is known once all that is wanted was asked."""
        asking = _Asking(gathering, wants.count)
        pages, accounts, renamed, last_edits, global_accounts = await together(
            (
                asking.all(self._pages, wants.pages),
                asking.all(self._accounts, wants.accounts),
                asking.all(self._renamed, wants.renamed),
                asking.all(self._last_edits, wants.last_edits),
                asking.all(self._central, wants.global_accounts),
            )
        )
        by_name = {name: each for told in global_accounts.values() for name, each in told.items()}
        return Known(
            pages=_joined(known.pages, pages),
            accounts=_joined(known.accounts, accounts),
            renamed=_joined(known.renamed, renamed),
            last_edits=_joined(known.last_edits, last_edits),
            global_accounts={**known.global_accounts, **by_name},
        )

    async def _ask_pages(self, wiki: str, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        return await self._wikis[wiki].pages(titles)

    async def _ask_accounts(self, wiki: str, names: Sequence[str]) -> Mapping[str, Account]:
        return await self._census[wiki].accounts(names)

    async def _ask_renamed(self, wiki: str, names: Sequence[str]) -> Mapping[str, str | None]:
        return _whole(names, await self._census[wiki].renamed(names))

    async def _ask_last_edits(
        self, wiki: str, names: Sequence[str]
    ) -> Mapping[str, datetime | None]:
        return _whole(names, await self._census[wiki].last_edits(names))

    async def _ask_central(
        self, wiki: str, names: Sequence[str]
    ) -> Mapping[str, GlobalAccount | None]:
        now = self._clock()
        async with self._database.reading() as session:
            kept = await central.known(session, names, since=now - self._fresh)
        told = {
            name: await self._census[wiki].global_account(name)
            for name in names
            if name not in kept
        }
        # Apart, since both lock rows of which others keep some at the same time.
        async with self._database.transaction() as session:
            await central.keep(session, _plain(told), now=now)
        async with self._database.transaction() as session:
            await central.forget(session, now - self._fresh)
        return {**msgspec.convert(kept, self._central.shape), **told}


class _Asking:
    """One round of questions."""

    def __init__(self, gathering: Gathering, count: int) -> None:
        self._gathering = gathering
        self._count = count
        self._asked = 0

    async def all(self, kind: _Kind, wanted: Mapping[str, Sequence[str]]) -> _Answers[Any]:
        """Return the answers to one kind of question, by wiki and name."""
        found = await together(self._on(kind, wiki, names) for wiki, names in wanted.items())
        return dict(zip(wanted, found, strict=True))

    async def _on(self, kind: _Kind, wiki: str, names: Sequence[str]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for first in range(0, len(names), kind.at_once):
            some = names[first : first + kind.at_once]
            name = f"{kind.name}/{wiki}/{_fingerprint(some)}"
            told |= await self._gathering.part(name, kind.shape, partial(kind.ask, wiki, some))
            self._asked += len(some)
            await self._gathering.say(
                line("gathering.people", asked=self._asked, count=self._count)
            )
        return told


def _whole(names: Iterable[str], told: Mapping[str, Told]) -> dict[str, Told | None]:
    return {name: told.get(name) for name in names}


def _joined(before: _Answers[Told], new: _Answers[Told]) -> dict[str, Mapping[str, Told]]:
    joined = dict(before)
    for wiki, told in new.items():
        joined[wiki] = {**before.get(wiki, {}), **told}
    return joined


def _plain(told: Mapping[str, GlobalAccount | None]) -> dict[str, dict[str, Any] | None]:
    plain: dict[str, dict[str, Any] | None] = msgspec.to_builtins(told)
    return plain


def _fingerprint(names: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
