"""The door: identify, authorise, one transaction, one desk, one reply."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from commands import grammar
from commands.arguments import Wrong, parse
from commands.declaration import Arguments, Call, Command, Speaker, Who, usage
from commands.messages import Incoming, Line, Reply, line, reply
from commands.rate import RateLimit, Turn
from commands.rules.authority import Standing, stands
from commands.rules.naming import name_of
from storage import people, updates


class Transactions(Protocol):
    """The part of `storage.database.Database` that dispatch needs."""

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a transaction that writes."""
        ...

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a transaction that only reads."""
        ...


class Log(Protocol):
    """Where a fault of ours is told in full."""

    def error(self, event: str, **values: object) -> object:
        """Tell of a fault."""
        ...


class Dispatch:
    """Answers every line that is addressed to the bot.

    `fresh` is how old a command may be that counts only when it was said a moment ago. `wake` is
    called after each commit: something may have become due sooner.
    """

    def __init__(
        self,
        *,
        database: Transactions,
        commands: Iterable[Command],
        limit: RateLimit,
        fresh: timedelta,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        log: Log,
    ) -> None:
        self._database = database
        self._named = {
            name: command for command in commands for name in (command.name, *command.aliases)
        }
        self._limit = limit
        self._fresh = fresh
        self._clock = clock
        self._wake = wake
        self._log = log

    async def hear(self, incoming: Incoming) -> Reply | None:
        """Return the answer to a line; None only for whoever was already told to slow down."""
        parsed = grammar.split(incoming.text, self._named)
        command = None if isinstance(parsed, grammar.Unknown) else self._named[parsed.name]
        if command is None or not command.urgent:
            turn = self._limit.take(str(incoming.identity or incoming.name), self._clock())
            if turn is not Turn.TAKEN:
                refused = turn is Turn.REFUSED
                return await self._told(self._slow_down(), incoming) if refused else None
        if isinstance(parsed, grammar.Unknown):
            return await self._told(_unknown(parsed, incoming.prefix), incoming)
        return await self._obey(self._named[parsed.name], parsed, incoming)

    def _slow_down(self) -> Reply:
        return reply(line("dispatch.slow_down", most=self._limit.most, span=self._limit.span))

    async def _told(self, answer: Reply, incoming: Incoming) -> Reply:
        """Return what takes no command to say, in the language of whoever hears it."""
        try:
            async with self._database.reading() as session:
                return _for_reader(answer, await _speaker(session, incoming))
        except Exception as fault:  # noqa: BLE001 - no fault of ours may silence or stop the bot
            return self._faulted("", incoming, fault)

    async def _obey(self, command: Command, parsed: grammar.Parsed, incoming: Incoming) -> Reply:
        try:
            answer = await self._within_transaction(command, parsed, incoming)
        except Exception as fault:  # noqa: BLE001 - no fault of ours may silence or stop the bot
            return self._faulted(command.name, incoming, fault)
        if command.writes:
            self._wake()
        return answer

    def _faulted(self, command: str, incoming: Incoming, fault: Exception) -> Reply:
        reference = secrets.token_hex(3)
        self._log.error("command failed", command=command, reference=reference, exc_info=fault)
        said = reply(line("dispatch.fault", reference=reference))
        return replace(said, language=incoming.language)

    async def _within_transaction(
        self, command: Command, parsed: grammar.Parsed, incoming: Incoming
    ) -> Reply:
        database = self._database
        async with database.transaction() if command.writes else database.reading() as session:
            speaker = await _speaker(session, incoming)
            given = self._admitted(command, parsed, incoming, speaker)
            if isinstance(given, Reply):
                answer = given
            else:
                answer = await self._run(session, command, given, incoming, speaker)
            return _for_reader(answer, speaker)

    def _admitted(
        self, command: Command, parsed: grammar.Parsed, incoming: Incoming, speaker: Speaker
    ) -> Arguments | Reply:
        """Return what was given with a command, or why it is not obeyed."""
        if refusal := _refusal(command, speaker, incoming.prefix):
            return reply(refusal)
        arguments = parse(command, parsed)
        if isinstance(arguments, Wrong):
            return _wrong(command, arguments, incoming.prefix)
        age = self._clock() - incoming.said_at
        if command.fresh and age > self._fresh:
            return reply(line("dispatch.too_old", command=command.name, age=age))
        return arguments

    async def _run(
        self,
        session: AsyncSession,
        command: Command,
        arguments: Arguments,
        incoming: Incoming,
        speaker: Speaker,
    ) -> Reply:
        now = self._clock()
        if command.writes:
            if await _heard_before(session, incoming, now):
                return reply(line("dispatch.heard_before", command=command.name))
            speaker = await _made_known(session, speaker, incoming, now)
        call = Call(
            arguments,
            speaker,
            now,
            incoming.where,
            session,
            said_at=incoming.said_at,
            prefix=incoming.prefix,
        )
        return await command.run(call)


async def _heard_before(session: AsyncSession, incoming: Incoming, now: datetime) -> bool:
    """Return whether this very line was obeyed already, by this process or an earlier one."""
    if incoming.update is None or incoming.identity is None:
        return False
    first = await updates.note(session, incoming.identity.network, incoming.update, now)
    return not first


def _for_reader(answer: Reply, speaker: Speaker) -> Reply:
    return replace(answer, language=answer.language or speaker.language)


async def _speaker(session: AsyncSession, incoming: Incoming) -> Speaker:
    identity = incoming.identity
    person = None if identity is None else await people.find(session, identity)
    known = person.language if person else None
    return Speaker(incoming.name, identity, person, known or incoming.language)


async def _made_known(
    session: AsyncSession, speaker: Speaker, incoming: Incoming, now: datetime
) -> Speaker:
    if speaker.identity is None:
        return speaker
    person = speaker.person or await people.ensure(
        session, speaker.identity, now, language=incoming.language
    )
    name = name_of(person, speaker.identity, incoming.name)
    if name != person.name:
        await people.set_name(session, person.key, name)
    return replace(speaker, person=replace(person, name=name))


def _refusal(command: Command, speaker: Speaker, prefix: str) -> Line | None:
    if command.who is Who.ALL:
        return None
    only = command.who is Who.COORDINATOR
    standing = stands(speaker.identity, speaker.person, coordinators_only=only)
    if standing is Standing.UNKNOWN:
        return line("dispatch.identify", name=speaker.name, command=command.name)
    if standing is Standing.NO_COORDINATOR:
        return line("dispatch.coordinators_only", command=command.name, prefix=prefix)
    return None


def _unknown(unknown: grammar.Unknown, prefix: str) -> Reply:
    if not unknown.nearest:
        return reply(line("dispatch.unknown", word=unknown.word, prefix=prefix))
    near = tuple(f"{prefix}{name}" for name in unknown.nearest)
    return reply(line("dispatch.unknown_near", word=unknown.word, nearest=near))


def _wrong(command: Command, wrong: Wrong, prefix: str) -> Reply:
    form = line("dispatch.form", form=prefix + usage(command), example=prefix + command.example)
    return reply(wrong.problem, form)
