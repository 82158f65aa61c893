"""Tells those who were told a link that holds no more which one does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line, kept, reply
from commands.planning import Planning
from commands.rules import announcements
from commands.rules.schedule import current
from storage import notices, reminders
from storage.values import Destination, Event, NoticeKind, Place


async def tell_links(
    session: AsyncSession,
    planning: Planning,
    before: Event,
    after: Event,
    *,
    now: datetime,
    heard_in: Destination | None,
) -> tuple[Line, ...]:
    """Plan a line with the new links for all who were told the old ones.

    Return it where it is to be said in the answer, in `heard_in`. Those not told of the event yet,
    or of a series not of its next occurrence, hear the new links with whatever they are told next.
    """
    occurrence = current(after, now)
    if (before.link, before.stream) == (after.link, after.stream) or occurrence is None:
        return ()
    said = announcements.relinked(after, before, now)
    of_a_series = after.recurrence_rule is not None
    told = await reminders.told(session, after.number, occurrence if of_a_series else None)
    audience = await planning.audience(session, after)
    for destination in told:
        stayed_away = destination.place is Place.PERSON and destination not in audience
        if destination == heard_in or stayed_away:
            continue
        await notices.plan(
            session,
            kind=NoticeKind.LINK,
            due_at=now,
            destination=destination,
            event=after.number,
            occurrence=occurrence,
            reply=kept(reply(said)),
        )
    return (said,) if heard_in in told else ()
