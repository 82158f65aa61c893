"""What goes wrong when a test wants it to: refusals, cut connections, repeated updates."""

from __future__ import annotations

from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.faults import Fault, failure
from tests.peers.telegram_server.messages import Message
from tests.peers.telegram_server.pressing import Press
from tests.peers.telegram_server.server import Server


class Trouble:
    """Makes trouble for the bot's next calls."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def repeat(self, what: Message | Press | Json) -> None:
        """Deliver an update again, under the same number."""
        update = what if isinstance(what, dict) else what.update
        assert update is not None, "the bot was never told of this"
        with self._server.world.bell.lock:
            self._server.world.updates.repeat(update)

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
        with self._server.world.bell.lock:
            self._server.api.faults.pending.clear()

    @property
    def enforce_limits(self) -> bool:
        """Whether too many messages are refused with 429 (see `flood`)."""
        return self._server.api.flood.enforced

    @enforce_limits.setter
    def enforce_limits(self, on: bool) -> None:
        self._server.api.flood.enforced = on

    @property
    def press_seconds(self) -> float:
        """How long a press can be answered."""
        return self._server.pressing.seconds

    @press_seconds.setter
    def press_seconds(self, seconds: float) -> None:
        self._server.pressing.seconds = seconds

    def _fault(self, fault: Fault) -> None:
        with self._server.world.bell.lock:
            self._server.api.faults.pending.append(fault)
            self._server.world.bell.ring()
