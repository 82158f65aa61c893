"""Which accounts are bots: by their groups, and by what they are called."""

from __future__ import annotations

import re
from collections.abc import Set

BOT_GROUPS = frozenset({"bot", "global-bot"})
_BOT = re.compile(r".*bot(?:[^a-z]|$)", re.IGNORECASE | re.ASCII)

_SURELY_BOT = re.compile(r"Bot(?![a-z])|(?<![A-Za-z])bot(?![a-z])|BOT(?![A-Za-z])")


def is_bot(name: str, groups: Set[str]) -> bool:
    """Whether nobody should be written to there: by a group, or a name that only bots have.

    This takes people out of audiences, so that an Abbot must be none.
    """
    return bool(groups & BOT_GROUPS) or _SURELY_BOT.search(name) is not None


def is_bot_by_name(name: str) -> bool:
    """Whether Wikimedia's history dumps call an account a bot for its name.

    It must hold "bot" where a word ends: that is what "name" in `event_user_is_bot_by` means.
    See `botUsernamePattern` in `UserEventBuilder.scala` of Wikimedia's analytics-refinery-source.
    It takes an Abbot for one too.
    """
    return _BOT.match(name) is not None
