"""From a message to a command: what is meant for us, who is obeyed, and who is told why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telegram import Message, User

from chatbot.telegram.addresses import Spot, destination, identity, spot_of
from chatbot.telegram.addressing import asked, started
from chatbot.telegram.faces import PREFIX
from chatbot.telegram.moves import Moves
from chatbot.telegram.persons import Voice, voice
from chatbot.telegram.speaking import Speaker
from commands.messages import Hear, Incoming, Line, Reply, line
from storage.values import Destination

_REFUSALS = {
    Voice.GROUP: "telegram.as_group",
    Voice.CHANNEL: "telegram.as_channel",
    Voice.FORWARDER: "telegram.forwarded",
}


class Hearing:
    """Turns what is said into commands, and hands the answers on. `name` is the bot's @name."""

    def __init__(
        self, *, hear: Hear, speaker: Speaker, moves: Moves, name: Callable[[], str]
    ) -> None:
        self._hear = hear
        self._speaker = speaker
        self._moves = moves
        self._name = name

    async def said(self, message: Message, update: int) -> None:
        """Obey a message if it is a command by a person."""
        command = self._command(message)
        if command is None:
            return
        speaks = voice(message)
        if key := _REFUSALS.get(speaks):
            self._refuse(message, line(key, link=self._own_link()))
        elif speaks is Voice.PERSON and message.from_user is not None:
            await self._obey(message, message.from_user, command, update)

    async def edited(self, message: Message) -> None:
        """Tell whoever edits a command that it is not run again."""
        if self._command(message, by_slash=True) and voice(message) is Voice.PERSON:
            self._refuse(message, line("telegram.edited"))

    def _command(self, message: Message, *, by_slash: bool = False) -> str | None:
        if message.text is None:
            return None
        private = message.chat.type == "private" and not by_slash
        return asked(message.text, name=self._name(), private=private)

    async def _obey(self, message: Message, sender: User, command: str, update: int) -> None:
        code = started(command)
        if code is not None:
            command = f"link {code}" if code else "help"
        answer = await self._hear(
            Incoming(
                command,
                sender.full_name,
                identity(sender.id),
                self._where(message),
                message.date,
                PREFIX,
                update,
                sender.language_code,
            )
        )
        if answer is not None:
            self._answer(message, sender, greeting(answer) if code == "" else answer)

    def _where(self, message: Message) -> Destination | None:
        if message.chat.type == "private":
            return None
        return destination(self._moves.known(spot_of(message)))

    def _answer(self, message: Message, sender: User, answer: Reply) -> None:
        private = message.chat.type == "private"
        self._speaker.answer(
            self._moves.known(spot_of(message)),
            answer,
            asker=Spot(sender.id),
            reply_to=None if private else message.message_id,
        )

    def _refuse(self, message: Message, why: Line) -> None:
        sender = message.from_user
        language = sender.language_code if sender is not None else None
        at = self._moves.known(spot_of(message))
        self._speaker.answer(
            at, Reply((why,), language=language), asker=at, reply_to=message.message_id
        )

    def _own_link(self) -> str:
        return f"https://t.me/{self._name()}"


def greeting(answer: Reply) -> Reply:
    """Return what is said to whoever has just met the bot."""
    return replace(answer, lines=(line("telegram.greeting"), *answer.lines))
