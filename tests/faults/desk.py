"""Coordinators who stand by while a run is delivered, and what they can do by their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from commands.policy import RunPolicy
from commands.rules.digest import digest
from commands.wikis import Wiki
from storage import ledger, people, runs
from storage.database import Database
from storage.runvalues import Recipient, Run
from tests.commands.conversation import identity_of
from tests.commands.rundesks import RunConversation
from tests.delivering import policy
from tests.prepared import confirmed


class Desk:
    """Alice and Bob, who confirm runs; either may say something at any time."""

    def __init__(self, *, database: Database, wikis: Mapping[str, Wiki], folder: Path) -> None:
        self._database = database
        self._policy: RunPolicy = policy(wikis)
        self._talk = RunConversation.of(database, _now(), folder=folder, policy=self._policy)

    async def confirmed(self, audience: Sequence[Recipient], **different: object) -> Run:
        """Return a run that both have confirmed, with the digest of exactly what it will do."""
        await self._talk.appoint(["alice", "bob"])
        run = await confirmed(self._database, audience, **different)
        async with self._database.transaction() as session:
            both = [await people.ensure(session, identity_of(each), _now()) for each in _BOTH]
            code = digest(run, audience, self._policy)
            run = replace(run, digest=code, started_by=tuple(each.key for each in both))
            await runs.save(session, run)
        return run

    async def say(self, text: str, *, account: str = "bob") -> str:
        """Say a line now and return what is answered."""
        self._talk.now = _now()
        return await self._talk.say(text, account=account)

    async def found(self, run: Run) -> Run:
        """Return a run as it is by now."""
        return await self._talk.run(run.number)

    async def recorded(self, action: str) -> int:
        """Count the entries of a ledger that must be whole."""
        async with self._database.reading() as session:
            _, broken = await ledger.verify(session)
            entries = await ledger.latest(session, 1000)
        assert not broken
        return sum(each.action == action for each in entries)


_BOTH = ("alice", "bob")


def _now() -> datetime:
    return datetime.now(UTC)
