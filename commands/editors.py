"""The desk where persons say what they are called on the wikis."""

from __future__ import annotations

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt
from commands.messages import Reply, line, reply
from commands.rules.usernames import user_name
from storage import editors, ledger

_FORGET = frozenset({"-", "none", "off"})


class Editors:
    """Under which name somebody edits: messages to those who attend go there."""

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "wikiname",
                Who.IDENTIFIED,
                "help.wikiname",
                "wikiname Ada Lovelace",
                self.wikiname,
                (Argument("name", Kind.TEXT, optional=True),),
                writes=True,
            ),
        )

    async def wikiname(self, call: Call) -> Reply:
        """Keep, forget or say the speaker's name on the wikis."""
        given = call.text("name", "").strip()
        if not given:
            known = await editors.name_of(call.session, call.person.key)
            key = "editors.known" if known else "editors.unknown"
            return reply(line(key, user=known or "", prefix=call.prefix), private=True)
        if given.casefold() in _FORGET:
            await self._keep(call, None)
            return reply(line("editors.forgotten"), private=True)
        name = user_name(given)
        if name is None:
            return reply(line("editors.no_name", given=excerpt(given), prefix=call.prefix))
        await self._keep(call, name)
        return reply(line("editors.kept", user=name), private=True)

    async def _keep(self, call: Call, name: str | None) -> None:
        await editors.set_name(call.session, call.person.key, name)
        await ledger.append(
            call.session,
            at=call.now,
            actor=call.person.key,
            action="person.wikiname",
            subject=f"person:{call.person.key}",
            details={"told": name is not None},
        )
