"""Faults that a test asks for: refusals, cut connections and delays of chosen calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.peers.telegram_server.errors import ApiError, CutError, too_many_requests

_TEXTS = {
    401: "Unauthorized",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of `method` (None: any), in `chat` if it is given.

    `error` is answered instead; `cut` is "before" or "after" the call is carried out; `delay`
    holds the call back so many seconds first.
    """

    method: str | None
    times: int
    chat: int | None = None
    error: ApiError | None = None
    cut: str | None = None
    delay: float = 0


class Faults:
    """The faults still to come, first asked for first."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    def take(self, method: str, parameters: Mapping[str, str]) -> Fault | None:
        """Use up one occurrence of the first fault that concerns a call."""
        fault = next((x for x in self.pending if _concerns(x, method, parameters)), None)
        if fault is not None:
            fault.times -= 1
            self.pending = [x for x in self.pending if x.times > 0]
        return fault

    def awaits(self, method: str) -> bool:
        """Whether a fault waits for a call of this method by name."""
        return any(x.method == method for x in self.pending)


def strike(fault: Fault | None) -> None:
    """Let a fault happen before the call: refuse or cut."""
    if fault is not None and fault.error is not None:
        raise fault.error
    if fault is not None and fault.cut == "before":
        raise CutError


def failure(code: int, description: str | None, retry_after: int | None) -> ApiError:
    """Return the error that a server in trouble answers."""
    if retry_after is not None:
        return too_many_requests(retry_after)
    return ApiError(code, description or _TEXTS.get(code, "Bad Request: failed as asked for"))


def _concerns(fault: Fault, method: str, parameters: Mapping[str, str]) -> bool:
    if fault.method not in {None, method}:
        return False
    return fault.chat is None or parameters.get("chat_id") == str(fault.chat)
