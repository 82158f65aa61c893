"""One delivery: look at the page, decide, save; and what follows from how that ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.delivery.elsewhere import Elsewhere
from chatbot.delivery.facts import Facts
from chatbot.delivery.holding import Holding
from chatbot.delivery.pace import Pace
from chatbot.delivery.sending import Send
from chatbot.delivery.ways import Ways
from commands.policy import RunPolicy
from commands.rules.delivery import (
    Again,
    Look,
    Next,
    Pause,
    Settled,
    Wait,
    after,
    before,
    duplicate,
    leads_elsewhere,
    opted_out,
    over,
    put_off,
    waiting,
)
from commands.rules.invitation import invites_to, no_longer
from commands.rules.resting import rest_of, resting
from commands.rules.subscriptions import listed_page
from commands.wikis import PageFacts, WikiTrouble
from commands.writes import SaveResult
from storage import claims, events, optouts, reach, subscriptions
from storage.heard import Addressee
from storage.runvalues import Delivery, Run, RunKind


class Saving:
    """Delivers one message at most a call. `patience` is how old a claim may be at the save."""

    def __init__(
        self,
        *,
        holding: Holding,
        facts: Facts,
        ways: Ways,
        elsewhere: Elsewhere,
        pace: Pace,
        policy: RunPolicy,
        patience: timedelta,
        log: FilteringBoundLogger,
    ) -> None:
        self._holding = holding
        self._facts = facts
        self._ways = ways
        self._elsewhere = elsewhere
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
        if hindrance := await self.hindrance(delivery, run, page, own=own):
            return hindrance
        send = await self._ways.prepare(delivery, run, page)
        if isinstance(send, Settled):
            return send
        # Last of all: looking at other wikis and at earlier revisions takes its time, too.
        if self._too_late(delivery):
            return Look(waiting(delivery))
        following = after(delivery, await self._send(send), repeated=False)
        if isinstance(following, Again):
            following = after(delivery, await self._send(send), repeated=True)
        return following

    async def hindrance(
        self, delivery: Delivery, run: Run, page: PageFacts, *, own: str
    ) -> Settled | Wait | None:
        """Return what follows where nothing may be written to a page now. Raises WikiTrouble."""
        return (
            before(delivery, page, own=own, kind=run.kind)
            or await self._duplicate(delivery, run, page)
            or await self._resting(delivery, run, page)
            or await self._unwanted(delivery, run, page)
            or await self._unsubscribed(delivery, run)
            or over(delivery, run, self._holding.now())
        )

    async def _duplicate(self, delivery: Delivery, run: Run, page: PageFacts) -> Settled | None:
        if run.kind is not RunKind.MESSAGE or not leads_elsewhere(delivery, page):
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

    async def _resting(
        self, delivery: Delivery, run: Run, page: PageFacts
    ) -> Settled | Wait | None:
        """Return what follows where another run has written to him meanwhile, or may be at it."""
        rest, names = rest_of(run), _names(delivery, page)
        if rest is None or not names:
            return None
        now = self._holding.now()
        async with self._holding.reading() as session:
            found = await reach.contact(
                session, delivery.recipient, names, besides=run.number, since=now - rest
            )
        return None if found is None else resting(delivery, by=found.run, sent=found.sent, now=now)

    async def _unwanted(
        self, delivery: Delivery, run: Run, page: PageFacts
    ) -> Settled | Wait | None:
        """Return what follows where he has opted out anywhere, or it cannot be known now.

        What is taken back is taken back from everybody.
        """
        recipient, names = delivery.recipient, _names(delivery, page)
        if not names or run.kind is RunKind.RETRACTION:
            return None
        asked = [Addressee(recipient.wiki, name, recipient.human) for name in names]
        async with self._holding.reading() as session:
            listed = await optouts.opted_out(session, asked)
        for entry in listed.values():
            return opted_out(delivery, where=f"#{entry.number}")
        try:
            where = await self._elsewhere.opted_out(recipient)
        except WikiTrouble as trouble:
            return put_off(delivery, now=self._holding.now(), reason=str(trouble))
        return None if where is None else opted_out(delivery, where=where)

    async def _unsubscribed(self, delivery: Delivery, run: Run) -> Settled | None:
        """Return what follows where a page that had subscribed does not want this any more."""
        page = listed_page(delivery.recipient.as_listed)
        number = invites_to(run)
        if page is None or number is None or run.kind is not RunKind.MESSAGE:
            return None
        async with self._holding.reading() as session:
            event = await events.get(session, number)
            subscription = await subscriptions.of(session, page)
        return no_longer(delivery, run, event, subscription, now=self._holding.now())

    def _too_late(self, delivery: Delivery) -> bool:
        """Return whether the process stood still, so that somebody else may have the lane."""
        claimed_at = delivery.claimed_at or self._holding.now()
        return abs(self._holding.now() - claimed_at) > self._patience

    async def _send(self, send: Send) -> SaveResult:
        self._pace.count()
        return await send()


def _names(delivery: Delivery, page: PageFacts) -> frozenset[str]:
    """Return what a recipient is called: he may have been renamed since."""
    names = (delivery.recipient.user, page.owner.name if page.owner else None)
    return frozenset(name for name in names if name)
