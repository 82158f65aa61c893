"""The desk for who somebody is: whoami, zone and language, and joining identities of one human."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from commands import codes, tongues, zones
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt, plain
from commands.messages import Line, Moment, Reply, line, reply
from commands.offsets import Misunderstood
from commands.rules.authority import TELEGRAM
from commands.spreading import tell
from storage import attendance, cards, editors, feedtokens, ledger, linking, people, standingwishes
from storage.values import CardKind, Destination, Person

CODE_LIFETIME = timedelta(minutes=10)

_SURE = "yes"

Linked = Callable[[Call], Awaitable[tuple[Line, ...]]]
"""Called when identities were joined: halts what now rests on one human, and says so."""


class People:
    """Who somebody is to the bot.

    `new_code` makes a fresh one-time code. `linked` looks again at every run that rests on two
    humans. `languages` are those that the bot speaks, first the one for whoever has named none.
    `deep_link` returns the address that says a code to the bot on Telegram, None without one.
    `coordinators` are the channels that are told when somebody speaks with a coordinator's word.
    """

    def __init__(
        self,
        *,
        new_code: Callable[[], str],
        linked: Linked,
        languages: tuple[str, ...],
        deep_link: Callable[[str], str | None],
        coordinators: tuple[Destination, ...],
    ) -> None:
        self._coordinators = coordinators
        self._languages = languages
        self._new_code = new_code
        self._linked = linked
        self._deep_link = deep_link

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
                (Argument("zone", Kind.TEXT, optional=True),),
                aliases=("tz",),
                writes=True,
            ),
            Command(
                "language",
                Who.IDENTIFIED,
                "help.language",
                "language svenska",
                self.language,
                (Argument("language", Kind.TEXT, optional=True),),
                aliases=("lang",),
                writes=True,
            ),
            Command(
                "link",
                Who.IDENTIFIED,
                "help.link",
                "link K7Q2-M9XD",
                self.link,
                (Argument("code", Kind.TEXT, optional=True),),
                form="link [CODE [yes]]",
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
        who = line("people.known", identities=tuple(map(str, held)), role=line(role))
        return reply(who, _zone(call), self._language(call))

    async def timezone(self, call: Call) -> Reply:
        """Keep the zone in which times are shown to the speaker and understood from him."""
        given = call.text("zone", "")
        if not given:
            return reply(_zone(call))
        zone = zones.find(given)
        if isinstance(zone, Misunderstood):
            return reply(zone.problem)
        await people.set_zone(call.session, call.person.key, zone)
        await _record(call, "person.zone", call.person.key, zone=zone)
        return reply(line("people.zone_set", zone=zone, now=Moment(call.now, zone)))

    async def language(self, call: Call) -> Reply:
        """Keep the language in which the speaker is spoken to, or say which it is."""
        given = call.text("language", "")
        names = tuple(map(tongues.own_name, self._languages))
        if not given:
            choice = line("people.languages", languages=names, prefix=call.prefix)
            return reply(self._language(call), choice)
        language = tongues.find(given, self._languages)
        if language is None:
            return reply(line("people.no_such_language", given=excerpt(given), languages=names))
        await people.set_language(call.session, call.person.key, language)
        await _record(call, "person.language", call.person.key, language=language)
        said = line("people.language_set", language=tongues.own_name(language))
        return replace(reply(said), language=language)

    def _language(self, call: Call) -> Line:
        spoken = tongues.chosen(call.speaker.language, self._languages) or self._languages[0]
        return line("people.language", language=tongues.own_name(spoken))

    async def link(self, call: Call) -> Reply:
        """Give a one-time code, or use one that the other identity was given."""
        given = call.text("code", "").split()
        sure = given[1:] != [] and plain(given[-1]) == _SURE
        code = codes.normal(" ".join(given[:-1] if sure else given))
        if not code:
            return await self._give_code(call)
        doubt = None if sure else await self._doubt(call, code)
        return reply(doubt, private=True) if doubt else await self._join(call, code)

    async def _doubt(self, call: Call, code: str) -> Line | None:
        """Ask back where a coordinator's word is at stake: a code can come from a stranger."""
        owner = await linking.owner(call.session, _hash(code), call.now)
        if owner is None or owner == call.person.key:
            return None
        other = await people.get(call.session, owner)
        if other.coordinator_since is None and call.person.coordinator_since is None:
            return None
        held = await people.identities(call.session, owner)
        return line(
            "people.link_sure", identities=tuple(map(str, held)), code=code, prefix=call.prefix
        )

    async def _give_code(self, call: Call) -> Reply:
        code = self._new_code()
        until = call.now + CODE_LIFETIME
        await linking.keep_code(
            call.session, _hash(codes.normal(code)), person=call.person.key, expires_at=until
        )
        await _record(call, "person.link_code", call.person.key)
        said = line("people.code", code=code, prefix=call.prefix, lifetime=CODE_LIFETIME)
        link = None if call.identity.network == TELEGRAM else self._deep_link(code)
        or_open = [line("people.code_link", link=link)] if link else []
        return reply(said, *or_open, private=True)

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
        if kept.coordinator_since is not None:
            told = reply(line("people.linked_told", identities=tuple(map(str, held))))
            await tell(call.session, self._coordinators, told, now=call.now)
        said = line("people.linked", identities=tuple(map(str, held)))
        return reply(said, line("people.linked_for_ever"), *halted, private=True)

    async def _merge(self, call: Call, kept: Person, joined: Person) -> None:
        await linking.join(call.session, kept=kept.key, joined=joined.key, now=call.now)
        for event in await attendance.join(call.session, kept=kept.key, joined=joined.key):
            await cards.look_again(call.session, (CardKind.EVENT,), event, call.now)
        await editors.join(call.session, kept=kept.key, joined=joined.key)
        await standingwishes.join(call.session, kept=kept.key, joined=joined.key)
        await feedtokens.join(call.session, kept=kept.key, joined=joined.key, now=call.now)
        await people.dismiss(call.session, joined.key, call.now)
        if kept.zone is None and joined.zone is not None:
            await people.set_zone(call.session, kept.key, joined.zone)
        if kept.language is None and joined.language is not None:
            await people.set_language(call.session, kept.key, joined.language)

    async def unlink(self, call: Call) -> Reply:
        """Make the identity that speaks a person of its own again."""
        held = await people.identities(call.session, call.person.key)
        if len(held) == 1:
            return reply(line("people.nothing_to_unlink", identity=str(call.identity)))
        alone = await linking.split(call.session, call.identity, call.now)
        await attendance.split(call.session, call.identity, alone)
        await standingwishes.split(call.session, call.identity, alone)
        await _record(call, "person.unlinked", call.person.key, alone=alone)
        rest = tuple(str(each) for each in held if each != call.identity)
        said = line("people.unlinked", identity=str(call.identity), rest=rest)
        return reply(said, line("people.linked_for_ever"))


def _zone(call: Call) -> Line:
    """Say the speaker's zone, or what he could say to set it."""
    known = call.speaker.person.zone if call.speaker.person else None
    if known is not None:
        return line("people.zone", zone=known)
    likely = zones.of_language(call.speaker.language)
    if likely is not None:
        return line("people.likely_zone", zone=likely, prefix=call.prefix)
    return line("people.no_zone", prefix=call.prefix)


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
