"""The engine of the digest: plans the next issue, has it looked at, and hands it out when due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.publish import digestwiki
from chatbot.publish.digestcopies import Copies
from chatbot.publish.digestjournal import Journal
from chatbot.publish.digestnudges import Nudges
from commands.digests import DigestPolicy, Programme, contents_of
from commands.messages import Line, kept, line, reply
from commands.rules.digestissue import Step, due_step, wake_at
from commands.rules.digestissuecontents import Contents
from commands.rules.digestissuelines import buttons, held, preview, short, words
from commands.spreading import tell
from commands.wikis import Wiki, WikiTrouble
from storage import issues, notices
from storage.database import Database
from storage.issuevalues import CopyKind, HeldWhy, Issue, IssueState
from storage.values import NoticeKind, Shown

_PREFIX = "!"
"""Each chat shows its own in its place."""


class DigestIssues:
    """Does what is due about the open issue, and then sends the copies that are due.

    Each step is one transaction that has the issue locked: two processes do none twice. `told` is
    called after notices were planned.
    """

    def __init__(
        self,
        *,
        database: Database,
        policy: DigestPolicy,
        programme: Programme,
        wikis: Mapping[str, Wiki],
        copies: Copies,
        nudges: Nudges,
        journal: Journal,
        told: Callable[[], None],
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._policy = policy
        self._programme = programme
        self._wikis = wikis
        self._copies = copies
        self._nudges = nudges
        self._journal = journal
        self._told = told
        self._clock = clock
        self._log = log
        self._opened = False

    async def look(self, _now: datetime) -> datetime | None:
        """Do what is due. Return when something is due next. Raises what the database raises."""
        await self._open()
        while await self._step():
            self._told()
        while await self._copies.send_next():
            self._told()
        # The last look for copies may have settled some of which nobody knows.
        self._told()
        return await self._next()

    async def _open(self) -> None:
        if not self._opened and self._database.is_sqlite:
            async with self._database.transaction() as session:
                await issues.release(session, self._clock())
        self._opened = True

    async def _next(self) -> datetime | None:
        async with self._database.reading() as session:
            issue = await issues.open_issue(session)
            copy = await issues.next_wake(session)
        due = None if issue is None else wake_at(issue, self._policy.habit)
        return min((each for each in (due, copy) if each is not None), default=None)

    async def _step(self) -> bool:
        """Do one step about the open issue. Return whether there was any to do."""
        now = self._clock()
        async with self._database.reading() as session:
            issue = await issues.open_issue(session)
        step = None if issue is None else due_step(issue, self._policy.habit, now)
        if issue is not None and step is None:
            return False
        # What takes long is asked before the issue is locked.
        shown = tuple(await self._programme()) if step in {Step.PREVIEW, Step.GO} else ()
        found = step is Step.GO and issue is not None and await self._was_sent(issue)
        async with self._database.transaction() as session:
            locked = await issues.open_issue(session, lock=True)
            if locked is None:
                await self._plan(session, self._policy.habit.first_due(now))
                return True
            if due_step(locked, self._policy.habit, now) is not step or step is None:
                return True
            sent = await self._done(session, locked, step, shown=shown, found=found)
        if sent:
            self._journal.note(locked.code)
        return True

    async def _was_sent(self, issue: Issue) -> bool:
        """Return whether an issue went out that is not known here to: from a restored backup."""
        if issue.released_at is not None:
            return False
        if self._journal.knows(issue.code):
            return True
        for page in self._pages(issue):
            name, _, title = page.partition("/")
            try:
                if name in self._wikis and await digestwiki.stands(
                    self._wikis[name], title, code=issue.code, due_at=issue.due_at
                ):
                    return True
            except WikiTrouble as trouble:
                self._log.warning("digest.not_looked_at", page=page, reason=trouble.reason)
        return False

    async def _done(
        self,
        session: AsyncSession,
        issue: Issue,
        step: Step,
        *,
        shown: tuple[Shown, ...],
        found: bool,
    ) -> bool:
        """Do a step. Return whether the issue goes out by it."""
        now = self._clock()
        self._log.info("digest.step", issue=issue.number, due_at=issue.due_at, step=step.name)
        match step:
            case Step.MOVE:
                await issues.forget(session, issue.number)
                await self._plan(session, self._policy.habit.first_due(now), issue.notes)
            case Step.NUDGE:
                await self._nudges.plan(session, issue, now)
                await issues.save(session, replace(issue, nudged_at=now))
            case Step.PREVIEW:
                await self._preview(session, issue, shown)
                await issues.save(session, replace(issue, previewed_at=now))
            case Step.HOLD:
                await self._hold(session, issue, HeldWhy.LATE)
            case Step.DROP:
                await self._drop(session, issue)
            case Step.GO if found:
                await self._hold(session, issue, HeldWhy.FOUND)
            case Step.GO:
                return await self._go(session, issue, shown)
        return False

    async def _preview(self, session: AsyncSession, issue: Issue, shown: tuple[Shown, ...]) -> None:
        now = self._clock()
        found = await contents_of(session, issue, self._policy.habit, shown, now)
        said = preview(issue, now=now, goes_to=self._policy.goes_to)
        if found.empty and not issue.notes:
            lines: tuple[Line, ...] = (*said, line("issue.empty_yet"))
        else:
            lines = (*said, *self._short(found, issue, zone=None))
        said_to = reply(*lines, words(issue, _PREFIX), buttons=buttons(issue))
        await tell(session, self._policy.coordinators, said_to, now=now)

    async def _hold(self, session: AsyncSession, issue: Issue, why: HeldWhy) -> None:
        waiting = replace(issue, state=IssueState.HELD, held_why=why)
        await issues.save(session, waiting)
        said = reply(held(waiting), words(waiting, _PREFIX), buttons=buttons(waiting))
        await tell(session, self._policy.coordinators, said, now=self._clock())

    async def _drop(self, session: AsyncSession, issue: Issue) -> None:
        """Let the next issue take over, with the notes that were written for this one."""
        now = self._clock()
        await issues.save(session, replace(issue, state=IssueState.DROPPED))
        next_due = await self._plan(
            session, max(self._after(issue), self._soonest(now)), issue.notes
        )
        said = line("issue.dropped", due=issue.due_at, next=next_due)
        await tell(session, self._policy.coordinators, reply(said), now=now)

    async def _go(self, session: AsyncSession, issue: Issue, shown: tuple[Shown, ...]) -> bool:
        now = self._clock()
        following = max(self._policy.habit.first_due(now), self._after(issue))
        following = await self._plan(session, following)
        found = await contents_of(session, issue, self._policy.habit, shown, now)
        if found.empty and not issue.notes:
            await issues.save(session, replace(issue, state=IssueState.EMPTY))
            said = line("issue.was_empty", due=issue.due_at, next=following)
            await tell(session, self._policy.coordinators, reply(said), now=now)
            return False
        sent = replace(issue, state=IssueState.SENT, sent_at=now, told=found.told)
        await issues.save(session, sent)
        copies = [(CopyKind.PAGE, page) for page in self._pages(issue)]
        copies += [(CopyKind.MAIL, address) for address in self._policy.lists]
        await issues.hand_out(session, issue.number, copies, now)
        for channel in self._policy.channels:
            lines = self._short(found, issue, zone=self._policy.zones.get(channel))
            await notices.plan(
                session,
                kind=NoticeKind.ANNOUNCEMENT,
                due_at=now,
                destination=channel,
                once=f"digest:{issue.code}:{channel}",
                reply=kept(reply(*lines)),
            )
        return True

    def _short(self, found: Contents, issue: Issue, *, zone: str | None) -> tuple[Line, ...]:
        return short(
            found,
            notes=issue.notes,
            now=self._clock(),
            zone=zone,
            address=self._policy.address,
        )

    async def _plan(
        self, session: AsyncSession, due_at: datetime, notes: tuple[str, ...] = ()
    ) -> datetime:
        """Plan the next issue, at `due_at` or the first time after it that had none."""
        while not await issues.plan(session, due_at, notes):
            due_at = self._policy.habit.rhythm.due_after(due_at)
        return due_at

    def _soonest(self, now: datetime) -> datetime:
        return self._policy.habit.rhythm.due_after(now)

    def _after(self, issue: Issue) -> datetime:
        return self._policy.habit.rhythm.due_after(issue.due_at)

    def _pages(self, issue: Issue) -> tuple[str, ...]:
        """Return the pages of an issue; `{date}` in a title makes a page of its own for each."""
        return tuple(
            page.replace("{date}", f"{issue.due_at:%Y-%m-%d}") for page in self._policy.pages
        )
