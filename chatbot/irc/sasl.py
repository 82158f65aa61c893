"""Proving who we are: SASL EXTERNAL and PLAIN (IRCv3 `sasl` 3.2, RFC 4616, RFC 4422)."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

from chatbot.irc.settings import IrcNetwork

_CHUNK = 400


class Sasl:
    """One login: the mechanisms to try in order, and what to send for each."""

    def __init__(self, settings: IrcNetwork) -> None:
        self._settings = settings
        self._left: list[str] = []
        self._mechanism = ""

    @property
    def configured(self) -> bool:
        """Whether there is anything to prove ourselves with."""
        return bool(self._own_mechanisms())

    def begin(self, offered: str) -> str | None:
        """Return the first line to send; None when the server offers nothing that we have.

        `offered` is the value of the capability: mechanisms with commas, or empty.
        """
        allowed = offered.split(",") if offered else self._own_mechanisms()
        self._left = [name for name in self._own_mechanisms() if name in allowed]
        return self.next()

    def next(self) -> str | None:
        """Return the line that tries the next mechanism; None when all have failed."""
        if not self._left:
            return None
        self._mechanism = self._left.pop(0)
        return f"AUTHENTICATE {self._mechanism}"

    def response(self) -> Sequence[str]:
        """Return the lines that answer the server's `AUTHENTICATE +`."""
        return [f"AUTHENTICATE {chunk}" for chunk in _chunks(self._secret())]

    def _own_mechanisms(self) -> list[str]:
        names = []
        if self._settings.client_cert is not None:
            names.append("EXTERNAL")
        if self._settings.sasl_password is not None:
            names.append("PLAIN")
        return names

    def _secret(self) -> bytes:
        if self._mechanism == "EXTERNAL":
            return b""
        account = self._settings.sasl_account or self._settings.nick
        return f"\0{account}\0{self._settings.sasl_password}".encode()


def _chunks(secret: bytes) -> Iterator[str]:
    # A part shorter than 400 ends the response, so one of a multiple of 400 needs an empty one.
    text = base64.b64encode(secret).decode()
    for start in range(0, len(text) + 1, _CHUNK):
        yield text[start : start + _CHUNK] or "+"
