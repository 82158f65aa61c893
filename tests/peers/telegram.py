"""A Bot API server for tests, as strict as Telegram's, and the people who use it.

::

    with running_telegram() as telegram:            # or the fixture `telegram`
        app = ApplicationBuilder().token(telegram.token).base_url(telegram.base_url + "/bot")
        alice = telegram.user(1001, "Alice", language_code="sv")
        group = telegram.supergroup("Talks")
        alice.start()                                # before that the bot may not write to her
        said = alice.say("/events", in_=group)       # an update waits when the call returns
        shown = await telegram.heard(group, "Tech talk")
        press = alice.press(shown, "I'm coming")
        assert (await press.answered()).text == "Noted."

The bot is a member of every group from the start; privacy mode is on, as with every new bot
(`telegram.privacy = False` lets it hear everything). Message ids count in each chat by
themselves. Nothing here sleeps: `heard` and `Press.answered` wait for what they need.

- People (`town`, `person`): `user`, `owner`, `anonymous_admin(group)`, `linked_channel(channel)`,
  `as_channel(channel)`; each can `start(payload)`, `say(text, in_=, topic=, date=, reply_to=)`,
  `edit`, `forward`, `press(message, text_or_data)`, `press_data(message, data)`, `block`,
  `unblock`, `delete_account`. `post(channel, text)`.
- Chats: `group`, `supergroup`, `forum(topics={17: "Talks"})`, `channel`, `person.private`, with
  `messages` (the bot's) and `history` (everybody's). A message has `text`, `html`, `entities`,
  `buttons` (rows of text, data, url), `document`, `photo`, `thread_id`, `silent`, `versions`,
  `edits`.
- The bot's fate: `add_bot`, `remove_bot`, `mute_bot`, `unmute_bot`, `promote_bot`, `migrate`.
- What it did: `calls`, `calls_of(method)`, `heard`, `hears`, `menu(person, chat)`.
- Trouble (`trouble`): `fail`, `drop`, `delay`, `heal`, `repeat`, `enforce_limits`, `press_seconds`.

A parameter that does not exist or is of the wrong type is refused too, in words of our own; the
real API passes over many of these. Not served: media other than documents and pictures (PNG),
Markdown, entities given as such, other than inline keyboards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.peers.telegram_server.api import Call
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.messages import Message
from tests.peers.telegram_server.people import User
from tests.peers.telegram_server.server import Server
from tests.peers.telegram_server.town import Town
from tests.peers.telegram_server.trouble import Trouble

TOKEN = "123456789:AAtests-own-token-not-a-real-one-0000"
BOT = User(123456789, "Bellringer", username="bellringer_bot", is_bot=True)


class Telegram(Town, Trouble):
    """All of it: what the bot connects to, what it did, who uses it, and what goes wrong."""

    def __init__(self, server: Server, *, token: str, base_url: str) -> None:
        Town.__init__(self, server)
        Trouble.__init__(self, server)
        self.token = token
        self.base_url = base_url
        self.bot = server.world.bot

    @property
    def calls(self) -> list[Call]:
        """All calls of the bot in order, those for updates too."""
        return list(self._server.api.calls)

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method in order."""
        return [call for call in self._server.api.calls if call.method == method]

    async def heard(self, chat: Chat, pattern: str, *, timeout: float = 10.0) -> Message:
        """Wait for a message of the bot that matches and was not returned yet.

        `pattern` is a regular expression for its text or caption; upper and lower case are one.
        An edited message counts as new. Raises AssertionError when there is none in `timeout`
        seconds.
        """
        found = await self.world.bell.heard(lambda: _unread(chat, pattern), timeout)
        return self._found(found, chat, pattern)

    def hears(self, chat: Chat, pattern: str, *, timeout: float = 10.0) -> Message:
        """Wait as `heard` does, but in a thread; not for the thread that runs the bot."""
        return self._found(
            self.world.bell.wait(lambda: _unread(chat, pattern), timeout), chat, pattern
        )

    @staticmethod
    def _found(found: Message | None, chat: Chat, pattern: str) -> Message:
        said = "\n".join(f"- {x.text}" for x in chat.messages[-15:])
        assert found is not None, f"the bot said nothing like {pattern!r} in {chat.title}:\n{said}"
        return found


def _unread(chat: Chat, pattern: str) -> Message | None:
    wanted = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for message in chat.messages:
        if message.read < len(message.versions) and wanted.search(message.text):
            message.read = len(message.versions)
            return message
    return None


@contextmanager
def running_telegram() -> Iterator[Telegram]:
    """Run a server of its own until the end."""
    server = Server(token=TOKEN, bot=BOT)
    with server.running() as address:
        yield Telegram(server, token=TOKEN, base_url=address)
