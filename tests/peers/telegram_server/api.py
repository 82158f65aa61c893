"""Takes a call of the bot, carries it out, and answers as the Bot API does."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import ApiError, CutError
from tests.peers.telegram_server.faults import Faults, strike
from tests.peers.telegram_server.flood import Flood
from tests.peers.telegram_server.parameters import Method, Upload, arguments
from tests.peers.telegram_server.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the bot made. `parameters` are as sent (JSON as text), `at` is monotonic."""

    method: str
    parameters: Mapping[str, str]
    at: float


class Api:
    """The methods by name, the calls so far, and the faults to come."""

    def __init__(self, *, world: World, token: str, methods: Mapping[str, Method]) -> None:
        self.calls: list[Call] = []
        self.faults = Faults()
        self.flood = Flood()
        self._world = world
        self._token = token
        self._methods = {name.lower(): (name, method) for name, method in methods.items()}

    def answer(
        self, token: str, method: str, raw: Mapping[str, str], files: Mapping[str, Upload]
    ) -> tuple[int, bytes]:
        """Return the HTTP status and the body. Raises CutError to give no answer."""
        try:
            result = self._carry_out(token, method, raw, files)
        except ApiError as error:
            return error.code, json.dumps(_refusal(error)).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _carry_out(
        self, token: str, method: str, raw: Mapping[str, str], files: Mapping[str, Upload]
    ) -> object:
        if token != self._token:
            raise ApiError(401, "Unauthorized")
        if method.lower() not in self._methods:
            raise ApiError(404, "Not Found: method not found")
        name, declared = self._methods[method.lower()]
        with self._world.bell.lock:
            self.calls.append(Call(name, dict(raw), time.monotonic()))
            fault = self.faults.take(name, raw)
            if fault is not None and fault.delay:
                self._world.bell.wait(lambda: None, fault.delay)
            strike(fault)
            self.flood.check(name, raw.get("chat_id", ""))
            result = declared.carry_out(arguments(raw, files, declared.parameters))
            if fault is None and name == "getUpdates":
                # A fault asked for while a poll waits ends that poll.
                fault = self.faults.take(name, raw)
                strike(fault)
            if fault is not None and fault.cut == "after":
                raise CutError
            return result


def _refusal(error: ApiError) -> Json:
    refusal: Json = {"ok": False, "error_code": error.code, "description": error.description}
    return refusal | ({"parameters": error.parameters} if error.parameters else {})
