"""All that is on record of a run that is being prepared, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line
from commands.rules.reasons import reasons
from commands.rules.recipe import Source, SourceKind
from commands.rules.recipekept import recalled
from commands.standing import recipients
from storage import events, people, runs, texts
from storage.runvalues import Errand, Recipient, Run, Text
from storage.values import Event


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run, its other texts, whom it goes to, what it invites to, and who asks.

    `reasons` are those of ours that recipients may have, where the recipe has no other.
    """

    run: Run
    texts: tuple[Text, ...]
    recipients: Sequence[Recipient]
    event: Event | None
    sender: str
    reasons: tuple[Line, ...]


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
        await _reasons(session, run),
    )


async def _reasons(session: AsyncSession, run: Run) -> tuple[Line, ...]:
    recipe = recalled(run.recipe) if run.recipe else None
    if recipe is None or recipe.reason:
        return ()
    named = [(source, await _name(session, source)) for source in recipe.sources]
    return tuple(each for source, name in named for each in reasons(source, name=name))


async def _name(session: AsyncSession, source: Source) -> str:
    found: Run | Event | None = None
    if source.kind is SourceKind.RUN:
        found = await runs.get(session, source.number or 0)
    elif source.kind in {SourceKind.ATTENDEES, SourceKind.SUBSCRIBED}:
        found = await events.get(session, source.number or 0)
    if found is None:
        return source.name
    return found.name if isinstance(found, Run) else found.title
