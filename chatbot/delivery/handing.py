"""Hands messages to a wiki's MassMessage extension, and looks what it delivered.

Once handed over nothing can be halted, and the extension tells of no success: what it delivered
is read from its account's contributions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.delivery.course import Course
from chatbot.delivery.holding import Holding
from chatbot.delivery.letters import Letters
from chatbot.delivery.listing import Listing
from chatbot.delivery.pace import Pace
from chatbot.delivery.saving import Saving
from commands.policy import RunPolicy
from commands.rules.delivery import (
    RETRIABLE,
    Again,
    Halt,
    Next,
    Pause,
    Settled,
    Wait,
    after,
    duplicate,
)
from commands.rules.handing import given_up, handed_body, refused, seen
from commands.rules.letter import Letter
from commands.wikis import PageFacts, Wiki, WikiTrouble
from commands.writes import MassMessage, Outcome, SaveResult
from storage import claims, handovers
from storage.runvalues import Delivery, DeliveryState, Run

_MARGIN = timedelta(hours=1)
"""How far before the handing over deliveries are read: clocks differ."""
_MOST = 50
"""How many are handed over at once: so few that nobody's page was looked at long before."""


class Handing:
    """One lane's messages that are handed over. All methods raise WikiTrouble and LaneLost.

    What was not seen `limit` after it was handed over is given up.
    """

    def __init__(
        self,
        *,
        wiki: Wiki,
        holding: Holding,
        letters: Letters,
        listing: Listing,
        saving: Saving,
        pace: Pace,
        course: Course,
        policy: RunPolicy,
        limit: timedelta,
        log: FilteringBoundLogger,
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._letters = letters
        self._listing = listing
        self._saving = saving
        self._pace = pace
        self._course = course
        self._policy = policy
        self._limit = limit
        self._log = log

    async def look(self, runs: Iterable[Run], *, own: str) -> bool:
        """Record what was delivered, and what is given up. Return whether there was any.

        `own` is the bot's account on the wiki.
        """
        found = [await self._look(run, own) for run in runs]
        return any(found)

    async def hand_over(self, runs: Iterable[Run], *, own: str) -> bool:
        """Hand the next text over to some who get it. Return whether there was any.

        `own` is the bot's account on the wiki. Between two texts whoever calls this can look
        whether the wiki stops the bot, and keeps its pace.
        """
        for run in runs:
            if waiting := await self._waiting(run):
                await self._hand_over(run, waiting, own)
                return True
        return False

    async def _look(self, run: Run, own: str) -> bool:
        await self._listing.recall(run, own=own)
        async with self._holding.transaction() as session:
            handed = await handovers.handed_over(session, run.number, self._wiki.name)
        if not handed:
            return False
        now = self._holding.now()
        since = min(each.claimed_at or now for each in handed) - _MARGIN
        targets = {each.saved_title or each.recipient.title for each in handed}
        edits = [
            edit for edit in await self._wiki.handed_over_edits(since) if edit.title in targets
        ]
        texts = await self._wiki.as_saved([edit.revid for edit in edits])
        standing = seen(handed, edits, texts, run)
        numbers = {each.recipient.number for each in standing}
        missing = [each for each in handed if each.recipient.number not in numbers]
        ended = [*standing, *given_up(missing, now=now, limit=self._limit)]
        await self._settle(ended)
        return bool(ended)

    async def _waiting(self, run: Run) -> Sequence[Delivery]:
        async with self._holding.transaction() as session:
            return await handovers.waiting(
                session,
                run.number,
                self._wiki.name,
                canary=self._policy.canary,
                now=self._holding.now(),
                limit=_MOST,
            )

    async def _hand_over(self, run: Run, waiting: Sequence[Delivery], own: str) -> None:
        letters = [await self._letters.of(each, run) for each in waiting]
        letter = letters[0]
        same = [each for each, its in zip(waiting, letters, strict=True) if its == letter]
        pages = await self._wiki.pages([each.recipient.title for each in same])
        fit: dict[str, Delivery] = {}
        for each in same:
            page = pages[each.recipient.title]
            hindrance = await self._hindrance(each, run, page, fit, own)
            if hindrance is None:
                fit[page.title] = replace(each, saved_title=page.title)
            else:
                await self._end(run, hindrance.delivery)
        # Whoever halts the run, or stops the wiki, until now, keeps them all back.
        if claimed := await self._claim(run, tuple(fit.values())):
            await self._hand(run, letter, claimed, own)

    async def _hindrance(
        self,
        delivery: Delivery,
        run: Run,
        page: PageFacts,
        fit: Mapping[str, Delivery],
        own: str,
    ) -> Settled | Wait | None:
        """Return what keeps somebody out of a batch; a page is in it once."""
        # Others of his wikis may be slow to answer.
        await self._holding.keep()
        found = await self._saving.hindrance(delivery, run, page, own=own)
        if found is None and page.title in fit:
            return duplicate(delivery, of=fit[page.title].recipient.number)
        return found

    async def _end(self, run: Run, ended: Delivery) -> None:
        for claimed in await self._claim(run, [ended]):
            await self._settle([replace(ended, claimed_at=claimed.claimed_at)])

    async def _hand(self, run: Run, letter: Letter, claimed: Sequence[Delivery], own: str) -> None:
        """Hand one text over for all who get it."""
        await self._settle(claimed)
        listed = await self._listing.save(run, claimed, own=own)
        if listed is None:
            return
        self._pace.count()
        message = MassMessage(listed.title, letter.heading, handed_body(run, letter))
        result = await self._wiki.mass_message(message)
        self._log.info(
            "handing.ended",
            run=run.number,
            outcome=str(result.outcome),
            count=result.count,
            asked=len(claimed),
        )
        if result.outcome in RETRIABLE:
            # The list would be taken for a sign that it was handed over.
            await self._listing.empty(run, listed)
        await self._follow(run, claimed, result)

    async def _claim(self, run: Run, batch: Sequence[Delivery]) -> list[Delivery]:
        """Claim those who may still get it, and return them."""
        now = self._holding.now()
        numbers = [each.recipient.number for each in batch]
        async with self._holding.transaction() as session:
            claimed = await handovers.claim(
                session, run.number, numbers, canary=self._policy.canary, now=now
            )
        return [
            replace(each, state=DeliveryState.CLAIMED, claimed_at=now)
            for each in batch
            if each.recipient.number in claimed
        ]

    async def _follow(self, run: Run, claimed: Sequence[Delivery], result: SaveResult) -> None:
        """Leave claimed what was handed over, or may have been; end or put back the rest."""
        if result.outcome is Outcome.SAVED:
            return
        following = [after(each, result, repeated=True) for each in claimed]
        await self._settle([_ended(each, result.outcome) for each in following])
        match following[0]:
            case Halt(_, reason, detail):
                async with self._holding.transaction() as session:
                    await self._course.halt(
                        session, run.number, reason, wiki=self._wiki.name, detail=detail
                    )
            case Pause(_, reason):
                raise WikiTrouble(self._wiki.name, reason)

    async def _settle(self, ended: Sequence[Delivery]) -> None:
        if not ended:
            return
        async with self._holding.transaction() as session:
            for each in ended:
                await claims.settle(session, each)


def _ended(following: Next, outcome: Outcome) -> Delivery:
    """Return what becomes of a delivery; one that is put back remembers that it was refused."""
    match following:
        case Again():
            raise ValueError("an attempt that is not over")
        case Halt(delivery) | Pause(delivery):
            return refused(delivery, outcome)
        case _:
            return following.delivery
