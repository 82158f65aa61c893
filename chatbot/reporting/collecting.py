"""Collects from storage all that there is to report of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.reporting.report import Report, Word, Wording
from commands.messages import Line
from commands.outcomes import outcomes_from
from commands.policy import RunPolicy
from commands.rules.digest import canonical
from commands.rules.letter import direction_of, text_of
from commands.rules.progress import Tally
from commands.rules.recipekept import recalled
from commands.rules.recipewords import in_words
from storage import (
    approvals,
    confirmations,
    deliveries,
    events,
    funnels,
    people,
    reactions,
    runs,
    texts,
)
from storage.heard import ReactionKind
from storage.runvalues import Approval, Delivery, Run, Text


async def collected(
    session: AsyncSession, number: int, *, policy: RunPolicy, now: datetime
) -> Report:
    """Return the report of a run as it stands. Raises LookupError when there is none."""
    run = await runs.get(session, number)
    if run is None:
        raise LookupError(f"no run {number}")
    delivered = await deliveries.of_run(session, number)
    left_out = await funnels.left_out(session, number)
    heard = await reactions.of_run(session, number, tuple(ReactionKind))
    written = await texts.of_run(session, number)
    event = None if run.event is None else await events.get(session, run.event)
    return Report(
        run=run,
        made_at=now,
        tally=Tally.of(await deliveries.counts(session, number)),
        author=await _name(session, run.created_by),
        proposed=await _proposed(session, run),
        confirmed=await _confirmed(session, run),
        objections=await _objections(session, run),
        approvals=await _approvals(session, run),
        event=event.title if event else "",
        wordings=tuple(_wordings(run, written, delivered)),
        recipe=_recipe(run, policy),
        steps=await funnels.steps(session, number),
        left_out=left_out,
        deliveries=delivered,
        outcomes=await outcomes_from(
            session, run, delivered=delivered, left_out=left_out, heard=heard
        ),
        reactions=heard,
        corrects=await runs.get(session, run.of_run) if run.of_run else None,
        corrected_by=await runs.putting_right(session, number),
        covered=_covered(run, delivered, written, policy),
    )


async def _name(session: AsyncSession, person: int) -> str:
    return (await people.get(session, person)).name


async def _proposed(session: AsyncSession, run: Run) -> Word | None:
    if run.proposed_by is None or run.proposed_at is None:
        return None
    return Word(await _name(session, run.proposed_by), run.proposed_at)


async def _confirmed(session: AsyncSession, run: Run) -> tuple[Word, ...]:
    said = await confirmations.confirmations(session, run.number)
    return tuple(
        [
            Word(await _name(session, each.person), each.said_at, each.identity.network)
            for each in said
            if each.digest == run.digest
        ]
    )


async def _objections(session: AsyncSession, run: Run) -> tuple[Word, ...]:
    said = await confirmations.objections(session, run.number)
    return tuple(
        [Word(await _name(session, each.person), each.said_at, "", each.reason) for each in said]
    )


async def _approvals(session: AsyncSession, run: Run) -> tuple[Approval, ...]:
    """Return the approvals that the run was proposed with."""
    given = await approvals.latest(session)
    return tuple(each for each in given if run.approvals.get(each.wiki) == each.link)


def _wordings(
    run: Run, written: Sequence[Text], delivered: Iterable[Delivery]
) -> Iterable[Wording]:
    counts = Counter(each.recipient.language for each in delivered)
    if not run.subject and not run.draft:
        return
    for language in ("", *(each.language for each in written)):
        text = text_of(run, written, language)
        yield Wording(text, direction_of(run, text.language), counts[language])


def _recipe(run: Run, policy: RunPolicy) -> tuple[Line, ...]:
    return in_words(recalled(run.recipe), home=policy.home) if run.recipe else ()


def _covered(
    run: Run, delivered: Collection[Delivery], written: Iterable[Text], policy: RunPolicy
) -> bytes:
    if run.digest is None:
        return b""
    return canonical(run, [each.recipient for each in delivered], policy, texts=written)
