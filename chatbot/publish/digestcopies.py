"""The copies of an issue that are due: each claimed, made as things stand, sent once, settled.

A mail is put on the wire only after that was committed, so that whoever dies in between leaves a
copy of which nobody knows whether it was taken. It is not sent again; coordinators are told. A wiki
page can be looked at, and is, before every try.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.publish import digestmail, digestwiki
from chatbot.publish.digestjournal import Journal
from chatbot.publish.digestsettings import MailingList, Sender
from chatbot.publish.digestsheet import Sheet, Sheets, footer
from chatbot.publish.mail import Handed, Mailer
from commands.digests import DigestPolicy, Programme, contents_of
from commands.messages import Line, line, reply
from commands.spreading import tell
from commands.wikis import Wiki, WikiTrouble
from storage import issues, stops
from storage.database import Database
from storage.issuevalues import Copy, CopyKind, CopyState, Issue

LEASE = timedelta(minutes=10)
"""Longer than a server takes for a mail, each answer within its patience."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_TRIED_FOR = timedelta(days=1)
_TOLD_AT = 4
"""After so many tries coordinators are told that there is trouble."""

_LAST_WORDS_SECONDS = 30
_RECORDING_PAUSES = (0.1, 1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class End:
    """How a try ended. PENDING is to be tried again."""

    state: CopyState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How mails go out."""

    mailer: Mailer
    sender: Sender
    lists: Mapping[str, MailingList]


class Copies:
    """Sends what was handed out. `holder` names this process and no earlier life of it."""

    def __init__(
        self,
        *,
        database: Database,
        policy: DigestPolicy,
        programme: Programme,
        sheets: Sheets,
        journal: Journal,
        wikis: Mapping[str, Wiki],
        post: Post | None,
        clock: Clock,
        holder: str,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._policy = policy
        self._programme = programme
        self._sheets = sheets
        self._journal = journal
        self._wikis = wikis
        self._post = post
        self._clock = clock
        self._holder = holder
        self._log = log

    async def send_next(self) -> bool:
        """Send one copy that is due. Return False when there is none. Raises database errors.

        What is begun is finished also when this is cancelled meanwhile.
        """
        async with self._database.transaction() as session:
            await self._tell_lost(session)
            copy = await issues.claim(session, holder=self._holder, now=self._clock(), lease=LEASE)
        if copy is None:
            return False
        sending = asyncio.create_task(self._send(copy), name=f"digest-{copy.address}")
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait([sending], timeout=_LAST_WORDS_SECONDS)
            raise
        return True

    async def _tell_lost(self, session: AsyncSession) -> None:
        for copy in await issues.lost(session, self._clock()):
            await self._tell(session, _told("issue.copy_unknown", copy, ""))

    async def _send(self, copy: Copy) -> None:
        try:
            end = await self._tried(copy)
        except WikiTrouble as trouble:
            end = End(CopyState.PENDING, trouble.reason)
        except Exception as fault:  # noqa: BLE001 - a fault in one copy must not stop others
            self._log.exception("digest.copy_fault", copy=copy.key)
            end = End(CopyState.PENDING, type(fault).__name__)
        self._log.info("digest.copy", address=copy.address, state=end.state, reason=end.reason)
        for pause in _RECORDING_PAUSES:
            if await self._settled(copy, end):
                return
            await asyncio.sleep(pause)
        self._log.error("digest.not_recorded", copy=copy.key)

    async def _tried(self, copy: Copy) -> End:
        async with self._database.reading() as session:
            issue = await issues.get(session, copy.issue)
        if self._clock() - (issue.sent_at or issue.due_at) > _TRIED_FOR and copy.attempts > 1:
            return End(CopyState.FAILED, copy.fault or "")
        if copy.kind is CopyKind.PAGE:
            return await self._to_page(copy, issue)
        return await self._to_list(copy, issue)

    async def _to_page(self, copy: Copy, issue: Issue) -> End:
        name, _, title = copy.address.partition("/")
        wiki = self._wikis.get(name)
        if wiki is None:
            return End(CopyState.FAILED, "no such wiki is configured")
        async with self._database.reading() as session:
            if any(each.wiki == name for each in await stops.standing(session)):
                return End(CopyState.PENDING, "the wiki has stopped me")
        sheet = await self._sheet(issue, language=(await wiki.site()).language)
        said = await digestwiki.write(
            wiki,
            title,
            sheet,
            code=issue.code,
            due_at=issue.due_at,
        )
        if said.stands:
            return End(CopyState.SENT)
        return End(CopyState.FAILED if said.lasting else CopyState.PENDING, said.reason)

    async def _to_list(self, copy: Copy, issue: Issue) -> End:
        if self._journal.knows(issue.code, copy.address):
            return End(CopyState.SENT)
        post = self._post
        to = post.lists.get(copy.address) if post else None
        if post is None or to is None:
            return End(CopyState.FAILED, "no such list is configured")
        sheet = await self._sheet(issue, language=to.language, zone=to.zone)
        message = digestmail.mail(
            sheet,
            to,
            sender=post.sender,
            code=issue.code,
            footer=self._sheets.said(sheet, footer(to.name or to.address, to.unsubscribe)),
            now=self._clock(),
        )

        async def on_wire() -> bool:
            until = self._clock() + LEASE
            async with self._database.transaction() as session:
                return await issues.put_on_wire(session, copy.key, holder=self._holder, until=until)

        handed = await post.mailer.send(
            message, sender=post.sender.address, recipient=to.address, on_wire=on_wire
        )
        if handed.outcome is Handed.TAKEN:
            self._journal.note(issue.code, copy.address)
        return End(_STATES[handed.outcome], handed.reason)

    async def _sheet(self, issue: Issue, *, language: str | None, zone: str | None = None) -> Sheet:
        now, shown = self._clock(), await self._programme()
        async with self._database.reading() as session:
            found = await contents_of(session, issue, self._policy.habit, shown, now)
        return self._sheets.sheet(found, notes=issue.notes, now=now, language=language, zone=zone)

    async def _settled(self, copy: Copy, end: End) -> bool:
        try:
            async with self._database.transaction() as session:
                await self._settle(session, copy, end)
        except Exception:  # noqa: BLE001 - the database may be back in a moment
            self._log.exception("digest.recording_again", copy=copy.key)
            return False
        return True

    async def _settle(self, session: AsyncSession, copy: Copy, end: End) -> None:
        if end.state is CopyState.CLAIMED:
            return
        if end.state is CopyState.PENDING:
            pause = min(_FIRST_PAUSE * 2 ** min(copy.attempts - 1, 16), _LONGEST_PAUSE)
            await issues.postpone(
                session,
                copy.key,
                holder=self._holder,
                until=self._clock() + pause,
                fault=end.reason,
            )
            if copy.attempts == _TOLD_AT:
                await self._tell(session, _told("issue.copy_waits", copy, end.reason))
            return
        ours = await issues.finish(
            session, copy.key, end.state, holder=self._holder, fault=end.reason or None
        )
        if ours and end.state is CopyState.FAILED:
            await self._tell(session, _told("issue.copy_failed", copy, end.reason))
        if ours and end.state is CopyState.UNKNOWN:
            await self._tell(session, _told("issue.copy_unknown", copy, end.reason))

    async def _tell(self, session: AsyncSession, said: Line) -> None:
        await tell(session, self._policy.coordinators, reply(said), now=self._clock())


_STATES = {
    Handed.TAKEN: CopyState.SENT,
    Handed.LATER: CopyState.PENDING,
    Handed.REFUSED: CopyState.FAILED,
    Handed.UNKNOWN: CopyState.UNKNOWN,
    Handed.GIVEN_UP: CopyState.CLAIMED,
}


def _told(key: str, copy: Copy, reason: str) -> Line:
    return line(key, where=copy.address, reason=reason or "?", prefix="!")
