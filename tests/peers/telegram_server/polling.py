"""getUpdates: a long poll, of which there is one at a time."""

from collections.abc import Callable

from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import conflict
from tests.peers.telegram_server.parameters import (
    Arguments,
    Kind,
    Method,
    integer,
    structure,
)
from tests.peers.telegram_server.world import World

_LONGEST_SECONDS = 50
_OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)


class Polling:
    """Hands out updates. `hooked` tells of a webhook, `disturbed` of an end to all waiting.

    As with the real API it is the poll that waits which is refused when another begins.
    """

    def __init__(
        self, *, world: World, hooked: Callable[[], bool], disturbed: Callable[[], bool]
    ) -> None:
        self._world = world
        self._hooked = hooked
        self._disturbed = disturbed
        self._current = 0

    def methods(self) -> dict[str, Method]:
        """Return the methods by name."""
        parameters: dict[str, Kind] = {
            "offset": integer,
            "limit": integer,
            "timeout": integer,
            "allowed_updates": structure("allowed_updates", list),
        }
        return {"getUpdates": Method(parameters, self._get_updates)}

    def _get_updates(self, call: Arguments) -> list[Json]:
        if self._hooked():
            raise conflict(_WEBHOOK)
        self._world.updates.allow(call.get("allowed_updates"))
        self._world.updates.confirm(call.get("offset", 0))
        self._current = mine = self._world.number()
        self._world.bell.ring()
        seconds = min(max(call.get("timeout", 0), 0), _LONGEST_SECONDS)
        self._world.bell.wait(lambda: self._woken(mine) or None, seconds)
        if self._hooked():
            raise conflict("terminated by setWebhook request")
        if self._current != mine:
            raise conflict(_OTHER)
        return self._world.updates.take(min(max(call.get("limit", 100), 1), 100))

    def _woken(self, mine: int) -> bool:
        if self._current != mine or self._hooked():
            return True
        return self._world.updates.any() or self._disturbed()
