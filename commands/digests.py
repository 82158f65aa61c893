"""The desk for the digest: what the next issue tells, holding it, and a word on top of it.

Everybody can say here, too, that they do not want to be asked whether they plan another event.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.messages import Line, Reply, line, reply
from commands.rules.digestissue import Habit, Rhythm
from commands.rules.digestissuecontents import Contents, contents
from commands.rules.digestissuelines import buttons, preview, short, words
from commands.spreading import tell
from storage import issues, ledger, nudges
from storage.issuevalues import CopyState, HeldWhy, Issue, IssueState
from storage.values import Destination, Shown

MOST_NOTES = 5
LONGEST_NOTE = 500
_RETRIED = timedelta(days=7)
"""For how long what could not be sent of an issue may be tried again."""

Programme = Callable[[], Awaitable[Iterable[Shown]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPolicy:
    """What is decided about the digest.

    It goes to `channels`, wiki `pages` (`wiki/title`) and mailing `lists` (their addresses).
    `zones` are what the clocks of channels show. `address` is the calendar page's, empty where
    there is none. `coordinators` are told what becomes of it.
    """

    habit: Habit
    channels: tuple[Destination, ...] = ()
    pages: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    zones: Mapping[Destination, str] = field(default_factory=dict)
    address: str = ""
    coordinators: tuple[Destination, ...] = ()

    @property
    def goes_to(self) -> tuple[str, ...]:
        """Where an issue goes, in the words of the configuration."""
        return (*map(str, self.channels), *self.pages, *self.lists)


def no_digest() -> DigestPolicy:
    """Return what is decided where the configuration has no digest: none is ever planned."""
    return DigestPolicy(habit=Habit(rhythm=Rhythm(weeks=2, weekday=3, at=time(9), zone="UTC")))


async def nothing_shown() -> tuple[Shown, ...]:
    """Return an empty programme."""
    return ()


class Digests:
    """What coordinators ask and say about the digest. `programme` returns what may be shown."""

    def __init__(self, *, policy: DigestPolicy, programme: Programme) -> None:
        self._policy = policy
        self._programme = programme

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command("digest", coordinator, "help.digest", "digest", self.state, pressable=True),
            Command(
                "digest preview",
                coordinator,
                "help.digest_preview",
                "digest preview",
                self.preview,
                pressable=True,
            ),
            Command(
                "digest hold",
                coordinator,
                "help.digest_hold",
                "digest hold",
                self.hold,
                writes=True,
                urgent=True,
                pressable=True,
            ),
            Command(
                "digest go",
                coordinator,
                "help.digest_go",
                "digest go",
                self.go,
                aliases=("digest release",),
                writes=True,
                fresh=True,
                pressable=True,
            ),
            Command(
                "digest note",
                coordinator,
                "help.digest_note",
                "digest note | The hackathon's dates are out: https://example.org",
                self.note,
                (
                    Argument("off", Kind.CHOICE, optional=True, choices=("off",)),
                    Argument("text", Kind.PART, optional=True),
                ),
                writes=True,
                form="digest note | TEXT or digest note off",
            ),
            Command(
                "nudge",
                Who.IDENTIFIED,
                "help.nudge",
                "nudge off",
                self.nudge,
                (Argument("wanted", Kind.CHOICE, choices=("on", "off")),),
                writes=True,
                pressable=True,
            ),
        )

    async def state(self, call: Call) -> Reply:
        """Say when the next issue goes out and what became of the last one."""
        issue = await issues.open_issue(call.session)
        said = [*await self._last(call)]
        if issue is None:
            return reply(line("issue.none"), *said)
        found = await self._contents(call, issue)
        told = line("issue.has", coming=len(found.coming), missed=len(found.missed))
        notes = [line("issue.note", note=each) for each in issue.notes]
        said = [*self._standing(call, issue), told, *notes, words(issue, call.prefix), *said]
        return reply(*said, buttons=buttons(issue))

    async def preview(self, call: Call) -> Reply:
        """Show the next issue as a channel would be told it now."""
        issue = await issues.open_issue(call.session)
        if issue is None:
            return reply(line("issue.none"))
        found = await self._contents(call, issue)
        if found.empty and not issue.notes:
            return reply(*self._standing(call, issue), line("issue.empty_yet"))
        told = short(
            found,
            notes=issue.notes,
            now=call.now,
            zone=call.zone,
            address=self._policy.address,
        )
        return reply(*self._standing(call, issue), *told, buttons=buttons(issue))

    async def hold(self, call: Call) -> Reply:
        """Keep the next issue from going out."""
        issue = await issues.open_issue(call.session, lock=True)
        if issue is None:
            return reply(line("issue.none"), *await self._last(call))
        if issue.state is IssueState.HELD:
            return reply(*self._standing(call, issue), words(issue, call.prefix))
        held = replace(
            issue,
            state=IssueState.HELD,
            held_why=HeldWhy.ASKED,
            held_by=call.person.key,
            released_at=None,
        )
        await self._keep(call, held, "issue.held")
        lapses = self._policy.habit.lapses_at(held)
        said = line("issue.is_held", due=held.due_at, lapses=lapses, prefix=call.prefix)
        return await self._said(call, said)

    async def go(self, call: Call) -> Reply:
        """Let a held issue go out, at its time or now; else try again what failed of the last."""
        issue = await issues.open_issue(call.session, lock=True)
        if issue is None or issue.state is not IssueState.HELD:
            return await self._again(call, issue)
        freed = replace(
            issue,
            state=IssueState.PLANNED,
            held_why=None,
            held_by=None,
            released_at=call.now,
        )
        await self._keep(call, freed, "issue.released")
        key = "issue.goes_now" if issue.due_at <= call.now else "issue.released"
        return await self._said(call, line(key, due=issue.due_at))

    async def note(self, call: Call) -> Reply:
        """Put a word on top of the next issue, or take all such words away."""
        issue = await issues.open_issue(call.session, lock=True)
        if issue is None:
            return reply(line("issue.none"))
        text = " ".join(call.text("text", "").split())
        if call.text("off", ""):
            await self._keep(call, replace(issue, notes=()), "issue.notes_off")
            return await self._said(call, line("issue.notes_gone", due=issue.due_at))
        if not text:
            notes = [line("issue.note", note=each) for each in issue.notes]
            return reply(*notes, line("issue.note_how", prefix=call.prefix))
        if len(text) > LONGEST_NOTE or len(issue.notes) >= MOST_NOTES:
            most = {"most": MOST_NOTES, "longest": LONGEST_NOTE}
            return reply(line("issue.note_too_much", prefix=call.prefix, **most))
        await self._keep(call, replace(issue, notes=(*issue.notes, text)), "issue.note")
        return await self._said(call, line("issue.noted", due=issue.due_at, note=text))

    async def nudge(self, call: Call) -> Reply:
        """Keep whether somebody wants to be asked about their plans."""
        wanted = call.text("wanted") == "on"
        if wanted:
            await nudges.allow(call.session, call.person.key)
        else:
            await nudges.refuse(call.session, call.person.key, call.now)
        return reply(line("nudge.on" if wanted else "nudge.off", prefix=call.prefix), private=True)

    async def _again(self, call: Call, issue: Issue | None) -> Reply:
        last = await issues.last_sent(call.session)
        if last is not None and last.sent_at and call.now - last.sent_at <= _RETRIED:
            count = await issues.retry(call.session, last.number, call.now)
            if count:
                await self._record(call, last, "issue.retried")
                return await self._said(call, line("issue.again", count=count, due=last.due_at))
        if issue is None:
            return reply(line("issue.none"))
        return reply(line("issue.not_held", due=issue.due_at), *await self._last(call))

    async def _last(self, call: Call) -> tuple[Line, ...]:
        """Say what could not be sent of the last issue, or may have been."""
        last = await issues.last_sent(call.session)
        if last is None:
            return ()
        said = [line("issue.last", due=last.due_at)]
        for copy in await issues.copies(call.session, last.number):
            if copy.state is CopyState.FAILED:
                said.append(line("issue.last_failed", where=copy.address, reason=copy.fault or ""))
            elif copy.state is CopyState.UNKNOWN:
                said.append(line("issue.last_unknown", where=copy.address))
            elif copy.state is not CopyState.SENT:
                said.append(line("issue.last_waits", where=copy.address, reason=copy.fault or ""))
        return tuple(said)

    def _standing(self, call: Call, issue: Issue) -> tuple[Line, ...]:
        return preview(issue, now=call.now, goes_to=self._policy.goes_to)

    async def _contents(self, call: Call, issue: Issue) -> Contents:
        return await contents_of(
            call.session, issue, self._policy.habit, await self._programme(), call.now
        )

    async def _keep(self, call: Call, issue: Issue, action: str) -> None:
        await issues.save(call.session, issue)
        await self._record(call, issue, action)

    async def _record(self, call: Call, issue: Issue, action: str) -> None:
        await ledger.append(
            call.session,
            at=call.now,
            actor=call.person.key,
            action=action,
            subject=f"issue:{issue.number}",
        )

    async def _said(self, call: Call, said: Line) -> Reply:
        """Answer, and tell the other coordinators' channels the same."""
        others = self._policy.coordinators
        await tell(call.session, others, reply(said), now=call.now, heard_in=call.where)
        return reply(said)


async def contents_of(
    session: AsyncSession, issue: Issue, habit: Habit, shown: Iterable[Shown], now: datetime
) -> Contents:
    """Return what an issue tells at a moment, given what may be shown."""
    last = await issues.last_sent(session, besides=issue.number)
    since = None if last is None else last.sent_at
    return contents(
        shown,
        now=now,
        ahead=habit.ahead,
        back=habit.back,
        since=since or now - timedelta(weeks=habit.rhythm.weeks),
        told=await issues.told(session, since=now - 2 * habit.back, besides=issue.number),
    )
