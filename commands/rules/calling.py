"""Names as they are said where saying them calls the people: those who were named, and no crowd."""

from __future__ import annotations

import re

# What some networks, clients and bots take for everybody who is there.
_CROWD = re.compile(r"[@\uff20](?=(?:all|channel|everyone|here|room|todos)(?!\w))", re.IGNORECASE)


def called(name: str) -> str:
    """Return a name as a coordinator wrote it, but for a sign that would call a whole channel."""
    return _CROWD.sub("", name)
