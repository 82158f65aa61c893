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
(`telegram.privacy`). Nothing here sleeps: `heard` and `Press.answered` wait for what they need.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.peers.telegram_server.api import Api, Call
from tests.peers.telegram_server.asking import Asking
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.editing import Editing
from tests.peers.telegram_server.entities import Json, found_in
from tests.peers.telegram_server.faults import Fault, failure
from tests.peers.telegram_server.front import serving
from tests.peers.telegram_server.membership import ALL_SENDING, ANONYMOUS_ADMIN, Membership
from tests.peers.telegram_server.messages import Content, Message
from tests.peers.telegram_server.people import ADMINISTRATOR, CREATOR, MEMBER, Standing, User
from tests.peers.telegram_server.person import Person
from tests.peers.telegram_server.polling import Polling
from tests.peers.telegram_server.pressing import Press, Pressing
from tests.peers.telegram_server.sending import Sending
from tests.peers.telegram_server.world import World

TOKEN = "123456789:AAtests-own-token-not-a-real-one-0000"
BOT = User(123456789, "Bellringer", username="bellringer_bot", is_bot=True)
SERVICE_ACCOUNT = User(777000, "Telegram")
CHANNEL_ACCOUNT = User(136817688, "Channel", username="Channel_Bot", is_bot=True)
_OWNER = User(900_000_001, "Owner")


