"""Buttons: a press is a command put into the presser's mouth, and every press is answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from structlog.typing import FilteringBoundLogger
from telegram import CallbackQuery, Message
from telegram.constants import ChatType

from chatbot.telegram.addresses import Spot, destination, identity, spot_of
from chatbot.telegram.faces import PREFIX, Faces
from chatbot.telegram.moves import Moves
from chatbot.telegram.outlet import Outlet
from chatbot.telegram.speaking import Speaker
from chatbot.telegram.trouble import Away, TelegramTrouble
from commands import grammar
from commands.declaration import Command
from commands.messages import Hear, Incoming, Reply, line

_PAUSES = (0.5, 2.0)
_PAGE = re.compile(r" page \d+$")


class Presses:
    """Obeys presses. `emptied` is when everything pressed before had been heard, if it is known."""

    def __init__(
        self,
        *,
        hear: Hear,
        commands: Iterable[Command],
        outlet: Outlet,
        speaker: Speaker,
        faces: Faces,
        moves: Moves,
        emptied: Callable[[], datetime | None],
        log: FilteringBoundLogger,
    ) -> None:
        self._hear = hear
        self._named = {
            name: command for command in commands for name in (command.name, *command.aliases)
        }
        self._outlet = outlet
        self._speaker = speaker
        self._faces = faces
        self._moves = moves
        self._emptied = emptied
        self._log = log

    async def pressed(self, query: CallbackQuery, update: int) -> None:
        """Obey a press, and see to it that it is answered."""
        message = query.message
        if message is None or query.from_user.is_bot or not self._pressable(query.data):
            said = Reply((line("telegram.no_such_button"),), language=query.from_user.language_code)
            self._show(query, None, said)
            return
        at = self._moves.known(
            spot_of(message) if isinstance(message, Message) else Spot(message.chat.id)
        )
        answer = await self._hear(
            Incoming(
                query.data or "",
                query.from_user.full_name,
                identity(query.from_user.id),
                None if message.chat.type == ChatType.PRIVATE else destination(at),
                self._said_at(message.date),
                PREFIX,
                update,
                query.from_user.language_code,
            )
        )
        self._show(query, at, answer)

    def _pressable(self, data: str | None) -> bool:
        parsed = grammar.split(data or "", self._named)
        return isinstance(parsed, grammar.Parsed) and self._named[parsed.name].pressable

    def _said_at(self, shown_at: datetime) -> datetime:
        """Return the earliest that a press can have been: the API does not tell when it was."""
        emptied = self._emptied()
        return max(shown_at, emptied) if emptied else shown_at

    def _show(self, query: CallbackQuery, at: Spot | None, answer: Reply | None) -> None:
        self._speaker.start(self._answer(query, at, answer))

    async def _answer(self, query: CallbackQuery, at: Spot | None, answer: Reply | None) -> None:
        asker = Spot(query.from_user.id)
        turns = answer is not None and _turns(query, answer)
        words = self._faces.toast(answer) if answer and not turns else ""
        shown = await self._answered(query.id, words or "")
        if answer is None or (shown and words):
            return
        if turns and at is not None and (message := query.message) is not None:
            there = replace(at, chat=message.chat.id)
            self._speaker.turn(there, message.message_id, answer, asker=asker)
        else:
            self._speaker.answer(at or asker, answer, asker=asker)

    async def _answered(self, press: str, words: str) -> bool:
        """Answer a press. Return whether the words were shown."""
        for pause in (*_PAUSES, None):
            try:
                return await self._outlet.answer(press, words)
            except Away as away:
                if pause is None:
                    self._log.warning("telegram.press_not_answered", reason=away.reason)
                    break
                await asyncio.sleep(pause)
            except TelegramTrouble as trouble:
                self._log.warning("telegram.press_not_answered", reason=trouble.reason)
                break
        return False


def _turns(query: CallbackQuery, answer: Reply) -> bool:
    """Return whether an answer is another page of the list under which was pressed.

    An altered client can press under any message what stands there under no button: the answer
    must not take the place of a card.
    """
    turning = any(button.turns for button in answer.buttons)
    return _stands_there(query) and (turning or _PAGE.search(query.data or "") is not None)


def _stands_there(query: CallbackQuery) -> bool:
    keyboard = query.message.reply_markup if isinstance(query.message, Message) else None
    rows = keyboard.inline_keyboard if keyboard else ()
    return any(button.callback_data == query.data for row in rows for button in row)
