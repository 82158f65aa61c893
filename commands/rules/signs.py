"""Whether a wiki tells the bot to stop, by what was read there."""

from __future__ import annotations

from datetime import datetime

from commands.wikis import LastEdit, Signs
from storage.runvalues import Stop, StopKind


def told_to_stop(
    signs: Signs, wiki: str, *, since: datetime, last: Stop | None, now: datetime
) -> Stop | None:
    """Return the stop that the signs of a wiki come to, None where there is none.

    An edit counts that somebody else made `since` then (the start of the run), unless it was
    before people lifted the `last` stop, who knew of it. A block and a lock count while they are.
    `now` is when the signs had been read: against it the wiki's own time shows how its clock goes.
    """
    if signs.locked:
        return Stop(wiki, StopKind.LOCK, f"Special:CentralAuth/{signs.account}", None, "", now)
    if signs.blocked_by is not None:
        block = f"Special:BlockList/{signs.account}"
        return Stop(wiki, StopKind.BLOCK, block, None, signs.blocked_by, now)
    lifted_at = last.lifted_at if last else None
    since = max(since, lifted_at or since)
    if signs.now is not None:
        since += signs.now - now
    # A wiki tells the time in whole seconds, cut off.
    since = since.replace(microsecond=0)
    edits = [each for each in signs.edits if _counts(each, signs.account, since, last)]
    if not edits:
        return None
    edit = max(edits, key=lambda each: each.at)
    return Stop(wiki, StopKind.PAGE, edit.title, edit.revid, edit.user, now)


def _counts(edit: LastEdit, account: str, since: datetime, last: Stop | None) -> bool:
    known = last is not None and (edit.title, edit.revid) == (last.page, last.revid)
    return edit.user != account and edit.at >= since and not known
