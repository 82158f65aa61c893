"""What became of a run since somebody was shown it: said to whoever means it as it was."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line, line
from commands.rules.digest import digest_code
from commands.rundesk import not_now, state_line
from storage import ledger, people
from storage.runvalues import Run, RunState
from storage.values import LedgerEntry

_DECISIONS = frozenset(
    f"run.{done}"
    for done in (
        "proposed",
        "voided",
        "withdrawn",
        "objected",
        "expired",
        "started",
        "halted",
        "resumed",
        "done",
        "cancelled",
    )
)


async def since_then(session: AsyncSession, run: Run) -> Line:
    """Return how a run stands that is not what it was any more, since when, and by whom."""
    entry = await ledger.last_of(session, f"run:{run.number}", _DECISIONS)
    if entry is None:
        return not_now(run)
    key = "run.proposed_since" if run.state is RunState.PROPOSED else "run.changed_since"
    return line(
        key,
        run=run.number,
        name=run.name,
        state=state_line(run),
        digest=digest_code(run.digest or ""),
        who=await _actor(session, entry),
        at=entry.at,
    )


async def _actor(session: AsyncSession, entry: LedgerEntry) -> Line | str:
    if entry.actor is None:
        return line("audit.operator")
    return (await people.get(session, entry.actor)).name
