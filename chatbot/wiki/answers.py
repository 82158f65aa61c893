"""How asking a wiki fails, free of the libraries that did the asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

Answer = dict[str, Any]
"""What api.php answers, decoded (formatversion 2)."""


class AskNow(Protocol):
    """Ask api.php once: True stands for a set flag, False and None for a parameter left out.

    Raises Refused or NoAnswer. Blocks the thread until the answer is there.
    """

    def __call__(self, **parameters: str | int | bool | None) -> Answer:
        """Return the answer, which holds no error."""
        ...


class Ask(Protocol):
    """The same for who waits for a turn among others, and blocks nobody."""

    async def __call__(self, **parameters: str | int | bool | None) -> Answer:
        """Return the answer, which holds no error."""
        ...


class Refused(Exception):  # noqa: N818 - an answer, though not the one hoped for
    """The wiki answered with an error of its own: `code`, `info` and what else came along."""

    def __init__(
        self,
        code: str,
        info: str,
        *,
        details: Mapping[str, object] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{code}: {info}")
        self.code = code
        self.info = info
        self.details = details or {}
        self.retry_after = retry_after


class NoAnswer(Exception):  # noqa: N818 - a state of the world that callers plan around
    """No answer that a wiki would give. Unless `sent` is False, the request may have worked.

    `status` is that of the HTTP answer, where one came.
    """

    def __init__(
        self,
        reason: str,
        *,
        sent: bool = True,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.status = status
        self.retry_after = retry_after
