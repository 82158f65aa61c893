"""Hands messages to a wiki's MassMessage extension, and looks what it delivered.

Once handed over nothing can be halted, and the extension tells of no success: what it delivered
is read from its account's contributions. The list of targets is a page of the bot's own, saved
before: where it stands already and nobody knows why, the message was handed over before (by a
process that was killed then, or before the database was restored), and is only looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.delivery.course import Course
from chatbot.delivery.holding import Holding
from chatbot.delivery.letters import Letters
from chatbot.delivery.pace import Pace
from chatbot.delivery.saving import Saving
from commands.policy import RunPolicy
from commands.rules.delivery import RETRIABLE, Again, Halt, Next, Pause, after
from commands.rules.handing import given_up, handed_body, list_text, list_title, seen
from commands.rules.letter import Letter
from commands.wikis import PageFacts, Wiki, WikiTrouble
from commands.writes import MassMessage, Outcome, PageEdit, SaveResult
from storage import claims, handovers
from storage.runvalues import Delivery, DeliveryState, Run

_MARGIN = timedelta(hours=1)
"""How far before the handing over deliveries are read: clocks differ."""


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

    async def work(self, runs: Iterable[Run], *, own: str) -> bool:
        """Record what was delivered and hand over what waits. Return whether there was any.

        `own` is the bot's account on the wiki.
        """
        any_done = False
        for run in runs:
            any_done |= await self._look(run)
            any_done |= await self._hand_over(run, own)
        return any_done

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

    async def _hand_over(self, run: Run, own: str) -> bool:
        async with self._holding.transaction() as session:
            waiting = await handovers.waiting(
                session,
                run.number,
                self._wiki.name,
                canary=self._policy.canary,
                now=self._holding.now(),
            )
        if not waiting:
            return False
        pages = await self._wiki.pages([each.recipient.title for each in waiting])
        batches: dict[Letter, list[Delivery]] = {}
        for each in waiting:
            page = pages[each.recipient.title]
            if fit := await self._fit(each, run, page, own):
                batches.setdefault(await self._letters.of(each, run), []).append(fit)
        for letter, batch in batches.items():
            await self._hand(run, letter, batch, own)
        return True

    async def _fit(
        self, delivery: Delivery, run: Run, page: PageFacts, own: str
    ) -> Delivery | None:
        """Return a delivery with its target, or end it where there is a hindrance."""
        hindrance = await self._saving.hindrance(delivery, run, page, own=own)
        if hindrance is None:
            return replace(delivery, saved_title=page.title)
        [claimed] = await self._claim(run, [delivery])
        await self._settle([replace(hindrance.delivery, claimed_at=claimed.claimed_at)])
        return None

    async def _hand(self, run: Run, letter: Letter, batch: Sequence[Delivery], own: str) -> None:
        """Hand one text over for all who get it."""
        title = list_title(run, batch[0].recipient.number, own=own)
        listed = await self._list(run, title, batch)
        claimed = await self._claim(run, batch)
        await self._settle(claimed)
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
            asked=len(batch),
        )
        if result.outcome in RETRIABLE:
            # The page would be taken for a sign that it was handed over.
            await self._wiki.save_page(replace(listed, text=list_text(run, ())))
        await self._follow(run, claimed, result)

    async def _list(self, run: Run, title: str, batch: Sequence[Delivery]) -> PageEdit | None:
        """Save the list of targets and return the edit, based on what it saved.

        Return None where the list stands already and may have been handed over.
        """
        targets = [each.saved_title or each.recipient.title for each in batch]
        edit = PageEdit(title, list_text(run, targets), f"Run {run.number}", None)
        result = await self._wiki.save_page(edit)
        if result.outcome is Outcome.CONFLICT:
            found = await self._wiki.read(title)
            if found.text.strip() != list_text(run, ()).strip() and not batch[0].detail:
                return None
            # We know why it stands: the wiki refused the message then.
            result = await self._wiki.save_page(replace(edit, base=found.revid))
        if result.outcome is not Outcome.SAVED:
            raise WikiTrouble(self._wiki.name, f"{result.outcome}: {result.detail}")
        return replace(edit, base=result.revid)

    async def _claim(self, run: Run, batch: Sequence[Delivery]) -> list[Delivery]:
        now = self._holding.now()
        numbers = [each.recipient.number for each in batch]
        async with self._holding.transaction() as session:
            await handovers.claim(session, run.number, numbers, now=now)
        return [replace(each, state=DeliveryState.CLAIMED, claimed_at=now) for each in batch]

    async def _follow(self, run: Run, claimed: Sequence[Delivery], result: SaveResult) -> None:
        """Leave claimed what was handed over, or may have been; end or put back the rest."""
        if result.outcome is Outcome.SAVED:
            return
        following = [after(each, result, repeated=True) for each in claimed]
        await self._settle([_end(each, refused=str(result.outcome)) for each in following])
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


def _end(following: Next, *, refused: str) -> Delivery:
    """Return what becomes of a delivery; one that is put back remembers that it was refused."""
    match following:
        case Again():
            raise ValueError("an attempt that is not over")
        case Halt(delivery) | Pause(delivery):
            return replace(delivery, detail=refused)
        case _:
            return following.delivery
