"""What each account added to an article, told by the article's history.

The same is told by Wikimedia's history dumps, whose definitions are followed here:
https://wikitech.wikimedia.org/wiki/Data_Platform/Data_Lake/Edits/MediaWiki_history/Revision_identity_reverts
and `DenormalizedRevisionsBuilder.scala` in analytics-refinery-source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commands.census import Contribution, Revision, Window
from commands.rules.bots import is_bot_by_name


def contributions(
    wiki: str, page: str, revisions: Sequence[Revision], window: Window
) -> tuple[Contribution, ...]:
    """Return what each account added to a page within a window, by user name.

    `revisions` are all of the page, also those outside the window: they tell what was undone.
    """
    history = sorted(revisions, key=lambda revision: (revision.saved_at, revision.revid))
    undone = undone_in(history)
    sizes = {each.revid: each.size for each in history if each.sha1 is not None}
    by_user: dict[str, list[Revision]] = {}
    for revision in history:
        if revision.user and _counts(revision, window) and revision.revid not in undone:
            by_user.setdefault(revision.user, []).append(revision)
    return tuple(_sum(wiki, user, page, by_user[user], sizes) for user in sorted(by_user))


def undone_in(history: Sequence[Revision]) -> frozenset[int]:
    """Return the ids of the revisions that were undone, of a history with the oldest first.

    Undone is what stands between two revisions with the same text, unless it has that text too.
    """
    last_of: dict[int, int] = {}
    base_of: dict[int, int] = {}
    for base, *reverts in _same_texts(history):
        if reverts:
            last_of[base] = reverts[-1]
            base_of |= dict.fromkeys(reverts, base)
    undone: set[int] = set()
    under_way: set[int] = set()
    for at, revision in enumerate(history):
        base = base_of.get(at, at)
        if last_of.get(base) == at:
            under_way.discard(base)
        if len(under_way) > (base in under_way):
            undone.add(revision.revid)
        if at in last_of:
            under_way.add(at)
    return frozenset(undone)


def _same_texts(history: Sequence[Revision]) -> list[list[int]]:
    """Return where in the history each text stands.

    A revision made from one with the same text (a page was moved or protected) changes nothing
    and reverts nothing: https://phabricator.wikimedia.org/T266374.
    """
    standing: dict[str, list[int]] = {}
    latest: dict[str, int] = {}
    for at, revision in enumerate(history):
        if revision.sha1 is None:
            continue
        if revision.sha1 not in standing or revision.parent != latest[revision.sha1]:
            standing.setdefault(revision.sha1, []).append(at)
        latest[revision.sha1] = revision.revid
    return list(standing.values())


def _counts(revision: Revision, window: Window) -> bool:
    if revision.minor or revision.anonymous or is_bot_by_name(revision.user or ""):
        return False
    since, until = window.since, window.until
    return (since is None or revision.saved_at >= since) and (
        until is None or revision.saved_at < until
    )


def _sum(
    wiki: str, user: str, page: str, revisions: Sequence[Revision], sizes: Mapping[int, int]
) -> Contribution:
    changes = [_change(revision, sizes) for revision in revisions]
    return Contribution(
        wiki,
        user,
        page,
        edits=len(revisions),
        change=sum(changes),
        added=sum(change for change in changes if change > 0),
        last_at=revisions[-1].saved_at,
    )


def _change(revision: Revision, sizes: Mapping[int, int]) -> int:
    """Return how many bytes it added. Unknown, so none, where it or its parent is hidden."""
    if revision.sha1 is None or (revision.parent and revision.parent not in sizes):
        return 0
    return revision.size - (sizes[revision.parent] if revision.parent else 0)
