"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"\r\n|\n|\r(?!\Z)")
_LONGEST = 1_000_000


class Parser:
    """Takes a stream apart as it comes. `last_id` is the id of the last event that was whole."""

    def __init__(self) -> None:
        self.last_id = ""
        self.begin()

    def begin(self) -> None:
        """Forget what was left unfinished: a new connection begins."""
        self._rest = ""
        self._data: list[str] = []
        self._kind = ""
        self._id = self.last_id

    def feed(self, text: str) -> Iterator[str]:
        """Yield the data of each event of kind `message` that is whole by now."""
        *lines, self._rest = _END.split(self._rest + text)
        if len(self._rest) > _LONGEST:
            self._rest = ""
        for line in lines:
            if line:
                self._take(line)
            else:
                yield from self._dispatch()

    def _take(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._kind = value
        elif field == "id" and "\0" not in value:
            self._id = value

    def _dispatch(self) -> Iterator[str]:
        data, kind = "\n".join(self._data), self._kind
        self._data, self._kind = [], ""
        self.last_id = self._id
        if data and kind in {"", "message"}:
            yield data
