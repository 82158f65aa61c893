"""The desk for who may decide: coordinators come by two words, go by one, and are listed."""

from __future__ import annotations

import re
from datetime import timedelta

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt
from commands.messages import Line, Reply, line, reply
from commands.rules.authority import humans, no_person
from commands.rules.naming import told
from storage import ledger, linking, people
from storage.values import Identity, LedgerEntry, Person

_MOST_ENTRIES = 20
_ACCOUNT = re.compile(r"[^\s@,:!]{1,64}")


class Coordinators:
    """Who may decide. A word for a new coordinator holds for `word_holds`.

    `networks` are the chat networks that there are.
    """

    def __init__(self, *, networks: tuple[str, ...], word_holds: timedelta) -> None:
        self._networks = networks
        self._word_holds = word_holds

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        account = Argument("account", Kind.WORD)
        return (
            Command(
                "coordinator add",
                Who.COORDINATOR,
                "help.coordinator_add",
                "coordinator add carol@libera",
                self.add,
                (account,),
                writes=True,
                fresh=True,
            ),
            Command(
                "coordinator remove",
                Who.COORDINATOR,
                "help.coordinator_remove",
                "coordinator remove carol@libera",
                self.remove,
                (account,),
                writes=True,
            ),
            Command(
                "coordinator list",
                Who.ALL,
                "help.coordinator_list",
                "coordinator list",
                self.everyone,
                aliases=("coordinators",),
            ),
            Command(
                "audit",
                Who.COORDINATOR,
                "help.audit",
                "audit 5",
                self.audit,
                (Argument("count", Kind.NUMBER, optional=True),),
            ),
        )

    async def add(self, call: Call) -> Reply:
        """Give one's word for somebody; the second coordinator's word appoints him."""
        identity = self._identity(call)
        if isinstance(identity, Line):
            return reply(identity)
        if why := no_person(identity):
            return reply(line(f"coordinators.no_person.{why}", who=str(identity)))
        nominee = await people.ensure(call.session, identity, call.now)
        if nominee.coordinator_since is not None:
            return reply(line("coordinators.already", who=str(identity)))
        seconded = await _seconded(call, nominee)
        until = call.now + self._word_holds
        await linking.nominate(
            call.session, nominee.key, nominated_by=call.person.key, expires_at=until
        )
        if not seconded:
            await _record(call, "coordinator.nominated", nominee)
            said = line(
                "coordinators.nominated", who=str(identity), prefix=call.prefix, until=until
            )
            return reply(said)
        await people.appoint(call.session, nominee.key, call.now)
        await linking.forget_nominations(call.session, nominee.key)
        await _record(call, "coordinator.added", nominee)
        return reply(line("coordinators.added", who=str(identity)))

    async def remove(self, call: Call) -> Reply:
        """End somebody's time as coordinator at once."""
        identity = self._identity(call)
        if isinstance(identity, Line):
            return reply(identity)
        person = await people.find(call.session, identity)
        if person is None or person.coordinator_since is None:
            return reply(line("coordinators.is_none", who=str(identity)))
        await people.dismiss(call.session, person.key, call.now)
        await linking.forget_nominations(call.session, person.key)
        await _record(call, "coordinator.removed", person)
        left = len(await people.coordinators(call.session))
        said = line("coordinators.removed", who=str(identity))
        return reply(said, line("coordinators.left", count=left))

    async def everyone(self, call: Call) -> Reply:
        """Say who the coordinators are."""
        those = await people.coordinators(call.session)
        if not those:
            return reply(line("coordinators.nobody"))
        names = [await _names(call, person) for person in those]
        return reply(line("coordinators.list", count=len(those), names=tuple(names)))

    async def audit(self, call: Call) -> Reply:
        """Say what was decided last, newest first."""
        count = min(call.number("count", 5), _MOST_ENTRIES)
        entries = await ledger.latest(call.session, max(count, 1))
        lines = [await _told(call, entry) for entry in entries]
        return reply(*lines, private=len(lines) > 5) if lines else reply(line("audit.empty"))

    def _identity(self, call: Call) -> Identity | Line:
        account, at, network = call.text("account").rpartition("@")
        if not at:
            account, network = network, call.identity.network
        known = {name.casefold(): name for name in self._networks}
        found = known.get(network.casefold())
        if found is None:
            return line(
                "coordinators.no_such_network", network=excerpt(network), networks=self._networks
            )
        if not _ACCOUNT.fullmatch(account):
            return line("coordinators.no_account", given=excerpt(account))
        return Identity(found, account.casefold())


async def _seconded(call: Call, nominee: Person) -> bool:
    """Return whether somebody who is another human gave his word, and still may."""
    one = humans(await linking.links(call.session))
    standing = {person.key for person in await people.coordinators(call.session)}
    speaker = one.get(call.person.key, call.person.key)
    words = await linking.nominators(call.session, nominee.key, call.now)
    return any(key in standing and one.get(key, key) != speaker for key in words)


async def _names(call: Call, person: Person) -> str:
    held = await people.identities(call.session, person.key)
    return " = ".join(told(each, person.name) for each in held) or person.name


async def _told(call: Call, entry: LedgerEntry) -> Line:
    if entry.actor is None:
        actor: Line | str = line("audit.operator")
    else:
        actor = (await people.get(call.session, entry.actor)).name
    return line(
        "audit.entry",
        number=entry.number,
        at=entry.at,
        actor=actor,
        action=entry.action,
        subject=entry.subject,
    )


async def _record(call: Call, action: str, person: Person) -> None:
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action=action,
        subject=f"person:{person.key}",
    )
