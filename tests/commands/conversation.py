"""People who talk to the real dispatch over a real database, without any transport."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from chatbot.text import Texts
from commands.declaration import Command
from commands.dispatch import Dispatch
from commands.helping import Help
from commands.messages import Incoming, Reply, recalled
from commands.rate import RateLimit
from storage import people
from storage.database import Database
from storage.values import Destination, Identity, Place

CHANNEL = Destination("libera", Place.CHANNEL, "#talks")


def identity_of(account: str) -> Identity:
    """Return the identity of `account`, which is on "libera", or of `account@network`."""
    name, _, network = account.partition("@")
    return Identity(network or "libera", name)


@dataclass
class Conversation:
    """A channel in which lines are said and answered. `now` is a clock that jumps."""

    database: Database
    commands: Sequence[Command]
    now: datetime
    text: Texts = field(default_factory=Texts)
    wakes: int = 0
    most: int = 1000

    def __post_init__(self) -> None:
        self.dispatch = Dispatch(
            database=self.database,
            commands=(*Help(commands=self.commands).commands(), *self.commands),
            limit=RateLimit(most=self.most, span=timedelta(seconds=30)),
            fresh=timedelta(minutes=5),
            clock=lambda: self.now,
            wake=self._count,
            log=structlog.get_logger(),
        )

    def _count(self) -> None:
        self.wakes += 1

    async def reply(
        self,
        text: str,
        *,
        account: str | None = "alice",
        private: bool = False,
        ago: timedelta = timedelta(0),
        update: int | None = None,
        language: str | None = None,
    ) -> Reply | None:
        """Say a line, heard `ago` later, and return the answer as keys and values."""
        return await self.dispatch.hear(
            Incoming(
                text=text,
                name=(account or "somebody").partition("@")[0],
                identity=identity_of(account) if account else None,
                where=None if private else CHANNEL,
                said_at=self.now - ago,
                update=update,
                language=language,
            )
        )

    async def say(self, text: str, *, account: str | None = "alice", private: bool = False) -> str:
        """Say a line and return the answer's words."""
        answer = await self.reply(text, account=account, private=private)
        return "" if answer is None else self.words(answer)

    def words(self, said: Reply) -> str:
        """Return the words of what is said."""
        return "\n".join(self.text.lines(said))

    def recalled(self, kept: Mapping[str, object]) -> str:
        """Return the words of what was kept to be said later."""
        return self.words(recalled(kept))

    async def press(self, text: str, *, account: str = "alice") -> Reply:
        """Press a button, in private, and return the answer."""
        answer = await self.reply(text, account=account, private=True)
        assert answer is not None
        return answer

    async def appoint(self, accounts: Iterable[str]) -> None:
        """Make coordinators, as the operator does."""
        async with self.database.transaction() as session:
            for account in accounts:
                person = await people.ensure(session, identity_of(account), self.now)
                await people.appoint(session, person.key, self.now)