class Telegram:
    """The whole of it: what the bot connects to, who uses it, what happened, what goes wrong."""

    def __init__(self, *, token: str = TOKEN, bot: User = BOT) -> None:
        self.token = token
        self.bot = bot
        self.base_url = ""
        self.world = World(bot=bot)
        self._membership = Membership(world=self.world)
        self._pressing = Pressing(world=self.world)
        self._ids = itertools.count(1)
        polling = Polling(world=self.world, url=lambda: "", disturbed=self._disturbed)
        parts = (
            Sending(world=self.world),
            Editing(world=self.world),
            self._pressing,
            Asking(world=self.world, membership=self._membership),
            polling,
        )
        methods = {name: m for part in parts for name, m in part.methods().items()}
        self.api = Api(world=self.world, token=token, methods=methods)
        self.owner = self.user(_OWNER.id, _OWNER.first_name)

    # People and chats

    def user(
        self,
        user_id: int,
        name: str,
        *,
        username: str | None = None,
        language_code: str | None = None,
        is_bot: bool = False,
    ) -> Person:
        """Make an account: a person, or with `is_bot` another bot."""
        user = User(user_id, name, username, language_code, is_bot)
        self.world.add_user(user)
        return self._person(user)

    def group(self, title: str, *, chat_id: int | None = None, bot: Standing = MEMBER) -> Chat:
        """Make a basic group."""
        return self._chat("group", title, chat_id or -5_000_000 - next(self._ids), bot)

    def supergroup(self, title: str, *, chat_id: int | None = None, bot: Standing = MEMBER) -> Chat:
        """Make a supergroup."""
        return self._chat("supergroup", title, chat_id or self._supergroup_id(), bot)

    def forum(
        self,
        title: str,
        *,
        topics: Mapping[int, str],
        chat_id: int | None = None,
        bot: Standing = MEMBER,
    ) -> Chat:
        """Make a supergroup with topics, by thread id; the General topic has none."""
        forum = self.supergroup(title, chat_id=chat_id, bot=bot)
        forum.topics = dict(topics)
        return forum

    def channel(
        self, title: str, *, chat_id: int | None = None, bot: Standing = ADMINISTRATOR
    ) -> Chat:
        """Make a channel."""
        return self._chat("channel", title, chat_id or self._supergroup_id(), bot)

    def anonymous_admin(self, group: Chat) -> Person:
        """Return an administrator who speaks as the group (GroupAnonymousBot)."""
        return self._person(ANONYMOUS_ADMIN, as_chat=group)

    def linked_channel(self, channel: Chat) -> Person:
        """Return what repeats a channel's posts in its discussion group (account 777000)."""
        return self._person(SERVICE_ACCOUNT, as_chat=channel, extras={"is_automatic_forward": True})

    def as_channel(self, channel: Chat) -> Person:
        """Return somebody who speaks in groups as a channel of his (Channel_Bot)."""
        return self._person(CHANNEL_ACCOUNT, as_chat=channel)

    def post(self, channel: Chat, text: str) -> Message:
        """Post in a channel (a `channel_post`, which has no sender)."""
        with self.world.bell.lock:
            content = Content(text, found_in(text))
            message = self.world.write(channel, content, sender=None, sender_chat=channel)
            self.world.tell(message)
            return message

    # What becomes of the bot

    @property
    def privacy(self) -> bool:
        """Whether the bot hears in groups only what is meant for it."""
        return self.world.privacy

    @privacy.setter
    def privacy(self, on: bool) -> None:
        self.world.privacy = on

    def add_bot(self, chat: Chat, *, by: Person | None = None) -> None:
        """Put the bot into a chat."""
        with self.world.bell.lock:
            self._membership.add(chat, (by or self.owner).user)

    def remove_bot(self, chat: Chat, *, by: Person | None = None) -> None:
        """Throw the bot out of a chat."""
        with self.world.bell.lock:
            self._membership.remove(chat, (by or self.owner).user)

    def mute_bot(self, chat: Chat, *, rights: frozenset[str] = ALL_SENDING) -> None:
        """Take rights from the bot, by default all that begin with `can_send`."""
        with self.world.bell.lock:
            self._membership.mute(chat, rights, self.owner.user)

    def unmute_bot(self, chat: Chat) -> None:
        """Let the bot speak again."""
        with self.world.bell.lock:
            self._membership.unmute(chat, self.owner.user)

    def promote_bot(self, chat: Chat) -> None:
        """Make the bot an administrator."""
        with self.world.bell.lock:
            self._membership.change(chat, ADMINISTRATOR, self.owner.user)

    def promote(self, person: Person, chat: Chat) -> None:
        """Make a person an administrator."""
        with self.world.bell.lock:
            chat.set_member(person.user, ADMINISTRATOR)

    def migrate(self, group: Chat, *, new_id: int | None = None) -> Chat:
        """Make a basic group a supergroup with another id; return that."""
        with self.world.bell.lock:
            new_id = new_id or self._supergroup_id()
            return self._membership.migrate(group, new_id, self.owner.user)

    # What the bot did

    @property
    def calls(self) -> list[Call]:
        """All calls of the bot in order, those for updates too."""
        return list(self.api.calls)

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method in order."""
        return [call for call in self.api.calls if call.method == method]

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

    # What goes wrong

    def repeat(self, what: Message | Press | Json) -> None:
        """Deliver an update again, under the same number."""
        update = what if isinstance(what, dict) else what.update
        assert update is not None, "the bot was never told of this"
        with self.world.bell.lock:
            self.world.updates.repeat(update)

    def fail(
        self,
        method: str | None = None,
        *,
        code: int = 500,
        description: str | None = None,
        retry_after: int | None = None,
        times: int = 1,
        chat: Chat | None = None,
    ) -> None:
        """Refuse the next calls, with 429 when `retry_after` is given.

        `method` None is any; a poll that waits is ended by a fault for `getUpdates`.
        """
        error = failure(code, description, retry_after)
        self._fault(Fault(method, times, chat.id if chat else None, error=error))

    def drop(
        self,
        method: str | None = None,
        *,
        after: bool = False,
        times: int = 1,
        chat: Chat | None = None,
    ) -> None:
        """Cut the connection of the next calls, before or `after` they are carried out."""
        cut = "after" if after else "before"
        self._fault(Fault(method, times, chat.id if chat else None, cut=cut))

    def delay(self, method: str | None, seconds: float, *, times: int = 1) -> None:
        """Hold the next calls back."""
        self._fault(Fault(method, times, delay=seconds))

    def heal(self) -> None:
        """Forget the faults that have not happened yet."""
        with self.world.bell.lock:
            self.api.faults.pending.clear()

    @property
    def enforce_limits(self) -> bool:
        """Whether too many messages are refused with 429 (see `flood`)."""
        return self.api.flood.enforced

    @enforce_limits.setter
    def enforce_limits(self, on: bool) -> None:
        self.api.flood.enforced = on

    @property
    def press_seconds(self) -> float:
        """How long a press can be answered."""
        return self._pressing.seconds

    @press_seconds.setter
    def press_seconds(self, seconds: float) -> None:
        self._pressing.seconds = seconds

    def _person(
        self, user: User, *, as_chat: Chat | None = None, extras: Json | None = None
    ) -> Person:
        if user.id not in self.world.chats:
            self.world.add_user(user)
        return Person(
            world=self.world, pressing=self._pressing, user=user, as_chat=as_chat, extras=extras
        )

    def _chat(self, kind: str, title: str, chat_id: int, bot: Standing) -> Chat:
        chat = Chat(id=chat_id, type=kind, title=title, bot=bot)
        chat.set_member(self.owner.user, CREATOR)
        return self.world.add_chat(chat)

    def _supergroup_id(self) -> int:
        return -1_001_000_000_000 - next(self._ids)

    def _fault(self, fault: Fault) -> None:
        with self.world.bell.lock:
            self.api.faults.pending.append(fault)
            self.world.bell.ring()

    def _disturbed(self) -> bool:
        return self.api.faults.awaits("getUpdates")

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
    telegram = Telegram()
    with serving(telegram.api) as telegram.base_url:
        yield telegram
