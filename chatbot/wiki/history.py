"""All revisions of a page (https://www.mediawiki.org/wiki/API:Revisions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chatbot.wiki.answers import Ask
from chatbot.wiki.asking import is_askable, query, several
from chatbot.wiki.people import is_anonymous
from commands.census import Revision


async def history(ask: Ask, title: str) -> Sequence[Revision]:
    """Return all revisions of a page, oldest first; redirects are not followed."""
    if not is_askable(title):
        return []
    asked = query(
        ask,
        titles=several([title]),
        prop="revisions",
        rvprop="ids|timestamp|user|flags|size|sha1",
        rvdir="newer",
        rvlimit="max",
    )
    pages = [page async for part in asked for page in part.get("pages", ())]
    return [_revision(entry) for page in pages for entry in page.get("revisions", ())]


def _revision(entry: Mapping[str, Any]) -> Revision:
    """Read one revision. What is hidden stays hidden, though some accounts may see it."""
    user = None if "userhidden" in entry else entry.get("user")
    return Revision(
        revid=entry["revid"],
        user=user,
        saved_at=datetime.fromisoformat(entry["timestamp"]),
        size=entry["size"],
        sha1=None if "sha1hidden" in entry else entry.get("sha1") or None,
        minor=entry["minor"],
        anonymous="anon" in entry or "temp" in entry or is_anonymous(user or ""),
        parent=entry.get("parentid") or None,
    )
