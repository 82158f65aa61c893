"""The menu of commands: everybody's, and in coordinators' chats theirs too, in each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from textwrap import shorten

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger
from telegram import Bot, BotCommandScope, BotCommandScopeChat, BotCommandScopeDefault

from chatbot.clock import Alarm, Clock
from chatbot.config import TELEGRAM
from chatbot.telegram.addresses import spot
from chatbot.telegram.faces import PREFIX
from chatbot.telegram.trouble import Away, Slower, TelegramTrouble, translated
from chatbot.text import Texts
from commands.declaration import Command, Who
from commands.messages import line
from storage import people, places
from storage.database import Database

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
"""In characters (Bot API, setMyCommands and BotCommand)."""

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_FIRST = ("events", "next", "now", "event", "coming", "remindme", "runs", "run show", "halt")
_EVERYWHERE = 0
"""Stands for the scope of all chats that have no menu of their own."""

_AFTER_A_FAULT = timedelta(seconds=10)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=5)
_UNTIL_OPENED = timedelta(minutes=10)
"""When to try a chat again that is not there; that of a person is once he has opened it."""

Menu = tuple[tuple[str, str], ...]
"""Names and descriptions in the order in which they are shown."""


def menu(commands: Iterable[Command], describe: Callable[[Command], str], *, leading: bool) -> Menu:
    """Return what a chat is offered, with coordinators' commands for those who are `leading`.

    The most useful stand first, the others in their order; a space in a name becomes `_`.
    """
    rank = {name: at for at, name in enumerate(_FIRST)}
    offered = sorted(
        (each for each in commands if leading or each.who is not Who.COORDINATOR),
        key=lambda each: rank.get(each.name, len(rank)),
    )
    named = ((each.name.replace(" ", "_"), each) for each in offered)
    return tuple(
        (name, shorten(describe(each), LONGEST_DESCRIPTION, placeholder="…"))
        for name, each in named
        if _NAME.fullmatch(name)
    )[:MOST_COMMANDS]


@dataclass(frozen=True, slots=True)
class _Place:
    """One menu: in which chat, in which language (empty for all that have none of their own)."""

    chat: int
    language: str

    @property
    def scope(self) -> BotCommandScope:
        if self.chat == _EVERYWHERE:
            return BotCommandScopeDefault()
        return BotCommandScopeChat(self.chat)


@dataclass(slots=True)
class _Patience:
    """When what failed may be tried again: everything, and single chats."""

    not_before: datetime | None = None
    failures: int = 0
    chats: dict[int, datetime] = field(default_factory=dict)


class TelegramMenus:
    """Sets menus as commands, languages and coordinators are; what stands there is let alone.

    `coordinators` are the addresses of the chats where coordinators are told things.
    """

    def __init__(
        self,
        *,
        database: Database,
        bot: Bot,
        commands: Collection[Command],
        texts: Texts,
        coordinators: Collection[str],
        alarm: Alarm,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._bot = bot
        self._menus = dict(_all_menus(commands, texts))
        self._chats = {spot(address).chat for address in coordinators}
        self._alarm = alarm
        self._clock = clock
        self._log = log
        self._standing: dict[_Place, Menu] = {}
        self._patience = _Patience()

    async def run(self) -> None:
        """Keep menus right until cancelled."""
        while True:
            self._alarm.hush()
            self._alarm.set(await self._work())
            await self._alarm.wait()

    async def _work(self) -> datetime | None:
        """Set what must be set. Return when to try again what could not be."""
        now = self._clock()
        if self._patience.not_before and now < self._patience.not_before:
            return self._patience.not_before
        try:
            async with self._database.reading() as session:
                wanted = await self._wanted(session)
            await self._set_all(wanted, now)
        except (Away, Slower) as trouble:
            self._wait(trouble, now)
            return self._patience.not_before
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("telegram.menu_fault")
            return now + _AFTER_A_FAULT
        self._patience.failures = 0
        return min(self._patience.chats.values(), default=None)

    async def _wanted(self, session: AsyncSession) -> Mapping[int, bool]:
        """Return the chats, and whether each has a menu for coordinators or none of its own."""
        moves = await places.moves(session, TELEGRAM)
        private = await people.ever_coordinators(session, TELEGRAM)
        return {
            **{place.chat: False for place in self._standing},
            **{int(account): leads for account, leads in private.items()},
            **{_today(chat, moves): True for chat in self._chats},
            _EVERYWHERE: False,
        }

    async def _set_all(self, wanted: Mapping[int, bool], now: datetime) -> None:
        for chat, leading in sorted(wanted.items(), key=lambda each: each[0] != _EVERYWHERE):
            if now < self._patience.chats.get(chat, now):
                continue
            self._patience.chats.pop(chat, None)
            try:
                await self._set_chat(chat, leading=leading)
            except (Away, Slower):
                raise
            except TelegramTrouble as trouble:
                self._log.info("telegram.menu_not_set", chat=chat, reason=trouble.reason)
                self._patience.chats[chat] = now + _UNTIL_OPENED

    async def _set_chat(self, chat: int, *, leading: bool) -> None:
        own = leading or chat == _EVERYWHERE
        for (language, for_leaders), wanted in self._menus.items():
            if for_leaders is leading:
                await self._set(_Place(chat, language), wanted if own else ())

    async def _set(self, place: _Place, wanted: Menu) -> None:
        if self._standing.get(place) == wanted:
            return
        language = place.language or None
        with translated():
            found = await self._bot.get_my_commands(place.scope, language)
            if tuple((each.command, each.description) for each in found) != wanted:
                if wanted:
                    await self._bot.set_my_commands(wanted, place.scope, language)
                else:
                    await self._bot.delete_my_commands(place.scope, language)
        self._standing[place] = wanted

    def _wait(self, trouble: Away | Slower, now: datetime) -> None:
        self._log.info("telegram.menus_put_off", reason=trouble.reason)
        if isinstance(trouble, Slower):
            pause = timedelta(seconds=trouble.seconds)
        else:
            pause = min(_FIRST_PAUSE * 2 ** min(self._patience.failures, 16), _LONGEST_PAUSE)
            self._patience.failures += 1
        self._patience.not_before = now + pause


def _all_menus(
    commands: Collection[Command], texts: Texts
) -> Iterator[tuple[tuple[str, bool], Menu]]:
    """Give the menus by language, empty for the configured one, and by whether one leads."""
    for tag in texts.languages:
        code = "" if tag == texts.languages[0] else tag
        if code and not _LANGUAGE.fullmatch(code):
            continue  # Menus are by languages alone (ISO 639-1).

        def describe(command: Command, tag: str = tag) -> str:
            return texts.words(line(command.help_key), language=tag, prefix=PREFIX)

        for leading in (False, True):
            yield (code, leading), menu(commands, describe, leading=leading)


def _today(chat: int, moves: Mapping[str, str]) -> int:
    """Return the id under which a chat goes on."""
    while str(chat) in moves:
        chat = int(moves[str(chat)])
    return chat
