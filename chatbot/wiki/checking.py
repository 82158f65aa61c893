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


async def check(wiki: Wiki) -> Checked:
    """Connect to a wiki, log in, and tell what the account may do. Saves nothing."""
    try:
        account, site = await wiki.account(), await wiki.site()
    except WikiTrouble as trouble:
        return Checked(False, (_trouble(wiki.name, trouble),))
    hindrances = tuple(_hindrances(wiki.name, account))
    return Checked(not hindrances, (*hindrances, *_standing(wiki, account, site)))


def _trouble(wiki: str, trouble: WikiTrouble) -> Line:
    key = "refused" if trouble.code else "unreachable"
    return line(f"check.wiki.{key}", wiki=wiki, reason=trouble.reason, code=trouble.code)


def _hindrances(wiki: str, account: AccountFacts) -> Iterator[Line]:
    if account.blocked is not None:
        yield line("check.wiki.blocked", wiki=wiki, account=account.name, reason=account.blocked)
    if "edit" not in account.rights:
        yield line("check.wiki.no_edit", wiki=wiki, account=account.name)


def _standing(wiki: Wiki, account: AccountFacts, site: SiteFacts) -> Iterator[Line]:
    if wiki.dry:
        yield line("check.wiki.dry", wiki=wiki.name)
        return
    yield line(
        "check.wiki.account", wiki=wiki.name, account=account.name, host=site.server_names[0]
    )
    if "bot" not in account.rights:
        yield line("check.wiki.no_bot", wiki=wiki.name, account=account.name)
    if account.edits_per_minute is not None:
        yield line("check.wiki.pace", wiki=wiki.name, pace=round(account.edits_per_minute, 1))
    yield line("check.wiki.optout", wiki=wiki.name, categories=site.optout_categories)
