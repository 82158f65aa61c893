"""Stands before a real wiki and cuts each connection after so many edits, as some gates do.

The fault: a connection that is kept open for many requests (RFC 9112, section 9.3) ends without
having been announced, with the last edit saved, and its answer said or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.peers.faulty_proxy import FaultyProxy, Handler


class CuttingProxy(FaultyProxy):
    """A wiki's second address. `answers_last` says whether the last edit gets its answer."""

    def __init__(self, *, wiki_api: str, edits: int, answers_last: bool) -> None:
        super().__init__(wiki_api=wiki_api)
        self.edits_a_connection = edits
        self.answers_last = answers_last
        self.cut = 0

    def _handler(self) -> type[Handler]:
        return type("CuttingHandler", (_CuttingHandler,), {"proxy": self})


class _CuttingHandler(Handler):
    proxy: CuttingProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._edits = 0

    def _say(self, status: int, headers: Iterable[tuple[str, str]], answer: bytes) -> None:
        self._edits += self.proxy.seen[-1].get("action") == "edit"
        last = self._edits == self.proxy.edits_a_connection
        if last:
            self.proxy.cut += 1
            self.close_connection = True
        if not last or self.proxy.answers_last:
            super()._say(status, [*headers, ("Content-Length", str(len(answer)))], answer)
