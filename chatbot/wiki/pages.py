"""Talk pages at the moment of looking: redirects followed, opt-out seen, owner known.

All of it comes in one request, because it is asked again before each delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize as unicode_form

from chatbot.wiki import people, refusing
from chatbot.wiki.answers import Answer, Ask
from chatbot.wiki.asking import batches, is_askable, query, several
from chatbot.wiki.targets import Targets
from commands.rules.titles import USER_TALK, Title, normalise, root_user
from commands.wikis import PageFacts, SiteFacts, UserFacts


async def pages(
    ask: Ask, site: SiteFacts, titles: Sequence[str], *, bot: str, batch: int
) -> Mapping[str, PageFacts]:
    """Return the state of each page, by the title asked (https://www.mediawiki.org/wiki/API:Info).

    `bot` is our account, which a page may keep away. More than one request leaves only where a
    redirect led to somebody not foreseen, and where a template may keep bots away.
    """
    found: dict[str, PageFacts] = {}
    for some in batches(list(dict.fromkeys(titles)), batch):
        seen = await _looked_up(ask, site, some, bot)
        found |= {title: _facts(title, seen) for title in some}
    return found


@dataclass(slots=True)
class _Seen:
    """What the parts of an answer have told so far."""

    targets: Targets = field(default_factory=Targets)
    foreign: set[str] = field(default_factory=set)
    owners: dict[str, UserFacts] = field(default_factory=dict)
    refusing: frozenset[str] = frozenset()

    def add(self, part: Answer) -> None:
        self.targets.add(part)
        self.foreign |= {entry["title"] for entry in part.get("interwiki", ())}
        self.owners |= people.facts_in(part)


async def _looked_up(ask: Ask, site: SiteFacts, titles: Sequence[str], bot: str) -> _Seen:
    askable = [unicode_form("NFC", title) for title in titles if is_askable(title)]
    owners = people.accounts(_foreseen(askable, site))
    seen = _Seen()
    if askable:
        async for part in query(ask, **_parameters(askable, owners, site)):
            seen.add(part)
        await _add_owners(ask, site, seen, len(titles))
        seen.refusing = await refusing.refusing(ask, seen.targets.pages.values(), bot=bot)
    return seen


def _parameters(
    titles: Sequence[str], owners: Sequence[str], site: SiteFacts
) -> dict[str, str | bool]:
    asked: dict[str, str | bool] = {
        "titles": several(titles),
        "redirects": True,
        "prop": "info|categories|templates",
        "clcategories": several(f"Category:{name}" for name in site.optout_categories),
        "cllimit": "max",
        "tltemplates": several(refusing.TEMPLATES),
        "tllimit": "max",
    }
    if owners:
        asked |= {"list": "users", "ususers": several(owners), "usprop": people.USPROP}
    return asked


async def _add_owners(ask: Ask, site: SiteFacts, seen: _Seen, batch: int) -> None:
    """Ask for those to whom only a redirect led."""
    owners = (_owner(page) for page in seen.targets.pages.values())
    missing = [name for name in people.accounts(owners) if name not in seen.owners]
    seen.owners |= await people.users(ask, site, missing, batch=batch)


def _foreseen(titles: Iterable[str], site: SiteFacts) -> Iterator[str | None]:
    for title in titles:
        normal = normalise(title, site)
        if isinstance(normal, Title) and normal.namespace == USER_TALK:
            yield root_user(normal)


def _owner(page: Mapping[str, Any]) -> str | None:
    """Return whose talk page it is, by the spelling that the wiki itself uses."""
    if page.get("ns") != USER_TALK:
        return None
    return root_user(Title(USER_TALK, page["title"].partition(":")[2]))


def _facts(asked: str, seen: _Seen) -> PageFacts:
    title, page = seen.targets.title(asked), seen.targets.page(asked)
    if title is None or not page or "invalid" in page:
        return _invalid(asked, _why(title, page, seen))
    owner = _owner(page)
    return PageFacts(
        asked,
        title,
        page["ns"],
        revid=page.get("lastrevid") or None,
        opted_out=bool(page.get("categories")) or title in seen.refusing,
        content_model=page.get("contentmodel", "wikitext"),
        owner=people.facts_of(owner, seen.owners) if owner else None,
        language=page.get("pagelanguage", ""),
    )


def _why(title: str | None, page: Mapping[str, Any], seen: _Seen) -> str:
    if page:
        return str(page.get("invalidreason", "not a title"))
    if title is None:
        return "redirects in a circle"
    return "a page of another wiki" if title in seen.foreign else "not a title"


def _invalid(asked: str, reason: str) -> PageFacts:
    return PageFacts(asked, asked, 0, revid=None, opted_out=False, invalid=reason)
