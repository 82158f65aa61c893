"""Who contributed enough to a topic to hear of it."""

from __future__ import annotations

from collections.abc import Iterable

from commands.census import Contribution
from commands.rules.recipe import Significance

Contributor = tuple[str, str]
"""A wiki, and an account there."""


def significant(
    contributions: Iterable[Contribution], asked: Significance, *, unified: bool
) -> tuple[Contributor, ...]:
    """Return the accounts of those with so many edits or so many bytes added, in all.

    With `unified` accounts, what one name did on all wikis counts together. Each stands once,
    ordered by name and wiki.
    """
    edits: dict[Contributor, int] = {}
    added: dict[Contributor, int] = {}
    accounts: dict[Contributor, set[Contributor]] = {}
    for each in contributions:
        human = ("" if unified else each.wiki, each.user)
        edits[human] = edits.get(human, 0) + each.edits
        added[human] = added.get(human, 0) + each.added
        accounts.setdefault(human, set()).add((each.wiki, each.user))
    return tuple(
        account
        for human in sorted(accounts, key=lambda human: (human[1], human[0]))
        if asked.met(edits=edits[human], added=added[human])
        for account in sorted(accounts[human])
    )
