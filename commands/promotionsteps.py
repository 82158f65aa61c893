"""The steps of promotion plans as they are kept: made, kept in step with the event, and said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line, line
from commands.promotionpolicy import PlanBook
from commands.rules.promotion import STANDARD_NAMES, followed, laid_out
from commands.rules.schedule import current
from storage import promotion
from storage.promotionvalues import Step
from storage.values import Event, EventState


async def made(
    session: AsyncSession,
    event: Event,
    book: PlanBook,
    now: datetime,
    occurrence: datetime | None = None,
) -> tuple[Step, ...]:
    """Make the plan for an occurrence, or for what runs or comes next, and return it.

    A test has none, nor has what is over or not decided upon.
    """
    start = occurrence or current(event, now)
    if start is None or event.test or event.state is not EventState.SCHEDULED:
        return ()
    await promotion.add(session, laid_out(book.plan(event.kind), event, start, now))
    return await promotion.latest(session, event.number)


async def keep_in_step(session: AsyncSession, event: Event, now: datetime) -> None:
    """Let the plan of an event that was changed follow: to its new time, or to its end."""
    steps = await promotion.latest(session, event.number)
    for step in followed(steps, event, now):
        await promotion.save(session, step)


def what(step: Step, event: Event) -> Line:
    """Return as a phrase what is to be done: as the plan says it, or in the catalogue's words."""
    if step.text or step.name not in STANDARD_NAMES:
        return line("promotion.words", text=filled(step.text, event))
    return line(f"promotion.step.{step.name}", number=event.number, prefix="!")


def filled(text: str, event: Event) -> str:
    """Return the words of a plan with what they ask of the event."""
    known = {
        "{title}": event.title,
        "{number}": str(event.number),
        "{kind}": event.kind,
        "{link}": event.link or event.stream or "",
        "{speakers}": ", ".join(event.speakers),
        "{when}": event.starts_at.strftime("%Y-%m-%d %H:%M UTC"),
    }
    for place, value in known.items():
        text = text.replace(place, value)
    return text
