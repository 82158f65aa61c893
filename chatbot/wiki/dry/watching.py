"""What on a dry wiki tells the bot to stop: a person's change of certain pages, by any editor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from chatbot.wiki.dry.pages import Pages, revid_of
from chatbot.wiki.dry.saving import Saving
from commands.rules.titles import Title, normalise, prefixed
from commands.wikis import LastEdit, Signs, SiteFacts

SOMEBODY = "somebody"
"""Who changes files here but the bot. A folder knows no accounts."""


def signs(
    pages: Pages, saving: Saving, site: SiteFacts, *, account: str, asked: Sequence[str]
) -> Signs:
    """Return the signs there are: nobody is blocked here, and no account locked.

    A folder keeps no history: what the bot itself writes on such a page hides a person's change.
    """
    own = {edit.revid for edit in saving.own_edits(datetime.min.replace(tzinfo=UTC))}
    edits = _last_edits(pages, site, [f"User talk:{account}", *asked])
    return Signs(
        account,
        tuple(
            LastEdit(title, revid, account if revid in own else SOMEBODY, at)
            for title, revid, at in edits
        ),
    )


def _last_edits(
    pages: Pages, site: SiteFacts, asked: Sequence[str]
) -> Iterator[tuple[str, int, datetime]]:
    for each in dict.fromkeys(asked):
        title = normalise(each, site)
        text = pages.text(title) if isinstance(title, Title) else None
        if isinstance(title, Title) and text is not None:
            yield prefixed(title, site), revid_of(title, text), pages.changed_at(title)
