"""What accounts were renamed to (https://www.mediawiki.org/wiki/API:Logevents)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chatbot.wiki import people
from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import query_once
from commands.wikis import SiteFacts


async def renamed(ask: Ask, site: SiteFacts, names: Sequence[str]) -> Mapping[str, str]:
    """Return what these accounts are called by now, by old name; others are left out.

    One request for each renaming: the log can be asked about one title at a time. A wiki without
    that log has renamed nobody.
    """
    try:
        ends = {name: await _end(ask, name, site) for name in names}
    except Refused as refusal:
        if refusal.code != "badvalue":
            raise
        return {}
    return {name: end for name, end in ends.items() if end is not None}


async def _end(ask: Ask, name: str, site: SiteFacts) -> str | None:
    """Follow the renaming of renamings, each no earlier than the one before."""
    start = now = people.normal_name(name, site)
    passed: set[str] = set()
    since = None
    while now and now not in passed:
        passed.add(now)
        event = await _last_renaming(ask, now, since)
        if event is None:
            break
        now, since = event["params"]["newuser"], event["timestamp"]
    return now if now != start else None


async def _last_renaming(ask: Ask, name: str, since: str | None) -> Mapping[str, Any] | None:
    answer = await query_once(
        ask,
        list="logevents",
        letype="renameuser",
        letitle=f"User:{name}",
        leend=since,
        leprop="timestamp|details",
        lelimit=1,
    )
    events: Sequence[Mapping[str, Any]] = answer["logevents"]
    # Entries from before 2014 tell it in words only, and one that is hidden tells nothing.
    return next((event for event in events if "newuser" in event.get("params", {})), None)
