"""By which way somebody is written to: of what is allowed and offered, what the page takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from commands.wikis import PageFacts, SiteFacts
from storage.runvalues import Way

USUAL = (Way.SECTION, Way.TOPIC)
"""What is allowed where the operator names nothing."""

WIKITEXT, BOARD = "wikitext", "flow-board"
_MODEL = {Way.SECTION: WIKITEXT, Way.MASS_MESSAGE: WIKITEXT, Way.TOPIC: BOARD}
_EXTENSION = {Way.TOPIC: "Flow", Way.MASS_MESSAGE: "MassMessage"}
_RIGHT = {Way.MASS_MESSAGE: "massmessage", Way.EMAIL: "sendemail"}


def offered(allowed: Sequence[Way], *, site: SiteFacts, rights: Collection[str]) -> tuple[Way, ...]:
    """Return the ways that a wiki offers to an account with these rights, best first.

    The order is the operator's, but mail always comes last: it is for those whose talk page
    takes nothing from us.
    """
    there = [way for way in allowed if _offers(way, site, rights)]
    return tuple(sorted(dict.fromkeys(there), key=lambda way: way is Way.EMAIL))


def way_for(page: PageFacts, ways: Sequence[Way]) -> Way | None:
    """Return the first of these ways by which a page's owner can be reached, None for none."""
    return next((way for way in ways if takes(page, way)), None)


def takes(page: PageFacts, way: Way) -> bool:
    """Return whether a message can go this way, whoever may have opted out."""
    if way is Way.EMAIL:
        return page.owner is not None and page.owner.emailable
    return page.content_model == _MODEL[way]


def _offers(way: Way, site: SiteFacts, rights: Collection[str]) -> bool:
    extension, right = _EXTENSION.get(way), _RIGHT.get(way)
    has = extension is None or extension in site.extensions
    return has and (right is None or right in rights)
