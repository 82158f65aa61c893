"""Whether a run may be sent as it is proposed: allowed on its wikis, and through in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.rules.pace import Expected, expected_ends
from storage import approvals
from storage.runvalues import Recipient, Run

_MOST_SHOWN = 5


async def approved(
    session: AsyncSession, wikis: Collection[str], policy: RunPolicy, now: datetime
) -> Mapping[str, str]:
    """Return the links of all approvals that hold now, of these wikis that need one."""
    needed = policy.approval.intersection(wikis)
    return {
        each.wiki: each.link
        for each in await approvals.latest(session)
        if each.wiki in needed and each.until > now
    }


def lacking(wikis: Collection[str], links: Mapping[str, str], policy: RunPolicy) -> tuple[str, ...]:
    """Return which of these wikis need an approval that is not among the links."""
    return tuple(sorted(policy.approval.intersection(wikis).difference(links)))


def expected(
    run: Run, recipients: Collection[Recipient], policy: RunPolicy, now: datetime
) -> tuple[Expected, ...]:
    """Return when a run that started now would be through on each wiki, the last first."""
    counts = Counter(each.wiki for each in recipients)
    rest = policy.canary_pause if len(recipients) > policy.canary else timedelta()
    start = max(now, run.not_before or now)
    return expected_ends(counts, policy.paces, start=start, rest=rest, cap=policy.cap)


def too_late(run: Run, ends: Collection[Expected]) -> tuple[Line, ...]:
    """Return a sentence for each wiki that would not be through before the window's end."""
    if run.not_after is None:
        return ()
    late = [each for each in ends if each.end > run.not_after]
    return tuple(
        line(
            "propose.too_late",
            wiki=each.wiki,
            count=each.count,
            rate=_shown(each.edits_per_minute),
            end=each.end,
            not_after=run.not_after,
        )
        for each in late[:_MOST_SHOWN]
    )


def told(ends: Collection[Expected]) -> tuple[Line, ...]:
    """Return sentences that say by when a run should be through, the slowest wikis first."""
    shown = tuple(
        line(
            "propose.expected_wiki",
            wiki=each.wiki,
            count=each.count,
            rate=_shown(each.edits_per_minute),
            end=each.end,
        )
        for each in list(ends)[:_MOST_SHOWN]
    )
    if not shown:
        return ()
    if more := len(ends) - len(shown):
        return (line("propose.expected_more", wikis=shown, count=more),)
    return (line("propose.expected", wikis=shown),)


def _shown(edits_per_minute: float) -> float:
    return float(f"{edits_per_minute:.3g}")
