"""All that is on record of a run that is being prepared, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.standing import recipients
from storage import events, people, runs, texts
from storage.values import Errand, Event, Recipient, Run, Text


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run, its other texts, whom it goes to, what it invites to, and who asks."""

    run: Run
    texts: tuple[Text, ...]
    recipients: Sequence[Recipient]
    event: Event | None
    sender: str


async def prepared(session: AsyncSession, errand: Errand) -> Prepared:
    """Return what is on record of an errand's run. Raises LookupError when there is none."""
    run = await runs.get(session, errand.run)
    if run is None:
        raise LookupError(f"no run {errand.run}")
    return Prepared(
        run,
        await texts.of_run(session, run.number),
        await recipients(session, run.number),
        None if run.event is None else await events.get(session, run.event),
        (await people.get(session, errand.person)).name,
    )
