"""Updates as they come in: each is handled whole before the next, and before it is confirmed."""

from __future__ import annotations

import asyncio
import secrets
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from structlog.typing import FilteringBoundLogger
from telegram import Message, Update

from chatbot.telegram.addresses import Spot
from chatbot.telegram.hearing import Hearing
from chatbot.telegram.membership import Membership
from chatbot.telegram.moves import Moves
from chatbot.telegram.presses import Presses
from storage.database import Database

ALLOWED = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
)
"""The kinds of updates that are asked for."""

_PAUSES = (0.2, 1.0, 5.0)
"""Seconds between the looks for a database that is away, the last for all later ones."""


class Inbox:
    """Handles updates.

    Telegram keeps what was not confirmed for a day: while the database is away, updates wait.
    """

    def __init__(
        self,
        *,
        database: Database,
        hearing: Hearing,
        presses: Presses,
        membership: Membership,
        moves: Moves,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._hearing = hearing
        self._presses = presses
        self._membership = membership
        self._moves = moves
        self._log = log

    async def take(self, update: Update) -> None:
        """Return when an update was handled. No fault in it stops those that follow."""
        await self._database_there()
        try:
            await self._handle(update)
        except (OperationalError, InterfaceError):
            await self._database_there()
            await self._once_more(update)
        except Exception as fault:  # noqa: BLE001 - the next update may be better
            self._faulted(update, fault)

    async def _once_more(self, update: Update) -> None:
        """Handle an update during which the database went away."""
        try:
            await self._handle(update)
        except Exception as fault:  # noqa: BLE001 - it is not the database's absence then
            self._faulted(update, fault)

    def _faulted(self, update: Update, fault: Exception) -> None:
        reference = secrets.token_hex(3)
        self._log.error(
            "telegram.update_failed",
            update=update.update_id,
            reference=reference,
            exc_info=fault,
        )

    async def _handle(self, update: Update) -> None:
        number = update.update_id
        if update.callback_query is not None:
            await self._presses.pressed(update.callback_query, number)
        elif update.my_chat_member is not None:
            await self._membership.changed(update.my_chat_member)
        elif update.edited_message is not None:
            await self._hearing.edited(update.edited_message)
        elif (message := update.message or update.channel_post) is not None:
            await self._moved(message)
            await self._hearing.said(message, number)

    async def _moved(self, message: Message) -> None:
        here = message.chat.id
        if message.migrate_to_chat_id is not None:
            await self._moves.note(here, message.migrate_to_chat_id)
        if message.migrate_from_chat_id is not None:
            await self._moves.note(message.migrate_from_chat_id, here)
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            await self._membership.regain(self._moves.known(Spot(here)))

    async def _database_there(self) -> None:
        pauses = list(_PAUSES)
        while (fault := await self._missing()) is not None:
            if len(pauses) == len(_PAUSES):
                self._log.warning("telegram.waiting_for_database", reason=fault)
            await asyncio.sleep(pauses.pop(0) if len(pauses) > 1 else pauses[0])

    async def _missing(self) -> str | None:
        """Return why the database does not answer, None when it does."""
        try:
            async with self._database.reading() as session:
                await session.execute(select(1))
        except (OperationalError, InterfaceError) as fault:
            return str(fault.orig)
        return None


class Handled(asyncio.Queue[object]):
    """The queue of the library's webhook, which answers Telegram when `put` has returned."""

    def __init__(self, *, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox

    async def put(self, item: object) -> None:
        """Have an update handled."""
        await self._inbox.take(cast("Update", item))
