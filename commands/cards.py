"""What a message that shows an event, a run or a preview must show now, kept up to date.

A transport asks once it has posted a card, and whenever the card's `wake_at` has come; it edits
the message only when the answer is another than the one before. So what a card was posted with
(a proposal's warnings, say) stays until the matter changes. Where the buttons differ from those
posted, the matter changed in between, and the message is to be edited at once.

To read the cards that are due, to compose and to note what is shown belong into one transaction,
with the edit after it: whatever changes meanwhile waits for the card's row and is not lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.eventcard import EventCard, lasting, next_change
from commands.eventdesk import as_card as event_as_card
from commands.hosts import sees_to
from commands.messages import Reply
from commands.places import his_state, is_full
from commands.previewcard import PreviewCard
from commands.proposalcard import as_card as proposal_as_card
from commands.readers import Onlooker
from commands.rules.lifecycle import OVER, UNDER_WAY
from commands.runcard import RunCard
from commands.rundesk import as_card as run_as_card
from storage import events, occurrences, people, proposals, runs
from storage.runvalues import Run, RunState
from storage.values import Card, CardKind, Event, EventState

_LIVE = timedelta(seconds=5)
_WAITING = timedelta(minutes=1)
_IDLE = timedelta(days=1)
"""Whatever changes a run that nothing is due of has its cards looked at by itself."""

Shown = tuple[Reply, datetime | None]
"""What a card shows, and when to look at it again by itself; None once it is final."""


class Cards:
    """Composes cards. `prefix` is what commands begin with where cards are shown."""

    def __init__(
        self, *, event_card: EventCard, run_card: RunCard, preview_card: PreviewCard, prefix: str
    ) -> None:
        self._event_card = event_card
        self._run_card = run_card
        self._preview_card = preview_card
        self._prefix = prefix

    async def compose(self, session: AsyncSession, card: Card, now: datetime) -> Shown | None:
        """Return what a card must show now, None when there is nothing (any more) to show.

        A reply to a PREVIEW is that of the short message below it, which alone is the card.
        """
        if card.kind is CardKind.EVENT:
            return await self._event(session, card, now)
        run = await runs.get(session, card.number)
        if run is None:
            return None
        if card.kind is CardKind.PREVIEW:
            person = card.person or 0
            said = await self._preview_card.under(session, run, digest=card.digest, person=person)
            return said, now + _WAITING if said.buttons else None
        lines = await self._run_card.lines(session, run, Onlooker(now, self._prefix))
        return run_as_card(run, *lines), _look_again(run, now)

    async def _event(self, session: AsyncSession, card: Card, now: datetime) -> Shown | None:
        event = await events.get(session, card.number)
        if event is None:
            return None
        to = Onlooker(now, self._prefix)
        if event.state is EventState.PROPOSED:
            return await self._proposal(session, event, to)
        known = await occurrences.of(session, event.number)
        reader = None if card.person is None else await people.get(session, card.person)
        lines = await self._event_card.lines(
            session,
            event,
            to,
            known=known,
            standing=lasting(to, event, known),
            exact=reader is not None and await sees_to(session, reader, event),
        )
        his = None if reader is None else await his_state(session, event, reader.key)
        full = await is_full(session, event)
        shown = event_as_card(event, now, *lines, full=full, his=his, person=card.person)
        return shown, next_change(event, now, known)

    async def _proposal(self, session: AsyncSession, event: Event, to: Onlooker) -> Shown | None:
        proposal = await proposals.get(session, event.number)
        if proposal is None:
            return None
        standing = lasting(to, event)
        shown = await proposal_as_card(session, event, proposal, to, standing=standing)
        return shown, proposal.wake_at


def _look_again(run: Run, now: datetime) -> datetime | None:
    if run.state in OVER:
        return None
    if run.state in UNDER_WAY:
        return now + _LIVE
    return now + (_WAITING if run.state is RunState.PROPOSED else _IDLE)
