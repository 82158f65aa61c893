"""What the operator does by hand, in the ledger like everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot import backup, settings
from chatbot.clock import utc_now
from chatbot.config import Config
from chatbot.seat import SeatTaken, seat
from chatbot.sections import ConfigError
from chatbot.text import Texts
from commands.messages import Line, line
from commands.rules.authority import no_person
from storage import ledger, linking, people
from storage.database import Database
from storage.values import Identity

Clock = Callable[[], datetime]


async def appoint(config: Config, account: str, screen: TextIO, clock: Clock = utc_now) -> int:
    """Make somebody a coordinator; exit code 0 also when he already is. Raises ConfigError."""
    identity = _identity(config, account)
    _insist_on_person(config, identity)
    now = clock()
    async with _opened(config) as database, database.transaction() as session:
        person = await people.ensure(session, identity, now)
        added = await _appoint(session, person.key, now)
    key = "coordinators.added" if added else "coordinators.already"
    return _say(config, screen, line(key, who=str(identity)))


async def ensure_coordinators(
    database: Database, network: str, accounts: Iterable[str], now: datetime
) -> None:
    """Make the console's own persons coordinators, where they are not yet."""
    async with database.transaction() as session:
        for account in accounts:
            person = await people.ensure(session, Identity(network, account), now)
            await _appoint(session, person.key, now)


async def refuse_strangers(database: Database, config: Config) -> None:
    """Raise ConfigError when somebody is a coordinator who can never be a person."""
    async with database.reading() as session:
        for person in await people.coordinators(session):
            for identity in await people.identities(session, person.key):
                _insist_on_person(config, identity)


async def dismiss(config: Config, account: str, screen: TextIO, clock: Clock = utc_now) -> int:
    """End somebody's time as coordinator."""
    identity = _identity(config, account)
    now = clock()
    async with _opened(config) as database, database.transaction() as session:
        person = await people.find(session, identity)
        if person is None or not await people.dismiss(session, person.key, now):
            return _say(config, screen, line("coordinators.is_none", who=str(identity)), code=1)
        await ledger.append(
            session,
            at=now,
            actor=None,
            action="coordinator.removed",
            subject=f"person:{person.key}",
        )
    return _say(config, screen, line("coordinators.removed", who=str(identity)))


async def list_coordinators(config: Config, screen: TextIO) -> int:
    """Print the coordinators, one a line."""
    async with _opened(config) as database, database.reading() as session:
        those = await people.coordinators(session)
        names = [await people.identities(session, person.key) for person in those]
    if not names:
        return _say(config, screen, line("coordinators.nobody"))
    screen.writelines(" = ".join(map(str, identities)) + "\n" for identities in names)
    return 0


async def upgrade(config: Config, screen: TextIO) -> int:
    """Bring the schema to the newest revision."""
    database = Database.open(_url(config))
    try:
        done = await database.upgrade()
        revision = await database.revision() or ""
    finally:
        await database.close()
    key = "operator.upgraded" if done else "operator.up_to_date"
    return _say(config, screen, line(key, revision=revision))


async def verify(config: Config, screen: TextIO) -> int:
    """Print whether the ledger's chain holds; exit code 1 and the entries where it does not."""
    async with _opened(config) as database, database.reading() as session:
        count, broken = await ledger.verify(session)
        latest = await ledger.latest(session, 1)
    for fault in broken:
        _say(config, screen, line(f"ledger.{fault.how}", number=fault.number))
    if broken:
        return 1
    digest = latest[0].digest if latest else "-"
    return _say(config, screen, line("ledger.holds", count=count, digest=digest))


def back_up(config: Config, target: Path, screen: TextIO) -> int:
    """Write everything to a new file."""
    try:
        backup.backup(_url(config), target)
    except backup.BackupError as fault:
        return _say(config, screen, line("operator.failed", reason=str(fault)), code=1)
    return _say(config, screen, line("operator.backed_up", file=str(target)))


def bring_back(config: Config, source: Path, screen: TextIO) -> int:
    """Replace everything by a backup, unless the bot is running."""
    try:
        with seat(settings.data_folder(config)):
            backup.restore(_url(config), source)
    except SeatTaken:
        return _say(config, screen, line("operator.running", folder=config.data), code=1)
    except backup.BackupError as fault:
        return _say(config, screen, line("operator.failed", reason=str(fault)), code=1)
    return _say(config, screen, line("operator.restored", file=str(source)))


async def _appoint(session: AsyncSession, person: int, now: datetime) -> bool:
    if not await people.appoint(session, person, now):
        return False
    await linking.forget_nominations(session, person)
    await ledger.append(
        session, at=now, actor=None, action="coordinator.added", subject=f"person:{person}"
    )
    return True


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[Database]:
    database = Database.open(_url(config))
    try:
        await database.upgrade()
        yield database
    finally:
        await database.close()


def _url(config: Config) -> str:
    settings.data_folder(config)
    return settings.database_url(config)


def _identity(config: Config, account: str) -> Identity:
    name, _, network = account.rpartition("@")
    known = settings.networks(config)
    if not name or network not in known:
        raise ConfigError(f"{account!r} is not ACCOUNT@NETWORK (networks: {', '.join(known)})")
    return Identity(network, name.casefold())


def _insist_on_person(config: Config, identity: Identity) -> None:
    if why := no_person(identity):
        said = line(f"coordinators.no_person.{why}", who=str(identity))
        raise ConfigError(Texts(default=config.language).words(said))


def _say(config: Config, screen: TextIO, said: Line, *, code: int = 0) -> int:
    screen.write(Texts(default=config.language).words(said) + "\n")
    return code
