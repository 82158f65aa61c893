"""What somebody on Telegram does: says, edits, forwards, presses, blocks."""

from __future__ import annotations

from datetime import datetime

from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json, found_in
from tests.peers.telegram_server.messages import Content, Message, utc_now
from tests.peers.telegram_server.people import KICKED, MEMBER, User
from tests.peers.telegram_server.pressing import Press, Pressing
from tests.peers.telegram_server.world import World


class Person:
    """Somebody, or with `as_chat` a channel or a group that speaks through `user`.

    `extras` are fields that every message of his bears. What he does is done at once: the bot
    has it in its queue when the call returns.
    """

    def __init__(
        self,
        *,
        world: World,
        pressing: Pressing,
        user: User,
        as_chat: Chat | None = None,
        extras: Json | None = None,
    ) -> None:
        self.user = user
        self._world = world
        self._pressing = pressing
        self._as_chat = as_chat
        self._extras = extras or {}

    @property
    def id(self) -> int:
        """The numeric id of the account."""
        return self.user.id

    @property
    def private(self) -> Chat:
        """The chat between him and the bot."""
        return self._world.private(self.user)

    def start(self, payload: str = "") -> Message:
        """Open the chat with the bot, as the button or the link t.me/BOT?start=PAYLOAD does."""
        return self.say(f"/start {payload}".strip())

    def say(
        self,
        text: str,
        *,
        in_: Chat | None = None,
        topic: int | None = None,
        date: datetime | None = None,
        reply_to: Message | None = None,
        extras: Json | None = None,
    ) -> Message:
        """Say something, in the private chat or in another; `date` only when it was not now."""
        with self._world.bell.lock:
            chat = in_ or self.private
            self._enter(chat)
            message = self._world.write(
                chat,
                Content(text, found_in(text)),
                sender=self.user,
                date=date,
                sender_chat=self._as_chat,
                thread_id=topic,
                reply_to=reply_to,
                extras=self._extras | (extras or {}),
            )
            self._world.tell(message)
            return message

    def forward(self, message: Message, *, in_: Chat | None = None) -> Message:
        """Repeat what somebody else said, with its origin."""
        origin: Json = {"type": "user", "date": int(message.date.timestamp())}
        author = message.sender or self.user
        return self.say(
            message.text,
            in_=in_,
            extras={"forward_origin": origin | {"sender_user": author.json()}},
        )

    def edit(self, message: Message, text: str) -> None:
        """Change what was said."""
        with self._world.bell.lock:
            message.versions.append(Content(text, found_in(text)))
            message.edited_at = utc_now()
            self._world.tell(message, edited=True)

    def press(self, message: Message, button: str) -> Press:
        """Press the button that bears this text or this data."""
        with self._world.bell.lock:
            shown = [x for x in message.all_buttons() if x.data is not None]
            found = next((x.data for x in shown if button in {x.text, x.data}), None)
        assert found is not None, f"no button {button!r} among {[x.text for x in shown]}"
        return self.press_data(message, found)

    def press_data(self, message: Message, data: str) -> Press:
        """Press under a message with any data, as an altered client or an old screen does."""
        with self._world.bell.lock:
            return self._pressing.press(self.user, message, data)

    def block(self) -> None:
        """Block the bot."""
        self._set_blocked(blocked=True)

    def unblock(self) -> None:
        """Let the bot write again."""
        self._set_blocked(blocked=False)

    def delete_account(self) -> None:
        """Be gone for good."""
        with self._world.bell.lock:
            self.private.deactivated = True

    def _enter(self, chat: Chat) -> None:
        self.private.met = True
        if chat.private:
            chat.started = True
            chat.blocked = False
        elif self._as_chat is None:
            chat.members.setdefault(self.user.id, MEMBER)
            chat.users[self.user.id] = self.user

    def _set_blocked(self, *, blocked: bool) -> None:
        with self._world.bell.lock:
            chat = self.private
            before, after = (MEMBER, KICKED) if blocked else (KICKED, MEMBER)
            chat.blocked = blocked
            self._world.updates.add(
                "my_chat_member",
                {
                    "chat": chat.json(),
                    "from": self.user.json(),
                    "date": int(utc_now().timestamp()),
                    "old_chat_member": before.json(self._world.bot),
                    "new_chat_member": after.json(self._world.bot),
                },
            )
