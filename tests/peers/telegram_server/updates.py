"""What the bot has not confirmed yet, kept until a higher offset says that it has it."""

import itertools

from tests.peers.telegram_server.bell import Bell
from tests.peers.telegram_server.entities import Json

KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
        "guest_message",
    }
)
DEFAULT = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """The queue of one bot. `allowed` filters what comes from now on, not what waits."""

    def __init__(self, *, bell: Bell) -> None:
        self.allowed = DEFAULT
        self._bell = bell
        self._waiting: list[Json] = []
        self._again: list[Json] = []
        self._numbers = itertools.count(700_000_001)

    def allow(self, kinds: list[str] | None) -> None:
        """Change the filter: None leaves it, nothing known in the list is the default."""
        if kinds is not None:
            self.allowed = (frozenset(kinds) & KINDS) or DEFAULT

    def add(self, kind: str, body: Json) -> Json | None:
        """Queue an update if that kind is wanted, and return it."""
        if kind not in self.allowed:
            return None
        update: Json = {"update_id": next(self._numbers), kind: body}
        self._waiting.append(update)
        self._bell.ring()
        return update

    def repeat(self, update: Json) -> None:
        """Deliver an update once more, whatever has been confirmed (a fault of the network)."""
        self._again.append(update)
        self._bell.ring()

    def confirm(self, offset: int) -> None:
        """Forget what is below an offset; a negative one keeps so many of the last."""
        if offset < 0:
            self._waiting = self._waiting[offset:]
        else:
            self._waiting = [x for x in self._waiting if x["update_id"] >= offset]

    def take(self, limit: int) -> list[Json]:
        """Hand out what waits, oldest first. It goes on waiting until it is confirmed."""
        taken = (self._again + self._waiting)[:limit]
        del self._again[:limit]
        return taken

    def any(self) -> bool:
        """Whether something waits."""
        return bool(self._again or self._waiting)

    def first(self) -> Json | None:
        """Return the oldest, None when nothing waits."""
        return next(iter(self._again + self._waiting), None)

    def done(self, update: Json) -> None:
        """Forget one that a webhook has taken."""
        queue = self._again if any(x is update for x in self._again) else self._waiting
        queue[:] = [x for x in queue if x is not update]

    def count(self) -> int:
        """Count what waits."""
        return len(self._again) + len(self._waiting)

    def clear(self) -> None:
        """Forget everything."""
        self._again.clear()
        self._waiting.clear()
