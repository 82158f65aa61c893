"""The desk for who somebody is: whoami, timezone, and joining identities of one human."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

from commands import codes, zones
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.messages import Line, Moment, Reply, line, reply
from commands.offsets import Misunderstood
from storage import ledger, linking, people
from storage.values import Person

CODE_LIFETIME = timedelta(minutes=10)

Linked = Callable[[Call], Awaitable[tuple[Line, ...]]]
"""Called when identities were joined: halts what now rests on one human, and says so."""


class People:
    """Who somebody is to the bot.

    `new_code` makes a fresh one-time code. `linked` looks again at every run that rests on two
    humans.
    """

    def __init__(self, *, new_code: Callable[[], str], linked: Linked) -> None:
        self._new_code = new_code
        self._linked = linked

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command("whoami", Who.ALL, "help.whoami", "whoami", self.whoami),
            Command(
                "timezone",
                Who.IDENTIFIED,
                "help.timezone",
                "timezone Europe/Stockholm",
                self.timezone,
                (Argument("zone", Kind.TEXT),),
                aliases=("tz",),
                writes=True,
            ),
            Command(
                "link",
                Who.IDENTIFIED,
                "help.link",
                "link K7Q2-M9XD",
                self.link,
                (Argument("code", Kind.TEXT, optional=True),),
                writes=True,
            ),
            Command("unlink", Who.IDENTIFIED, "help.unlink", "unlink", self.unlink, writes=True),
        )

    async def whoami(self, call: Call) -> Reply:
        """Say by what the speaker is known, and as what."""
        identity, person = call.speaker.identity, call.speaker.person
        if identity is None:
            return reply(line("people.nobody", name=call.speaker.name))
        if person is None:
            return reply(line("people.new", identity=str(identity)))
        held = await people.identities(call.session, person.key)
        role = "people.coordinator" if person.coordinator_since else "people.no_coordinator"
        zone = (
            line("people.zone", zone=person.zone)
            if person.zone
            else line("people.no_zone", prefix=call.prefix)
        )
        who = line("people.known", identities=tuple(map(str, held)), role=line(role))
        return reply(who, zone)

    async def timezone(self, call: Call) -> Reply:
        """Keep the zone in which times are shown to the speaker and understood from him."""
        zone = zones.find(call.text("zone"))
        if isinstance(zone, Misunderstood):
            return reply(zone.problem)
        await people.set_zone(call.session, call.person.key, zone)
        await _record(call, "person.zone", call.person.key, zone=zone)
        return reply(line("people.zone_set", zone=zone, now=Moment(call.now, zone)))

    async def link(self, call: Call) -> Reply:
        """Give a one-time code, or use one that the other identity was given."""
        code = codes.normal(call.text("code", ""))
        return await (self._join(call, code) if code else self._give_code(call))

    async def _give_code(self, call: Call) -> Reply:
        code = self._new_code()
        until = call.now + CODE_LIFETIME
        await linking.keep_code(
            call.session, _hash(codes.normal(code)), person=call.person.key, expires_at=until
        )
        await _record(call, "person.link_code", call.person.key)
        said = line("people.code", code=code, prefix=call.prefix, lifetime=CODE_LIFETIME)
        return reply(said, private=True)

    async def _join(self, call: Call, code: str) -> Reply:
        other_key = await linking.use_code(call.session, _hash(code), call.now)
        if other_key is None:
            await _record(call, "person.link_refused", call.person.key)
            return reply(line("people.wrong_code", prefix=call.prefix), private=True)
        if other_key == call.person.key:
            return reply(line("people.own_code"), private=True)
        other = await people.get(call.session, other_key)
        kept, joined = _kept_first(other, call.person)
        await self._merge(call, kept, joined)
        # Runs are locked before the ledger is: whoever does it the other way round deadlocks.
        halted = await self._linked(call)
        await _record(call, "person.linked", kept.key, joined=joined.key)
        held = await people.identities(call.session, kept.key)
        said = line("people.linked", identities=tuple(map(str, held)))
        return reply(said, line("people.linked_for_ever"), *halted, private=True)

    async def _merge(self, call: Call, kept: Person, joined: Person) -> None:
        await linking.join(call.session, kept=kept.key, joined=joined.key, now=call.now)
        await people.dismiss(call.session, joined.key, call.now)
        if kept.zone is None and joined.zone is not None:
            await people.set_zone(call.session, kept.key, joined.zone)

    async def unlink(self, call: Call) -> Reply:
        """Make the identity that speaks a person of its own again."""
        held = await people.identities(call.session, call.person.key)
        if len(held) == 1:
            return reply(line("people.nothing_to_unlink", identity=str(call.identity)))
        alone = await linking.split(call.session, call.identity, call.now)
        await _record(call, "person.unlinked", call.person.key, alone=alone)
        rest = tuple(str(each) for each in held if each != call.identity)
        said = line("people.unlinked", identity=str(call.identity), rest=rest)
        return reply(said, line("people.linked_for_ever"))


def _kept_first(code_owner: Person, speaker: Person) -> tuple[Person, Person]:
    """Return whose key stays and whose goes: a coordinator's stays before another's."""
    if code_owner.coordinator_since is None and speaker.coordinator_since is not None:
        return speaker, code_owner
    return code_owner, speaker


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


async def _record(call: Call, action: str, person: int, **details: object) -> None:
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action=action,
        subject=f"person:{person}",
        details=details,
    )
