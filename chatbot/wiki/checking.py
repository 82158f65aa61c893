"""What an operator wants to know of a wiki before anything is sent there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from commands.messages import Line, line
from commands.wikis import AccountFacts, SiteFacts, Wiki, WikiTrouble


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether messages could be delivered there, and sentences that say what works."""

    works: bool
    lines: tuple[Line, ...]


async def check(wiki: Wiki, *, preload: str) -> Checked:
    """Connect to a wiki, log in, and tell what the account may do. Saves nothing.

    `preload` is the page whose text whoever wants no more messages is offered, empty for none.
    """
    try:
        account, site = await wiki.account(), await wiki.site()
        prepared = await wiki.revisions([preload] if preload else [])
    except WikiTrouble as trouble:
        return Checked(False, (_trouble(wiki.name, trouble),))
    lines = [*_hindrances(wiki.name, account)]
    works = not lines
    if wiki.dry:
        return Checked(works, (*lines, line("check.wiki.dry", wiki=wiki.name)))
    lines += _standing(wiki.name, account, site)
    if preload:
        key = "preload" if prepared else "no_preload"
        lines.append(line(f"check.wiki.{key}", wiki=wiki.name, page=preload))
    return Checked(works, tuple(lines))


def _trouble(wiki: str, trouble: WikiTrouble) -> Line:
    key = "refused" if trouble.code else "unreachable"
    return line(f"check.wiki.{key}", wiki=wiki, reason=trouble.reason, code=trouble.code)


def _hindrances(wiki: str, account: AccountFacts) -> Iterator[Line]:
    if account.blocked is not None:
        yield line("check.wiki.blocked", wiki=wiki, account=account.name, reason=account.blocked)
    if "edit" not in account.rights:
        yield line("check.wiki.no_edit", wiki=wiki, account=account.name)


def _standing(wiki: str, account: AccountFacts, site: SiteFacts) -> Iterator[Line]:
    yield line("check.wiki.account", wiki=wiki, account=account.name, host=site.server_names[0])
    if "bot" not in account.rights:
        yield line("check.wiki.no_bot", wiki=wiki, account=account.name)
    if account.edits_per_minute is not None:
        yield line("check.wiki.pace", wiki=wiki, pace=round(account.edits_per_minute, 1))
    yield line("check.wiki.optout", wiki=wiki, categories=site.optout_categories)
