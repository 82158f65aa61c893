"""Buttons: what a press tells the bot, and answerCallbackQuery."""

import time
from dataclasses import dataclass, field

from tests.peers.telegram_server.bell import Bell
from tests.peers.telegram_server.entities import Json, utf16_length
from tests.peers.telegram_server.errors import bad_request
from tests.peers.telegram_server.messages import Message
from tests.peers.telegram_server.parameters import (
    Arguments,
    Kind,
    Method,
    boolean,
    integer,
    text,
)
from tests.peers.telegram_server.people import User
from tests.peers.telegram_server.world import World

_QUERY_INVALID = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody who pressed a button is shown: nothing, a line, or with `alert` a box."""

    text: str = ""
    alert: bool = False


@dataclass(eq=False, slots=True)
class Press:
    """A button pressed. `answer` is None until the bot has answered, `update` what it was told."""

    id: str
    data: str
    bell: Bell
    begun: float = field(default_factory=time.monotonic)
    answer: Answer | None = None
    update: Json | None = None

    async def answered(self, within: float = 10.0) -> Answer:
        """Wait for the bot's answer."""
        answer = await self.bell.heard(lambda: self.answer, within)
        assert answer is not None, f"nobody answered the press of {self.data!r}"
        return answer

    def expire(self) -> None:
        """Grow too old to be answered."""
        self.begun = float("-inf")


class Pressing:
    """Keeps every press. One can be answered once, for `seconds` after it."""

    def __init__(self, *, world: World, seconds: float = 15.0) -> None:
        self.seconds = seconds
        self.presses: dict[str, Press] = {}
        self._world = world

    def methods(self) -> dict[str, Method]:
        """Return the methods by name."""
        parameters: dict[str, Kind] = {
            "callback_query_id": text,
            "text": text,
            "show_alert": boolean,
            "url": text,
            "cache_time": integer,
        }
        return {"answerCallbackQuery": Method(parameters, self._answer)}

    def press(self, user: User, message: Message, data: str) -> Press:
        """Tell the bot that somebody pressed a button with this data."""
        press = Press(
            id=str(4_000_000_000 + self._world.number()), data=data, bell=self._world.bell
        )
        self.presses[press.id] = press
        press.update = self._world.updates.add(
            "callback_query",
            {
                "id": press.id,
                "from": user.json(),
                "message": _seen(message),
                "chat_instance": str(7_000 + abs(message.chat.id) % 1_000),
                "data": data,
            },
        )
        return press

    def _answer(self, call: Arguments) -> bool:
        words = call.get("text", "")
        if utf16_length(words) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        press = self.presses.get(call.get("callback_query_id", ""))
        if press is None or press.answer or time.monotonic() - press.begun > self.seconds:
            raise bad_request(_QUERY_INVALID)
        press.answer = Answer(words, call.get("show_alert", False))
        self._world.bell.ring()
        return True


def _seen(message: Message) -> Json:
    if message.deleted:
        return {"chat": message.chat.json(), "message_id": message.id, "date": 0}
    return message.json()
