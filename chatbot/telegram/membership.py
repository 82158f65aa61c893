"""Chats that the bot was removed from, silenced in or blocked by: noted, and told once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger
from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
)
from telegram.constants import ChatMemberStatus, ChatType

from chatbot.clock import Clock
from chatbot.config import TELEGRAM
from chatbot.telegram.addresses import Spot, destination, spot
from chatbot.telegram.moves import Moves
from chatbot.telegram.trouble import Loss
from storage import places
from storage.database import Database
from storage.values import Destination

Lost = Callable[[AsyncSession, Destination, str], Awaitable[None]]
"""Plans that coordinators are told of a lost place, and why (a `Loss`), in one transaction."""

_GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


class Membership:
    """Knows where nothing can be said at present.

    `lost` is called once for each configured chat or person that is lost, `told` after that was
    committed, `back` when something can be said there again.
    """

    def __init__(
        self,
        *,
        database: Database,
        moves: Moves,
        chats: Collection[str],
        lost: Lost,
        told: Callable[[], None],
        back: Callable[[], None],
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._moves = moves
        self._configured = {spot(address).chat for address in chats}
        self._report = lost
        self._told = told
        self._back = back
        self._clock = clock
        self._log = log
        self._lost: set[Spot] = set()

    async def load(self) -> None:
        """Learn what was lost before this start."""
        async with self._database.reading() as session:
            found = await places.lost(session, TELEGRAM)
        self._lost = {spot(each.address) for each in found}

    async def changed(self, update: ChatMemberUpdated) -> None:
        """Take note of what became of the bot in a chat (`my_chat_member`)."""
        at = self._moves.known(Spot(update.chat.id))
        if loss := standing(update.new_chat_member, update.chat.type):
            await self.lose(at, loss)
        else:
            await self.regain(at)

    async def lose(self, at: Spot, loss: Loss) -> None:
        """Note that nothing can be said there."""
        if loss is not Loss.TOPIC:
            at = replace(at, thread=None)
        if at in self._lost or not self._matters(at, loss):
            return
        where = destination(at)
        async with self._database.transaction() as session:
            try:
                first = await places.lose(session, where, loss, self._clock())
            except LookupError:
                return  # Nobody we know: nothing is planned for him.
            if first:
                await self._report(session, where, loss)
        self._lost.add(at)
        self._log.warning("telegram.lost", where=str(where), loss=loss)
        self._told()

    async def regain(self, at: Spot) -> None:
        """Note that something can be said, or was said, there."""
        found = self._lost & {at, replace(at, thread=None)}
        if not found:
            return
        async with self._database.transaction() as session:
            for each in found:
                await places.regain(session, destination(each))
        self._lost -= found
        self._log.info("telegram.regained", where=str(destination(at)))
        self._back()

    def _matters(self, at: Spot, loss: Loss) -> bool:
        if loss is Loss.NOT_STARTED:
            return False  # He was never there: nothing is lost.
        return at.private or at.chat in self._configured


def standing(member: ChatMember, chat_type: str) -> Loss | None:
    """Return why the bot cannot write, by how it stands in a chat; None when it can."""
    if member.status in _GONE:
        return Loss.BLOCKED if chat_type == ChatType.PRIVATE else Loss.REMOVED
    if isinstance(member, ChatMemberRestricted):
        if not member.is_member:
            return Loss.REMOVED
        return None if member.can_send_messages else Loss.MUTED
    if chat_type == ChatType.CHANNEL:
        may_post = isinstance(member, ChatMemberAdministrator) and member.can_post_messages
        return None if may_post else Loss.MUTED
    return None
