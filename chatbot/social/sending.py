"""The engine of one account: what is approved goes out at its time, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.social.network import (
    Away,
    LockedOut,
    Network,
    Outgoing,
    Picture,
    Refused,
    Throttled,
    Trouble,
)
from commands.composing import starting
from commands.messages import Line, line, reply
from commands.postplans import PostPlans
from commands.postpolicy import PostPolicy
from commands.rules.socialplan import Verdict, Wish, judge
from storage import events, posts
from storage.database import Database
from storage.postvalues import Post, PostState
from storage.values import Event

Card = Callable[[Event, datetime, str], "bytes | None"]
"""Draws the card of an event's occurrence in a language, as PNG; None where it cannot."""

_LEASE = timedelta(minutes=10)
"""Longer than all requests for one post may take together."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=30)
_LOCKED_OUT_PAUSE = timedelta(hours=1)
_UNTOLD_PAUSE = timedelta(minutes=15)
_WAITING = (PostState.APPROVED, PostState.SENDING)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A claimed post, its event, and what is to be done with it."""

    post: Post
    event: Event
    verdict: Verdict


class Sending:
    """One round for one account: everything that is due, one after another.

    `holder` names this process among those that share the database. `told` is called after
    notices were planned.
    """

    def __init__(
        self,
        *,
        account: str,
        network: Network,
        database: Database,
        plans: PostPlans,
        policy: PostPolicy,
        card: Card,
        holder: str,
        told: Callable[[], None],
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._account = policy.accounts[account]
        self._network = network
        self._database = database
        self._plans = plans
        self._policy = policy
        self._card = card
        self._holder = holder
        self._told = told
        self._clock = clock
        self._log = log.bind(account=account)
        self._opened = False

    async def look(self, now: datetime) -> datetime | None:
        """Send what is due. Return when the next is."""
        await self._open(now)
        while await self._next():
            self._told()
        async with self._database.reading() as session:
            return await posts.next_due(session, account=self._account.name, states=_WAITING)

    async def _open(self, now: datetime) -> None:
        if self._opened:
            return
        if self._database.is_sqlite:
            async with self._database.transaction() as session:
                await posts.release(session, now)
        self._opened = True

    async def _next(self) -> bool:
        """Take one post as far as it goes. Return False when none is due."""
        now = self._clock()
        async with self._database.transaction() as session:
            post = await posts.claim(
                session,
                account=self._account.name,
                holder=self._holder,
                now=now,
                lease=_LEASE,
            )
            if post is None:
                return False
            event = await events.get(session, post.event)
        if event is None:
            raise LookupError(f"post {post.number} is about no event")
        try:
            await self._take(self._judged(post, event))
        except Exception:  # noqa: BLE001 - its lease runs out, and it is looked for and tried again
            self._log.exception("social.post_fault", post=post.number)
        return True

    def _judged(self, post: Post, event: Event) -> _Taken:
        link = self._policy.address(event, post.occurrence)
        return _Taken(post, event, judge(post, event, self._account, link=link, now=self._clock()))

    async def _take(self, taken: _Taken) -> None:
        try:
            if taken.post.unsure:
                address = await self._network.find(self._outgoing(taken, None))
                if address is not None:
                    await self._posted(taken, address, "post.sent_before")
                    return
                taken = replace(taken, post=replace(taken.post, unsure=False))
            if taken.verdict is Verdict.SEND:
                await self._send(taken)
            else:
                await self._set_aside(taken)
        except Trouble as trouble:
            await self._troubled(taken, trouble)

    async def _send(self, taken: _Taken) -> None:
        post = taken.post
        if over := self._network.measure.excess(post.text):
            raise Refused(f"{over} characters too long")
        outgoing = self._outgoing(taken, await asyncio.to_thread(self._drawn, taken))
        async with self._database.transaction() as session:
            ours = await posts.begin(
                session, post.number, holder=self._holder, until=self._clock() + _LEASE
            )
        if ours:
            address = await self._network.post(outgoing)
            await self._posted(taken, address, "post.sent")

    def _outgoing(self, taken: _Taken, png: bytes | None) -> Outgoing:
        post, event = taken.post, taken.event
        return Outgoing(
            key=post.key,
            text=post.text,
            language=post.language,
            made_at=post.drafted_at,
            link=post.link,
            title=event.title,
            summary=self._policy.words(starting(event, post.occurrence), language=post.language),
            picture=None if png is None else Picture(png, post.alt),
        )

    def _drawn(self, taken: _Taken) -> bytes | None:
        post = taken.post
        try:
            return self._card(taken.event, post.occurrence, post.language)
        except Exception:  # noqa: BLE001 - a post without its picture is better than none
            self._log.exception("social.card_fault", post=post.number)
            return None

    async def _posted(self, taken: _Taken, address: str, key: str) -> None:
        post = taken.post
        said = line(
            key,
            number=post.number,
            title=taken.event.title,
            account=post.account,
            address=address,
        )
        # What stands on the network must be known here, even when we are being stopped.
        await asyncio.shield(
            self._settle(
                post, PostState.POSTED, said, address=address, posted_at=self._clock(), unsure=False
            )
        )

    async def _set_aside(self, taken: _Taken) -> None:
        """Do what a verdict says that is not to send."""
        post, event, now = taken.post, taken.event, self._clock()
        if taken.verdict is Verdict.WAIT:
            morning = self._account.hours.at_earliest(now)
            await self._settle(post, PostState.APPROVED, wake_at=morning)
        elif taken.verdict is Verdict.LATE:
            await self._give_up(taken, post.fault or "-")
        else:
            async with self._database.transaction() as session:
                mine = await posts.settle(
                    session, post.number, holder=self._holder, state=PostState.DRAFT
                )
                if mine and taken.verdict is Verdict.CHANGED:
                    wish = Wish(post.occurrence, post.offset, post.due_at)
                    await self._plans.changed(session, post, event, wish, now)
                elif mine:
                    await self._plans.drop(session, post, event, now)

    async def _troubled(self, taken: _Taken, trouble: Trouble) -> None:
        """Have a post tried again later, or not at all when its event has begun or it is refused.

        What went wrong while it was looked for says nothing about whether it stands.
        """
        post, now = taken.post, self._clock()
        self._log.warning("social.trouble", post=post.number, reason=trouble.reason)
        if isinstance(trouble, Refused) and not post.unsure:
            await self._refused(taken, trouble)
        elif taken.verdict is Verdict.LATE:
            await self._give_up(taken, trouble.reason)
        else:
            await self._settle(
                post,
                PostState.APPROVED,
                fault=trouble.reason,
                unsure=post.unsure or (isinstance(trouble, Away) and trouble.unsure),
                wake_at=self._again(post, trouble, now),
            )
            if isinstance(trouble, LockedOut):
                await self._tell_locked_out(trouble, now)

    async def _refused(self, taken: _Taken, refused: Refused) -> None:
        post = taken.post
        said = line(
            "post.refused",
            number=post.number,
            account=post.account,
            title=taken.event.title,
            reason=refused.reason,
        )
        await self._settle(
            post,
            PostState.FAILED,
            said,
            fault=refused.reason,
            wake_at=post.occurrence,
            approved_by=None,
        )

    def _again(self, post: Post, trouble: Trouble, now: datetime) -> datetime:
        if isinstance(trouble, LockedOut):
            return now + _LOCKED_OUT_PAUSE
        if isinstance(trouble, Throttled):
            return max(trouble.until or now + _UNTOLD_PAUSE, now + timedelta(seconds=1))
        pauses = min(max(post.attempts - 1, 0), 10)
        return now + min(_FIRST_PAUSE * (1 << pauses), _LONGEST_PAUSE)

    async def _give_up(self, taken: _Taken, reason: str) -> None:
        """Settle a post whose event has begun; say so where it may stand all the same."""
        post, event = taken.post, taken.event
        if post.unsure:
            said = line(
                "post.unknown_end",
                number=post.number,
                title=event.title,
                account=post.account,
                reason=reason,
            )
        else:
            said = line(
                "post.not_sent",
                number=post.number,
                account=post.account,
                event=event.number,
                title=event.title,
                reason=reason,
            )
        await self._settle(post, PostState.LAPSED, said)

    async def _tell_locked_out(self, trouble: LockedOut, now: datetime) -> None:
        said = line("post.locked_out", account=self._account.name, reason=trouble.reason)
        once = f"social locked out {self._account.name} {now.date().isoformat()}"
        async with self._database.transaction() as session:
            await self._plans.tell(session, reply(said), now=now, once=once)

    async def _settle(
        self, post: Post, state: PostState, said: Line | None = None, **values: object
    ) -> None:
        """Keep what became of a post and tell it, unless another process has it by now."""
        async with self._database.transaction() as session:
            mine = await posts.settle(
                session,
                post.number,
                holder=self._holder,
                state=state,
                **{"unsure": post.unsure, **values},
            )
            if mine and said is not None:
                await self._plans.tell(session, reply(said), now=self._clock())
