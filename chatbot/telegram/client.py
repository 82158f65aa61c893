"""The Telegram transport: one client is one bot, which hears by polls or by a webhook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from structlog.typing import FilteringBoundLogger
from telegram import Bot
from telegram.error import TelegramError

from chatbot.clock import Clock
from chatbot.config import TELEGRAM
from chatbot.telegram.connecting import made_application, made_bot
from chatbot.telegram.faces import Face, Faces
from chatbot.telegram.hearing import Hearing
from chatbot.telegram.inbox import Handled, Inbox
from chatbot.telegram.membership import Lost, Membership
from chatbot.telegram.moves import Moves
from chatbot.telegram.outlet import Outlet
from chatbot.telegram.pace import Pace
from chatbot.telegram.polling import Polling
from chatbot.telegram.postings import Postings
from chatbot.telegram.presses import Presses
from chatbot.telegram.settings import TelegramBot
from chatbot.telegram.speaking import Documents, Speaker
from chatbot.telegram.state import TelegramState
from chatbot.telegram.trouble import reason
from chatbot.telegram.webhook import Calls
from chatbot.text import Texts
from commands.declaration import Command
from commands.messages import Compose, Document, Hear, Reply, Unreachable
from storage.database import Database
from storage.values import Destination

_CLOSE_SECONDS = 10.0


class Receiving(Protocol):
    """What fetches updates, or is called with them."""

    trouble: str | None
    rival: bool
    emptied: datetime | None

    async def run(self) -> None:
        """Receive until told to stop."""
        ...


class TelegramClient:
    """One bot, as `commands.messages.Transport`.

    `hear` is given every command and returns the answer. `commands` are those that there are.
    `documents` makes what is sent as a file. `lost` plans that coordinators are told of a chat in
    which nothing can be said any more, `told` is called when that is kept, `back` when a chat or
    Telegram itself is back, `posted` when a card was kept. `clock` tells the time in UTC.
    """

    network = TELEGRAM

    def __init__(
        self,
        *,
        settings: TelegramBot,
        hear: Hear,
        commands: Collection[Command],
        texts: Texts,
        database: Database,
        documents: Documents,
        lost: Lost,
        clock: Clock,
        log: FilteringBoundLogger,
        told: Callable[[], None] = lambda: None,
        back: Callable[[], None] = lambda: None,
        posted: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._log = log.bind(network=TELEGRAM)
        self._back = back
        self._trouble: str | None = "not connected yet"
        self._stopping = asyncio.Event()
        self._running: asyncio.Future[None] | None = None
        self._bot = made_bot(settings)
        self._outlet = Outlet(bot=self._bot)
        self._faces = Faces(texts=texts)
        self._moves = Moves(database=database, chats=settings.chats, clock=clock)
        self._membership = self._made_membership(lost, told)
        self._speaker = self._made_speaker(documents, posted)
        self._inbox = self._made_inbox(hear, commands)
        self._application = made_application(self._bot, Handled(inbox=self._inbox))
        self._receiving = self._made_receiving()

    @property
    def bot(self) -> Bot:
        """What calls the API, for what is neither hearing nor speaking."""
        return self._bot

    def link(self, code: str) -> str | None:
        """Return the address that says `/start CODE` to the bot; None until its name is known.

        See https://core.telegram.org/bots/features#deep-linking.
        """
        return None if self._trouble else f"https://t.me/{self._name()}?start={code}"

    async def run(self) -> None:
        """Hear and speak until `stop` is called. No fault ends it."""
        self._running = asyncio.get_running_loop().create_future()
        try:
            if await self._connect():
                await self._receiving.run()
        finally:
            await self._close()
            self._running.set_result(None)

    async def stop(self) -> None:
        """Answer what was begun, and let `run` end."""
        self._stopping.set()
        if self._running is not None:
            await asyncio.wait({self._running}, timeout=_CLOSE_SECONDS)

    async def say(self, destination: Destination, compose: Compose) -> bool:
        """Say what `compose` returns, as `Transport.say` promises. Raises Unreachable."""
        if self._trouble is not None:
            raise Unreachable(f"not connected to Telegram: {self._trouble}")
        return await self._speaker.say(destination, compose)

    def face(self, said: Reply) -> Face | None:
        """Return the last message that a reply becomes, which is what a card shows."""
        faces = self._faces.of(said)
        return faces[-1] if faces else None

    async def edit(self, where: Destination, message: int, face: Face) -> bool:
        """Have a message show something else. Return False when it is gone.

        Raises TelegramTrouble.
        """
        return await self._speaker.edit(where, message, face)

    async def send(self, where: Destination, document: Document) -> None:
        """Send a document. Raises TelegramTrouble."""
        await self._speaker.send(where, document)

    def state(self) -> TelegramState:
        """Return how things stand with the running client, without its chats."""
        if self._trouble is not None:
            return TelegramState(trouble=self._trouble)
        webhook = self._settings.webhook
        return TelegramState(
            trouble=self._receiving.trouble,
            name=self._bot.bot.username or "",
            reads_all=bool(self._bot.bot.can_read_all_group_messages),
            webhook=webhook.url if webhook else None,
            rival=self._receiving.rival,
        )

    def _made_membership(self, lost: Lost, told: Callable[[], None]) -> Membership:
        return Membership(
            database=self._database,
            moves=self._moves,
            chats=self._settings.chats,
            lost=lost,
            told=told,
            back=self._back,
            clock=self._clock,
            log=self._log,
        )

    def _made_speaker(self, documents: Documents, posted: Callable[[], None]) -> Speaker:
        return Speaker(
            outlet=self._outlet,
            faces=self._faces,
            pace=Pace(rate=self._settings.rate, monotonic=time.monotonic),
            moves=self._moves,
            membership=self._membership,
            keep=Postings(database=self._database, posted=posted, clock=self._clock).keep,
            documents=documents,
            name=self._name,
            patience=self._settings.patience,
            log=self._log,
        )

    def _made_inbox(self, hear: Hear, commands: Collection[Command]) -> Inbox:
        return Inbox(
            database=self._database,
            hearing=Hearing(hear=hear, speaker=self._speaker, moves=self._moves, name=self._name),
            presses=Presses(
                hear=hear,
                commands=commands,
                outlet=self._outlet,
                speaker=self._speaker,
                faces=self._faces,
                moves=self._moves,
                emptied=lambda: self._receiving.emptied,
                log=self._log,
            ),
            membership=self._membership,
            moves=self._moves,
            log=self._log,
        )

    def _made_receiving(self) -> Receiving:
        webhook, updater = self._settings.webhook, self._application.updater
        if webhook is not None and updater is not None:
            return Calls(
                updater=updater,
                settings=self._settings,
                webhook=webhook,
                stopping=self._stopping,
                clock=self._clock,
                log=self._log,
            )
        return Polling(
            bot=self._bot,
            settings=self._settings,
            take=self._inbox.take,
            back=self._back,
            stopping=self._stopping,
            clock=self._clock,
            log=self._log,
        )

    async def _connect(self) -> bool:
        """Return whether Telegram knows us; False when we are told to stop before it says so."""
        pause = self._settings.backoff_min
        while not self._stopping.is_set():
            if await self._attempt():
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(pause * 2, self._settings.backoff_max)
        return False

    async def _attempt(self) -> bool:
        try:
            await self._moves.load()
            await self._membership.load()
            await self._application.initialize()
        except TelegramError as error:
            self._not_connected(reason(error))
        except SQLAlchemyError as fault:
            self._not_connected(str(fault))
        else:
            self._trouble = None
            self._log.info("telegram.connected", name=self._bot.bot.username)
            self._back()
            return True
        return False

    def _not_connected(self, why: str) -> None:
        if why != self._trouble:
            self._log.warning("telegram.not_connected", reason=why)
        self._trouble = why

    async def _close(self) -> None:
        await self._speaker.close()
        self._trouble = "stopped"
        with suppress(TelegramError):
            await self._application.shutdown()
            # Where Telegram never answered the application leaves it open.
            await self._bot.shutdown()

    def _name(self) -> str:
        return self._bot.bot.username or ""
