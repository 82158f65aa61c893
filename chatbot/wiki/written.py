"""What an account has written, found again: its edits, and texts as they were saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chatbot.wiki.answers import Ask
from chatbot.wiki.asking import batches, query, several
from commands.wikis import OwnEdit, PageText


async def edits(
    ask: Ask, username: str, since: datetime, *, tag: str | None = None
) -> Sequence[OwnEdit]:
    """Return an account's edits, oldest first (https://www.mediawiki.org/wiki/API:Usercontribs).

    Pages moved meanwhile stand under their new titles. With `tag`, only edits that bear it.
    """
    asked = query(
        ask,
        list="usercontribs",
        ucuser=username,
        uctag=tag,
        ucdir="newer",
        ucstart=since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        ucprop="ids|title|timestamp|comment|tags",
        uclimit="max",
    )
    return [_edit(entry) async for part in asked for entry in part["usercontribs"]]


async def as_saved(ask: Ask, revids: Sequence[int], *, batch: int) -> Mapping[int, PageText]:
    """Return the texts of revisions, each with its page's title of now.

    Left out are those that do not exist any more, or whose text is hidden.
    """
    found: dict[int, PageText] = {}
    for some in batches([str(revid) for revid in revids], batch):
        asked = query(
            ask, revids=several(some), prop="revisions", rvprop="ids|content", rvslots="main"
        )
        async for part in asked:
            for page in part.get("pages", ()):
                found |= {text.revid: text for text in _texts(page)}
    return found


def _edit(entry: Mapping[str, Any]) -> OwnEdit:
    saved_at = datetime.fromisoformat(entry["timestamp"])
    comment, tags = entry.get("comment", ""), tuple(entry.get("tags", ()))
    return OwnEdit(comment, entry["title"], entry["revid"], saved_at, tags)


def _texts(page: Mapping[str, Any]) -> list[PageText]:
    shown = [each for each in page.get("revisions", ()) if "content" in each["slots"]["main"]]
    return [
        PageText(
            page["title"],
            page["ns"],
            each["revid"],
            each["slots"]["main"]["contentmodel"],
            each["slots"]["main"]["content"],
        )
        for each in shown
    ]
