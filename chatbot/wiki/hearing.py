"""What others do on a wiki: recent changes, and thanks to the bot.

See https://www.mediawiki.org/wiki/API:RecentChanges and https://www.mediawiki.org/wiki/API:Logevents.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import batches, query, query_once, several
from commands.heard import Change, Changes, Thanks, Whereabouts

MOST = 5000
"""So many changes are looked at in one go."""

_UNKNOWN_LOG = frozenset({"badvalue", "unknown_letype"})


async def changes(ask: Ask, since: datetime, namespaces: Collection[int]) -> Changes:
    """Return the edits since then, oldest first; after MOST of them, the rest are more."""
    asked = query(
        ask,
        list="recentchanges",
        rcdir="newer",
        rcstart=_instant(since),
        rcnamespace="|".join(map(str, sorted(namespaces))),
        rctype="edit|new",
        rcprop="ids|title|user|timestamp|comment|tags|flags",
        rclimit="max",
    )
    found: list[Change] = []
    async with aclosing(asked):
        async for part in asked:
            found += map(_change, part["recentchanges"])
            if len(found) >= MOST:
                return Changes(tuple(found), more=True)
    return Changes(tuple(found))


async def kept_since(ask: Ask) -> datetime | None:
    """Return when the oldest of the recent changes was made ($wgRCMaxAge ends them)."""
    answer = await query_once(
        ask, list="recentchanges", rcdir="newer", rcprop="timestamp", rclimit=1
    )
    oldest = answer["recentchanges"]
    return datetime.fromisoformat(oldest[0]["timestamp"]) if oldest else None


async def whereabouts(ask: Ask, revids: Sequence[int], *, batch: int) -> Mapping[int, Whereabouts]:
    """Return on which page each revision stands."""
    found: dict[int, Whereabouts] = {}
    for some in batches([str(revid) for revid in dict.fromkeys(revids)], batch):
        asked = query(ask, revids=several(some), prop="revisions", rvprop="ids")
        for page in [page async for part in asked for page in part.get("pages", ())]:
            here = Whereabouts(page["pageid"], page["title"])
            found |= {revision["revid"]: here for revision in page.get("revisions", ())}
    return found


async def thanks(ask: Ask, username: str, since: datetime) -> Sequence[Thanks]:
    """Return the thanks to an account, oldest first (https://www.mediawiki.org/wiki/Extension:Thanks)."""
    asked = query(
        ask,
        list="logevents",
        letype="thanks",
        letitle=f"User:{username}",
        ledir="newer",
        lestart=_instant(since),
        leprop="ids|user|timestamp",
        lelimit="max",
    )
    try:
        entries = [entry async for part in asked for entry in part["logevents"]]
    except Refused as refusal:
        if refusal.code not in _UNKNOWN_LOG:
            raise
        return ()
    return [
        Thanks(entry["logid"], entry["user"], datetime.fromisoformat(entry["timestamp"]))
        for entry in entries
        if "user" in entry
    ]


def _change(entry: Mapping[str, Any]) -> Change:
    return Change(
        revid=entry["revid"],
        parent=entry["old_revid"] or None,
        page=entry["pageid"],
        title=entry["title"],
        user=entry.get("user"),
        saved_at=datetime.fromisoformat(entry["timestamp"]),
        summary=entry.get("comment", ""),
        tags=frozenset(entry.get("tags", ())),
        bot=bool(entry.get("bot")),
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
