"""Which accounts are bots by what they are called, as Wikimedia's history dumps tell it."""

from __future__ import annotations

import re

_BOT = re.compile(r".*bot(?:[^a-z]|$)", re.IGNORECASE | re.ASCII)


def is_bot_by_name(name: str) -> bool:
    """Whether a name holds "bot" where a word ends: what "name" in `event_user_is_bot_by` means.

    See `botUsernamePattern` in `UserEventBuilder.scala` of Wikimedia's analytics-refinery-source.
    It takes an Abbot for one too.
    """
    return _BOT.match(name) is not None
