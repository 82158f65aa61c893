"""One delivery: look at the page, decide, save; and what follows from how that ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.delivery.facts import Facts
from chatbot.delivery.holding import Holding
from chatbot.delivery.pace import Pace
from commands.policy import RunPolicy
from commands.rules.delivery import (
    Again,
    Look,
    Next,
    Pause,
    after,
    before,
    duplicate,
    leads_elsewhere,
    waiting,
)
from commands.rules.drafts import whole
from commands.rules.marks import summary
from commands.rules.titles import USER_TALK
from commands.wikis import PageFacts, SaveResult, Section, Wiki, WikiTrouble
from storage import claims
from storage.values import Delivery, Run


class Saving:
    """Delivers one message at most a call. `patience` is how old a claim may be at the save."""

    def __init__(
        self,
        *,
        wiki: Wiki,
        holding: Holding,
        facts: Facts,
        pace: Pace,
        policy: RunPolicy,
        patience: timedelta,
        log: FilteringBoundLogger,
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._facts = facts
        self._pace = pace
        self._policy = policy
        self._patience = patience
        self._log = log

    async def attempt(self, delivery: Delivery, run: Run, *, own: str) -> Next:
        """Deliver, and return what follows. `own` is the bot's account on the wiki.

        Raises nothing: a fault of ours leaves the end of the attempt unknown.
        """
        try:
            return await self._attempt(delivery, run, own)
        except WikiTrouble as trouble:
            # Asked again for ever, a page that cannot be read would hold up the whole lane.
            attempts = delivery.attempts + trouble.lasting
            back = replace(waiting(delivery), attempts=attempts, detail=trouble.reason)
            return Pause(back, trouble.reason)
        except Exception as fault:  # noqa: BLE001 - the lane must survive whatever it is
            self._log.exception("delivery.fault", number=delivery.recipient.number)
            attempts = delivery.attempts + 1
            return Look(replace(delivery, attempts=attempts, detail=type(fault).__name__))

    async def _attempt(self, delivery: Delivery, run: Run, own: str) -> Next:
        page = await self._facts.of(delivery)
        ended = before(delivery, page, own=own) or await self._duplicate(delivery, page)
        if ended:
            return ended
        if self._too_late(delivery):
            return Look(delivery)
        section = _section(run, delivery, page, self._policy)
        following = after(delivery, await self._save(section), repeated=False)
        if isinstance(following, Again):
            following = after(delivery, await self._save(section), repeated=True)
        return following

    async def _duplicate(self, delivery: Delivery, page: PageFacts) -> Next | None:
        if not leads_elsewhere(delivery, page):
            return None
        async with self._holding.transaction() as session:
            other = await claims.same_target(
                session,
                delivery,
                title=page.title,
                owner=page.owner.name if page.owner else None,
                anywhere=self._policy.unified,
            )
        return None if other is None else duplicate(delivery, of=other)

    def _too_late(self, delivery: Delivery) -> bool:
        """Return whether the process stood still, so that somebody else may have the lane."""
        claimed_at = delivery.claimed_at or self._holding.now()
        return abs(self._holding.now() - claimed_at) > self._patience

    async def _save(self, section: Section) -> SaveResult:
        self._pace.count()
        return await self._wiki.add_section(section)


def _section(run: Run, delivery: Delivery, page: PageFacts, policy: RunPolicy) -> Section:
    recipient = delivery.recipient
    return Section(
        title=page.title,
        subject=run.subject,
        body=whole(run.body, run.footer, reason=recipient.reason),
        summary=summary(run.number, policy.about, run.digest or "", recipient.number, run.subject),
        bot=page.namespace == USER_TALK,
        base=page,
    )
