"""The desk for our own opt-out list: one coordinator puts somebody there, or takes him off."""

from __future__ import annotations

from dataclasses import dataclass

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import Unfit, fit_text
from commands.grammar import excerpt
from commands.messages import Line, Reply, line, reply
from commands.paging import PAGE, Page, page_number
from commands.policy import RunPolicy
from commands.rules.usernames import user_name
from commands.spreading import tell
from storage import ledger, optouts, people, reactions
from storage.heard import OptOut, Reaction, Suggestion

_MOST = 10
_NUMBER = Argument("number", Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class _Meant:
    """Whom a coordinator means: an account, on one wiki or with an empty `wiki` on all."""

    user: str
    wiki: str


class OptingOut:
    """Keeps the list of those who want no messages. A suggestion is taken up by its number."""

    def __init__(self, *, policy: RunPolicy) -> None:
        self._policy = policy

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        user = Argument("user", Kind.TEXT)
        return (
            Command(
                "optout",
                coordinator,
                "help.optout",
                "optout Ada Lovelace | asked me by mail",
                self.add,
                (user, Argument("why", Kind.PART, optional=True)),
                writes=True,
                pressable=True,
                form="optout USER [@WIKI] [| WHY] or optout N",
            ),
            Command(
                "optout remove",
                coordinator,
                "help.optout_remove",
                "optout remove Ada Lovelace",
                self.remove,
                (user,),
                writes=True,
                form="optout remove USER [@WIKI]",
            ),
            Command(
                "optouts",
                coordinator,
                "help.optouts",
                "optouts",
                self.listed,
                (PAGE,),
                pressable=True,
            ),
            Command(
                "no",
                coordinator,
                "help.no",
                "no 12",
                self.decline,
                (_NUMBER,),
                writes=True,
                pressable=True,
            ),
        )

    async def add(self, call: Call) -> Reply:
        """Put somebody on the list: one whom the speaker names, or who was suggested."""
        given = call.text("user")
        number = given.removeprefix("#")
        if number.isdecimal() and len(number) < 10:
            return reply(await self._take_up(call, int(number)))
        meant = self._meant(call, given)
        if isinstance(meant, Line):
            return reply(meant)
        why = fit_text("why", call.text("why", ""))
        if isinstance(why, Unfit):
            return reply(why.problem)
        human = await optouts.human_of(call.session, meant.user, wiki=meant.wiki)
        return reply(await self._put(call, meant, human=human, why=why))

    async def remove(self, call: Call) -> Reply:
        """Take somebody off the list."""
        meant = self._meant(call, call.text("user"))
        if isinstance(meant, Line):
            return reply(meant)
        gone = await optouts.remove(call.session, meant.user, wiki=meant.wiki or None)
        for number in gone:
            await _record(call, "optout.removed", number)
        if not gone:
            return reply(line("optout.not_there", user=meant.user))
        # Whoever is taken off will be written to again: the others may know better.
        told = reply(line("optout.removed_told", who=call.person.name, user=meant.user))
        await tell(call.session, self._policy.coordinators, told, now=call.now, heard_in=call.where)
        return reply(line("optout.removed", user=meant.user))

    async def listed(self, call: Call) -> Reply:
        """List who is on it, to the speaker alone."""
        count = await optouts.count(call.session)
        if not count:
            return reply(line("optout.nobody"), private=True)
        number = page_number(call, count, _MOST)
        before = (number - 1) * _MOST
        found = await optouts.listed(call.session, _MOST, skip=before)
        page = Page(found, number, count - before - len(found))
        lines = [await _entry(call, each) for each in found]
        return reply(
            *lines, *page.hint(call, "optouts"), private=True, buttons=page.buttons("optouts")
        )

    async def decline(self, call: Call) -> Reply:
        """Leave somebody off the list who was suggested."""
        number = call.number(_NUMBER.name)
        found = await reactions.get(call.session, number, lock=True)
        if found is None or found.suggestion is Suggestion.NONE:
            return reply(line("optout.no_suggestion", number=number))
        if found.suggestion is not Suggestion.OPEN:
            return reply(_settled(call, found))
        await reactions.decide(call.session, number, Suggestion.DECLINED)
        await _record(call, "optout.declined", number, subject="reaction")
        return reply(line("optout.declined", user=found.who))

    async def _take_up(self, call: Call, number: int) -> Line:
        found = await reactions.get(call.session, number, lock=True)
        if found is None or found.suggestion is Suggestion.NONE:
            return line("optout.no_suggestion", number=number)
        if found.suggestion is Suggestion.TAKEN:
            return _settled(call, found)
        if not found.wiki and found.recipient is None:
            return line("optout.whose", prefix=call.prefix)
        await reactions.decide(call.session, number, Suggestion.TAKEN)
        user, human = await _asking(call, found)
        return await self._put(
            call, _Meant(user, ""), human=human, why=found.words, reaction=number
        )

    async def _put(
        self, call: Call, meant: _Meant, *, human: str, why: str, reaction: int | None = None
    ) -> Line:
        number = await optouts.add(
            call.session,
            meant.user,
            wiki=meant.wiki,
            human=human,
            by=call.person.key,
            why=why,
            now=call.now,
        )
        if number is None:
            return line("optout.already", user=meant.user)
        await _record(call, "optout.added", number, everywhere=not meant.wiki, reaction=reaction)
        where = _where(meant.wiki)
        return line("optout.added", user=meant.user, where=where, prefix=call.prefix)

    def _meant(self, call: Call, given: str) -> _Meant | Line:
        name, at, wiki = given.rpartition(" @")
        if not at:
            name, wiki = given, ""
        elif wiki not in self._policy.wikis:
            return line("optout.no_wiki", wiki=excerpt(wiki), known=self._policy.wikis)
        user = user_name(name)
        if user is None:
            return line("optout.no_name", given=excerpt(name), prefix=call.prefix)
        return _Meant(user, wiki)


def _where(wiki: str) -> Line | str:
    return wiki or line("optout.everywhere")


def _settled(call: Call, found: Reaction) -> Line:
    return line(f"optout.settled.{found.suggestion}", user=found.who, prefix=call.prefix)


async def _entry(call: Call, entry: OptOut) -> Line:
    by = (await people.get(call.session, entry.by)).name
    return line(
        "optout.entry_why" if entry.why else "optout.entry",
        user=entry.user,
        where=_where(entry.wiki),
        who=by,
        at=entry.at,
        why=entry.why,
    )


async def _asking(call: Call, found: Reaction) -> tuple[str, str]:
    """Return the account of whoever asked for no more, and which human's it is."""
    recipient = await reactions.recipient(call.session, found)
    if recipient and recipient.user and (found.who == recipient.user or not found.wiki):
        return recipient.user, recipient.human
    return found.who, await optouts.human_of(call.session, found.who, wiki=found.wiki)


async def _record(
    call: Call, action: str, number: int, *, subject: str = "optout", **details: object
) -> None:
    """Put it on record, without anybody's name."""
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action=action,
        subject=f"{subject}:{number}",
        details=details,
    )
