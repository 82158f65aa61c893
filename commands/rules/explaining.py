"""Why somebody is written to, or not, in words: the answer to `run who`."""

from __future__ import annotations

from commands.messages import Line, line
from commands.rules.considered import Considered
from commands.rules.homes import reason
from commands.rules.humans import Seen
from commands.rules.score import Score

_MOST_ACCOUNTS = 10


def explained(one: Considered) -> tuple[Line, ...]:
    """Return which accounts of a human were seen, how he ended and why, and his score."""
    told = [_accounts(one), _end(one)]
    if one.home:
        told.append(reason(one.home))
    if one.score:
        told.append(_score(one.score))
    return tuple(told)


def _accounts(one: Considered) -> Line:
    """Name those with the most edits; of a human under one name, only their wikis."""
    several = len({each.name for each in one.accounts}) > 1
    shown = tuple(_account(each, named=several) for each in one.accounts[:_MOST_ACCOUNTS])
    more = len(one.accounts) - len(shown)
    if more:
        return line("who.accounts_more", name=one.name, accounts=shown, count=more)
    return line("who.accounts", name=one.name, accounts=shown)


def _account(seen: Seen, *, named: bool) -> Line:
    if named:
        return line("who.account_named", wiki=seen.wiki, name=seen.name, count=seen.edits)
    return line("who.account", wiki=seen.wiki, count=seen.edits)


def _end(one: Considered) -> Line:
    if one.number is not None:
        wiki = one.home.wiki if one.home else ""
        return line("who.recipient", name=one.name, number=one.number, wiki=wiki)
    why = line(f"funnel.{one.step}")
    if one.detail:
        return line("who.left_out_for", name=one.name, why=why, detail=one.detail)
    return line("who.left_out", name=one.name, why=why)


def _score(score: Score) -> Line:
    return line(
        "who.score",
        score=score.value,
        written=round(100 * score.written),
        experience=round(100 * score.experience),
        recency=round(100 * score.recency),
    )
