"""On which of his wikis somebody is written to, and why there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.messages import Line, line
from commands.rules.humans import AccountId, Human, Seen
from commands.rules.recipe import HomeRule
from commands.wikis import SiteFacts

BUSIEST = 3
"""Among so many wikis with the most edits, the one with the latest activity is home."""


@dataclass(frozen=True, slots=True)
class Home:
    """A wiki where somebody can be written to, and what speaks for it.

    `rule` is the recipe's rule that names it, None where none did and his edits decided.
    `last_edit` is his last edit there, where it is known; `language` is the wiki's.
    """

    wiki: str
    user: str
    rule: HomeRule | None
    edits: int
    language: str
    last_edit: datetime | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a human is and was: `seen` are the accounts under which sources saw him, in order."""

    human: Human
    seen: Sequence[AccountId]
    last_edits: Mapping[str, datetime]


def busiest(human: Human, wikis: Mapping[str, SiteFacts]) -> tuple[Seen, ...]:
    """Return a human's accounts on those of `wikis` where he edited most."""
    there = [each for each in human.accounts if each.can_tell and each.wiki in wikis]
    most = list(dict.fromkeys(each.wiki for each in there))[:BUSIEST]
    return tuple(each for each in there if each.wiki in most)


def homes(
    where: Whereabouts,
    *,
    rules: Sequence[HomeRule],
    languages: Sequence[str],
    sites: Mapping[str, SiteFacts],
) -> tuple[Home, ...]:
    """Return where a human can be written to, best first: as each rule says, in their order.

    Only configured wikis (`sites`) come into question. Where no rule names one, all of them are
    homes, those with the most edits first; empty where he is on none.
    """
    accounts = _on(where, sites)
    found: dict[str, HomeRule | None] = {}
    for rule in rules:
        for wiki in _RULES[rule](where, languages, sites):
            if wiki in accounts:
                found.setdefault(wiki, rule)
    found = found or dict.fromkeys(accounts)
    return tuple(
        _home(accounts[wiki], rule, where.last_edits.get(wiki), sites[wiki].language)
        for wiki, rule in found.items()
    )


def reason(home: Home) -> Line:
    """Return why a human is written to there."""
    match home.rule:
        case HomeRule.ACTIVE if home.last_edit:
            return line("home.active", wiki=home.wiki, count=home.edits, last=home.last_edit)
        case HomeRule.HOME:
            return line("home.home", wiki=home.wiki)
        case HomeRule.LANGUAGE:
            return line("home.language", wiki=home.wiki, language=home.language)
        case HomeRule.LISTED:
            return line("home.listed", wiki=home.wiki)
        case _:
            return line("home.edits", wiki=home.wiki, count=home.edits)


def _on(where: Whereabouts, sites: Mapping[str, SiteFacts]) -> dict[str, Seen]:
    """Return a human's accounts on configured wikis, those with most edits first.

    Of several on one wiki, it is the one that was seen.
    """
    found: dict[str, Seen] = {}
    for each in where.human.accounts:
        if each.wiki in sites:
            found.setdefault(each.wiki, each)
    for each in reversed(where.human.accounts):
        if (each.wiki, each.name) in where.seen and each.wiki in found:
            found[each.wiki] = each
    return found


def _home(account: Seen, rule: HomeRule | None, last: datetime | None, language: str) -> Home:
    return Home(account.wiki, account.name, rule, account.edits, language, last)


Rule = Callable[[Whereabouts, Sequence[str], Mapping[str, SiteFacts]], Sequence[str]]


def _active(
    where: Whereabouts, _languages: Sequence[str], sites: Mapping[str, SiteFacts]
) -> Sequence[str]:
    wikis = list(dict.fromkeys(each.wiki for each in busiest(where.human, sites)))
    known = [wiki for wiki in wikis if wiki in where.last_edits]
    unknown = [wiki for wiki in wikis if wiki not in where.last_edits]
    return sorted(known, key=lambda wiki: where.last_edits[wiki], reverse=True) + unknown


def _central(
    where: Whereabouts, _languages: Sequence[str], _sites: Mapping[str, SiteFacts]
) -> Sequence[str]:
    return [each.home for each in where.human.centrals if each.home is not None]


def _spoken(
    where: Whereabouts, languages: Sequence[str], sites: Mapping[str, SiteFacts]
) -> Sequence[str]:
    """Return the wikis in preferred languages, but for those where he only has an account."""
    there = [wiki for wiki, each in _on(where, sites).items() if each.can_tell]
    return [wiki for language in languages for wiki in there if sites[wiki].language == language]


def _listed(
    where: Whereabouts, _languages: Sequence[str], _sites: Mapping[str, SiteFacts]
) -> Sequence[str]:
    return [wiki for wiki, _ in where.seen]


_RULES: Mapping[HomeRule, Rule] = {
    HomeRule.ACTIVE: _active,
    HomeRule.HOME: _central,
    HomeRule.LANGUAGE: _spoken,
    HomeRule.LISTED: _listed,
}
