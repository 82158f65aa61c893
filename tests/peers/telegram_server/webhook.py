"""setWebhook, deleteWebhook, getWebhookInfo, and the thread that pushes updates to the bot.

Updates go out one by one in their order; one that is not answered by a 2xx is sent again.
"""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import ApiError, bad_request
from tests.peers.telegram_server.parameters import (
    Arguments,
    Kind,
    Method,
    boolean,
    integer,
    structure,
    text,
)
from tests.peers.telegram_server.world import World

_ANSWER_SECONDS = 5.0
_RETRY_SECONDS = 0.2
_PORTS = {80, 88, 443, 8443}
_SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_NONE: Json = {"url": "", "has_custom_certificate": False}


@dataclass(frozen=True, slots=True)
class Hook:
    """Where updates are pushed to."""

    url: str
    secret: str
    most: int


class Webhook:
    """Pushes to `hook` while there is one."""

    def __init__(self, *, world: World) -> None:
        self.hook: Hook | None = None
        self._world = world
        self._error: tuple[int, str] | None = None

    def methods(self) -> dict[str, Method]:
        """Return the methods by name."""
        drop: dict[str, Kind] = {"drop_pending_updates": boolean}
        parameters: dict[str, Kind] = {
            "url": text,
            "ip_address": text,
            "max_connections": integer,
            "allowed_updates": structure("allowed_updates", list),
            "secret_token": text,
        }
        return {
            "setWebhook": Method(parameters | drop, self._set),
            "deleteWebhook": Method(drop, self._delete),
            "getWebhookInfo": Method({}, self._info),
        }

    @contextmanager
    def pushing(self) -> Iterator[None]:
        """Push in a thread until the bell is closed."""
        thread = threading.Thread(target=self._push, name="telegram-webhook", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def _set(self, call: Arguments) -> bool:
        url, secret = call.get("url", ""), call.get("secret_token", "")
        if not url:
            return self._delete(call)
        _check_url(url)
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if set(secret) - _SECRET:
            raise bad_request("secret token contains unallowed characters")
        self._world.updates.allow(call.get("allowed_updates"))
        self._change(Hook(url, secret, call.get("max_connections", 40)), call)
        return True

    def _delete(self, call: Arguments) -> bool:
        self._change(None, call)
        return True

    def _change(self, hook: Hook | None, call: Arguments) -> None:
        if call.get("drop_pending_updates", False):
            self._world.updates.clear()
        self.hook, self._error = hook, None
        self._world.bell.ring()

    def _info(self, _: Arguments) -> Json:
        info = _NONE | {"pending_update_count": self._world.updates.count()}
        if self.hook is not None:
            info |= {"url": self.hook.url, "max_connections": self.hook.most}
            info["ip_address"] = "127.0.0.1"
        if self._error is not None:
            info |= dict(zip(("last_error_date", "last_error_message"), self._error, strict=True))
        return info

    def _push(self) -> None:
        while (due := self._world.bell.wait(self._due, None)) is not None:
            self._deliver(*due)

    def _deliver(self, hook: Hook, update: Json) -> None:
        error = _posted(hook, update)
        with self._world.bell.lock:
            if error is None:
                self._world.updates.done(update)
            elif self.hook is hook:
                self._error = (int(time.time()), error)
                self._world.bell.wait(lambda: self.hook is not hook or None, _RETRY_SECONDS)

    def _due(self) -> tuple[Hook, Json] | None:
        update = self._world.updates.first()
        return (self.hook, update) if self.hook and update else None


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.hostname == "127.0.0.1":
        return  # As a Bot API server of one's own (`--local`) does, for it may be plain there.
    if parts.scheme == "http":
        raise _bad("An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in _PORTS:
        raise _bad("Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise _bad("Failed to resolve host: only the loopback interface is served here")


def _bad(why: str) -> ApiError:
    return bad_request(f"bad webhook: {why}")


def _posted(hook: Hook, update: Json) -> str | None:
    """Post an update; return what went wrong, None if nothing."""
    parts = urlsplit(hook.url)
    headers = {"Content-Type": "application/json"}
    if hook.secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=_ANSWER_SECONDS
    )
    with closing(connection):
        try:
            connection.request("POST", parts.path or "/", json.dumps(update), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            return str(error) or "Connection closed"
    if 200 <= answer.status <= 299:
        return None
    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
