"""Hands messages to a wiki's MassMessage extension, and looks what it delivered.

Once handed over nothing can be halted, and the extension tells of no success: what it delivered
is read from its account's contributions. The list of targets is a page of the bot's own, saved
before: where it stands already and nobody knows why, the message was handed over before (by a
process that was killed then, or before the database was restored), and is only looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.delivery.course import Course
from chatbot.delivery.holding import Holding
from chatbot.delivery.letters import Letters
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
from commands.rules.delivery import waiting as put_back
from commands.rules.handing import (
    given_up,
    handed_body,
    list_text,
    list_title,
    refused,
    seen,
    was_refused,
)
from commands.rules.letter import Letter
from commands.wikis import PageFacts, Wiki, WikiTrouble
from commands.writes import MassMessage, Outcome, PageEdit, SaveResult
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
        self._saving = saving
        self._pace = pace
        self._course = course
        self._policy = policy
        self._limit = limit
        self._log = log

    async def look(self, runs: Iterable[Run]) -> bool:
        """Record what was delivered, and what is given up. Return whether there was any."""
        found = [await self._look(run) for run in runs]
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

    async def _look(self, run: Run) -> bool:
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
        title = list_title(run, claimed[0].recipient.number, own=own)
        listed = await self._listed(run, title, claimed)
        if listed is None:
            self._log.warning("handing.believed", run=run.number, page=title)
            return
        self._pace.count()
        message = MassMessage(title, letter.heading, handed_body(run, letter))
        result = await self._wiki.mass_message(message)
        self._log.info(
            "handing.ended",
            run=run.number,
            outcome=str(result.outcome),
            count=result.count,
            asked=len(claimed),
        )
        if result.outcome in RETRIABLE:
            # The page would be taken for a sign that it was handed over.
            await self._wiki.save_page(replace(listed, text=list_text(run, ())))
        await self._follow(run, claimed, result)

    async def _listed(self, run: Run, title: str, claimed: Sequence[Delivery]) -> PageEdit | None:
        """Save the list of targets and return the edit, based on what it saved.

        Return None where the list stands already and may have been handed over. Where it cannot
        be saved, all are put back.
        """
        targets = [each.saved_title or each.recipient.title for each in claimed]
        edit = PageEdit(title, list_text(run, targets), f"Run {run.number}", None)
        try:
            result = await self._list(run, edit, refused=was_refused(claimed[0]))
        except WikiTrouble:
            await self._settle([put_back(each) for each in claimed])
            raise
        if result is None:
            return None
        if result.outcome is not Outcome.SAVED:
            await self._settle([refused(each, result.outcome) for each in claimed])
            raise WikiTrouble(self._wiki.name, f"{result.outcome}: {result.detail}")
        return replace(edit, base=result.revid)

    async def _list(self, run: Run, edit: PageEdit, *, refused: bool) -> SaveResult | None:
        result = await self._wiki.save_page(edit)
        if result.outcome is not Outcome.CONFLICT:
            return result
        found = await self._wiki.read(edit.title)
        if found.text.strip() != list_text(run, ()).strip() and not refused:
            return None
        # We know why it stands: nothing was handed over then.
        return await self._wiki.save_page(replace(edit, base=found.revid))

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
