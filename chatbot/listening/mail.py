"""Hears what people write to the outreach mailbox: each mail once. None is ever answered."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.listening import mailbox
from chatbot.listening.letters import letter_of
from chatbot.listening.mailbox import MailboxAway, Place, Read
from chatbot.listening.settings import Mailbox
from commands.rules.mails import heard_by_mail
from commands.rules.unsubscribing import StopWords
from storage import reactions, watermarks
from storage.database import Database
from storage.heard import Reaction, Sent
from storage.runvalues import Run

_LOOK_BACK = timedelta(days=30)


class Mail:
    """Reads one mailbox, in a thread."""

    def __init__(
        self,
        *,
        settings: Mailbox,
        database: Database,
        stop: Collection[StopWords],
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._settings = settings
        self._database = database
        self._stop = stop
        self._clock = clock
        self._log = log

    async def read(self, runs: Iterable[Run], sent: Iterable[Sent]) -> tuple[Reaction, ...]:
        """Return what has come since the last look, as far as nobody knew of it."""
        meant, addressed = tuple(runs), tuple(sent)
        new: tuple[Reaction, ...] = ()
        more = True
        while more:
            found = await self._fetched()
            if found is None:
                break
            new += await self._keep(found, meant, addressed)
            more = found.more
        return new

    async def _fetched(self) -> Read | None:
        async with self._database.reading() as session:
            kept = await watermarks.get(session, self._mark)
        after = Place(*map(int, kept.split())) if kept else None
        since = (self._clock() - _LOOK_BACK).date()
        try:
            return await asyncio.to_thread(mailbox.read, self._settings, after, since=since)
        except MailboxAway as away:
            self._log.warning("listening.mailbox_away", reason=away.reason)
            return None

    async def _keep(
        self, found: Read, runs: tuple[Run, ...], sent: tuple[Sent, ...]
    ) -> tuple[Reaction, ...]:
        heard = await asyncio.to_thread(self._heard, found.mails, runs, sent)
        async with self._database.transaction() as session:
            place = f"{found.place.validity} {found.place.uid}"
            await watermarks.put(session, self._mark, place)
            return await reactions.add(session, heard)

    def _heard(
        self, mails: Iterable[bytes], runs: tuple[Run, ...], sent: tuple[Sent, ...]
    ) -> list[Reaction]:
        """Return what mails say; one that cannot be read must not hide those that follow it."""
        heard = []
        for raw in mails:
            try:
                letter = letter_of(raw, self._clock())
                if not letter.automatic:
                    heard.append(heard_by_mail(letter, runs, sent, self._stop))
            except Exception:  # noqa: BLE001 - whatever a stranger has sent
                self._log.exception("listening.mail_unread")
        return heard

    @property
    def _mark(self) -> str:
        return f"mail:{self._settings.host}/{self._settings.user}/{self._settings.folder}"
