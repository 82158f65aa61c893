"""Saying things: each chat its own lane, as fast as Telegram allows, whatever it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError
from structlog.typing import FilteringBoundLogger

from chatbot.documents import File
from chatbot.telegram.addresses import Spot, destination, spot
from chatbot.telegram.faces import Face, Faces
from chatbot.telegram.membership import Membership
from chatbot.telegram.moves import Moves
from chatbot.telegram.outlet import Outlet
from chatbot.telegram.pace import Pace
from chatbot.telegram.trouble import Away, Late, Loss, Moved, Shut, Slower, TelegramTrouble
from commands.messages import Compose, Document, Reply, Unreachable, line
from storage.values import Card, Destination

_MOST_ANSWERS = 500
_FINISH_SECONDS = 5.0
_HASTY_PATIENCE = 90.0
"""How long an answer waits in seconds; a group bears 20 messages a minute."""
_PAUSES = (0.5, 2.0, 8.0)
"""Seconds between the tries to answer somebody who waits; it is said twice at worst."""

Done = TypeVar("Done")
Keep = Callable[[Card, Destination, int, str | None, Face], Awaitable[None]]
"""Keeps a card: what it shows, where, in which message, in which language, and how it looks."""

Documents = Callable[[Document], Awaitable[Sequence[File]]]
"""Makes the files of a document."""


class Speaker:
    """Everything said by one bot. A chat is told one thing at a time, its messages together.

    `name` returns the bot's @name. A 429 holds up only the chat that it is about.
    """

    def __init__(
        self,
        *,
        outlet: Outlet,
        faces: Faces,
        pace: Pace,
        moves: Moves,
        membership: Membership,
        keep: Keep,
        documents: Documents,
        name: Callable[[], str],
        patience: float,
        log: FilteringBoundLogger,
    ) -> None:
        self._outlet = outlet
        self._faces = faces
        self._pace = pace
        self._moves = moves
        self._membership = membership
        self._keep = keep
        self._documents = documents
        self._name = name
        self._patience = patience
        self._log = log
        self._lanes: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def say(self, where: Destination, compose: Compose) -> bool:
        """Say what `compose` returns, as `Transport.say` promises. Raises Unreachable."""
        at = _known(where)
        try:
            async with self._lane(at):
                return await self._say_composed(at, compose)
        except Shut as shut:
            await self._membership.lose(at, shut.loss)
            lasting = shut.loss is Loss.DELETED
            raise Unreachable(shut.reason, lasting=lasting) from shut
        except (Away, Slower) as trouble:
            raise Unreachable(trouble.reason) from trouble

    def answer(self, at: Spot, said: Reply, *, asker: Spot, reply_to: int | None = None) -> None:
        """Answer somebody where he asked, or in private, without waiting for it.

        `reply_to` is the message that is answered.
        """
        if len(self._tasks) >= _MOST_ANSWERS:
            self._log.warning("telegram.answer_dropped", where=str(at))
            return
        self.start(self._answer(at, said, asker, reply_to))

    def turn(self, at: Spot, message: int, said: Reply, *, asker: Spot) -> None:
        """Answer somebody in place of the message whose button he pressed, where that stands."""
        self.start(self._turn_page(at, message, said, asker))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for, and that is finished before we stop."""
        task = asyncio.create_task(work, name="telegram-answer")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def edit(self, where: Destination, message: int, face: Face) -> bool:
        """Have a message show something else. Return False when it is gone.

        Raises TelegramTrouble.
        """
        at = spot(where.address)
        if self._moves.today(at) != at:
            return False  # Messages are counted anew in a supergroup; the old ones are closed.
        async with self._lane_in_time(at):
            return await self._patiently(at, partial(self._edit, message, face))

    async def send(self, where: Destination, document: Document) -> None:
        """Send a document. Raises TelegramTrouble."""
        at = spot(where.address)
        async with self._lane(at):
            await self._send(at, document)

    async def close(self) -> None:
        """Let the answers under way come to their end."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_FINISH_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _say_composed(self, at: Spot, compose: Compose) -> bool:
        await self._turn(at)
        faces: list[Face] = []
        try:
            said = await compose()
            faces = self._faces.of(said) if said else []
        finally:
            if not faces:
                self._pace.give_back(self._moves.today(at).chat)
        if said is None:
            return False
        await self._deliver(at, said, faces)
        return True

    async def _answer(self, at: Spot, said: Reply, asker: Spot, reply_to: int | None) -> None:
        to = asker if said.private else at
        try:
            await self._answer_in(to, said, reply_to if to == at else None)
        except Shut as shut:
            await self._membership.lose(to, shut.loss)
            if to != at:
                link = f"https://t.me/{self._name()}"
                closed = Reply((line("telegram.open_private", link=link),), language=said.language)
                self.answer(at, closed, asker=asker, reply_to=reply_to)
        except TelegramTrouble as trouble:
            self._log.warning("telegram.answer_not_said", where=str(to), reason=trouble.reason)
        except Exception:  # noqa: BLE001 - nobody waits for this task
            self._log.exception("telegram.answer_failed", where=str(to))

    async def _answer_in(self, at: Spot, said: Reply, reply_to: int | None) -> None:
        async with self._lane_in_time(at):
            if not (faces := self._faces.of(said)):
                return
            await self._turn(at, hasty=True)
            await self._deliver(at, said, faces, reply_to=reply_to, hasty=True)

    async def _turn_page(self, at: Spot, message: int, said: Reply, asker: Spot) -> None:
        faces = self._faces.of(said)
        try:
            if len(faces) == 1 and await self.edit(destination(at), message, faces[0]):
                return
        except TelegramTrouble as trouble:
            self._log.info("telegram.page_not_turned", where=str(at), reason=trouble.reason)
        await self._answer(self._moves.known(at), said, asker, None)

    async def _deliver(
        self,
        at: Spot,
        said: Reply,
        faces: Sequence[Face],
        *,
        reply_to: int | None = None,
        hasty: bool = False,
    ) -> None:
        """Say all of a reply; the first turn is taken already.

        What has been begun is brought to its end: said anew, it would be said twice.
        """
        message = 0
        for number, face in enumerate(faces):
            answered = None if number else reply_to
            message = await self._patiently(
                at,
                partial(self._outlet.say, face=face, reply_to=answered),
                hasty=hasty or number > 0,
                turn_taken=number == 0,
            )
        await self._membership.regain(at)
        if said.card and faces:
            await self._keep_card(at, said, message, faces[-1])
        if said.document:
            await self._send_along(at, said.document)

    async def _keep_card(self, at: Spot, said: Reply, message: int, face: Face) -> None:
        if said.card is None:
            return
        try:
            # Where the message stands: a chat that has moved counts its messages anew.
            there = destination(self._moves.today(at))
            await self._keep(said.card, there, message, said.language, face)
        except (SQLAlchemyError, LookupError):
            # It was said: a card that is not kept only stays as it is.
            self._log.exception("telegram.card_not_kept", where=str(at))

    async def _send_along(self, at: Spot, document: Document) -> None:
        try:
            await self._send(at, document)
        except TelegramTrouble as trouble:
            # It was told in words already.
            self._log.warning("telegram.document_not_sent", where=str(at), reason=trouble.reason)
        except Exception:  # noqa: BLE001 - as above: a fault in the file must not repeat the words
            self._log.exception("telegram.document_not_made", where=str(at))

    async def _send(self, at: Spot, document: Document) -> None:
        for file in await self._documents(document):
            await self._patiently(at, partial(self._outlet.send, file=file), hasty=True)

    async def _edit(self, message: int, face: Face, at: Spot) -> bool:
        return await self._outlet.edit(at.chat, message, face)

    async def _turn(self, at: Spot, *, hasty: bool = False) -> None:
        chat = self._moves.today(at).chat
        if (seconds := self._pace.wait(chat)) > (_HASTY_PATIENCE if hasty else self._patience):
            raise Slower(seconds)
        await self._pace.turn(chat, hasty=hasty)

    async def _patiently(
        self,
        at: Spot,
        call: Callable[[Spot], Awaitable[Done]],
        *,
        hasty: bool = False,
        turn_taken: bool = False,
    ) -> Done:
        """Do something in a chat: where it has moved to, when it bears it, and again for the hasty.

        What nobody waits for is tried again by whoever keeps it.
        """
        pauses = iter(_PAUSES if hasty else ())
        while True:
            if not turn_taken:
                await self._turn(at, hasty=hasty)
            turn_taken = False
            try:
                return await self._in_turn(at, call)
            except Moved as moved:
                await self._moves.note(self._moves.today(at).chat, moved.to)
            except Slower as slower:
                self._pace.hold(self._moves.today(at).chat, slower.seconds)
            except Away:
                if (pause := next(pauses, None)) is None:
                    raise
                await asyncio.sleep(pause)

    async def _in_turn(self, at: Spot, call: Callable[[Spot], Awaitable[Done]]) -> Done:
        today = self._moves.today(at)
        try:
            return await call(today)
        finally:
            self._pace.sent(today.chat)

    @asynccontextmanager
    async def _lane_in_time(self, at: Spot) -> AsyncIterator[None]:
        """Hold a chat's lane; give up where others ask so much that reminders would be late.

        Raises Late.
        """
        lane = self._lane(at)
        try:
            async with asyncio.timeout(_HASTY_PATIENCE):
                await lane.acquire()
        except TimeoutError:
            raise Late from None
        try:
            yield
        finally:
            lane.release()

    def _lane(self, at: Spot) -> asyncio.Lock:
        return self._lanes.setdefault(self._moves.today(at).chat, asyncio.Lock())


def _known(where: Destination) -> Spot:
    try:
        return spot(where.address)
    except ValueError as error:
        raise Unreachable(f"{where.address!r} is no chat", lasting=True) from error
