"""What is to be posted of an event: drafts that follow it, shown to the coordinators first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.composing import Composed, composed
from commands.messages import Line, Moment, Reply, kept, line, reply
from commands.postcard import heading, post_reply
from commands.postpolicy import PostPolicy
from commands.rules.schedule import occurrences
from commands.rules.socialplan import Account, Wish, facts, moved, still_wanted, wishes
from storage import events, notices, posts
from storage.postvalues import OPEN, Post, PostState
from storage.values import Event, NoticeKind

_WARNED_BEFORE = timedelta(days=3)
"""How long before a week begins it is said that it is short."""


class PostPlans:
    """Keeps the drafts of an event's posts, in the transaction that it is handed."""

    def __init__(self, *, policy: PostPolicy) -> None:
        self._policy = policy

    async def draft(self, session: AsyncSession, event: Event, now: datetime) -> int:
        """Make the drafts that an event wants, and have those that there are follow it.

        Return how many are new. To be called again does no harm.
        """
        fresh = await events.get(session, event.number, lock=True)
        if fresh is None:
            return 0
        standing = await posts.of_event(session, event.number)
        made = 0
        for account in self._policy.accounts.values():
            mine = [each for each in standing if each.account == account.name]
            made += await self._follow(session, fresh, account, mine, now)
        return made

    def concerns(self, event: Event, now: datetime) -> bool:
        """Return whether an event may want posts that are to be drafted by now."""
        accounts = self._policy.accounts.values()
        return any(wishes(event, each, now=now, ahead=self._policy.ahead) for each in accounts)

    def week_ends(self, now: datetime, *, told: Collection[str]) -> bool:
        """Return whether it is time to see how many posts the coming week has, of any account."""
        accounts = self._policy.accounts.values()
        return any(_ending(each, now) and _week(each, now)[0] not in told for each in accounts)

    async def look(self, session: AsyncSession, now: datetime) -> None:
        """Remind of drafts that were to go out by now, and settle those whose event begins."""
        for post in await posts.waking(session, now=now):
            event = await events.get(session, post.event)
            if event is None or now >= post.occurrence:
                await self._lapse(session, post, event, now)
                continue
            await posts.save(session, post, wake_at=post.occurrence)
            if post.state is PostState.DRAFT:
                said = line("post.waits", number=post.number, wait=post.occurrence - now)
                await self.show(session, post, event, said, now=now)

    async def short_weeks(
        self, session: AsyncSession, now: datetime, *, told: Collection[str]
    ) -> tuple[str, ...]:
        """Say which accounts have fewer posts in the coming week than are wished for.

        From three days before, by day; return those told by now, each a name for the week.
        """
        found = []
        for account in self._policy.accounts.values():
            week, begins, ends = _week(account, now)
            if week in told or not _ending(account, now):
                continue
            count = await posts.count(session, account.name, since=begins, before=ends)
            if count < account.target:
                fitting = await self._fitting(session, account, begins, ends)
                said = line(
                    "post.short_week",
                    account=account.name,
                    begins=Moment(begins, account.hours.zone),
                    count=count,
                    target=account.target,
                    events=fitting,
                )
                await self.tell(session, reply(said), once=week, now=now)
                found.append(week)
        return tuple(found)

    async def show(
        self, session: AsyncSession, post: Post, event: Event, *before: Line, now: datetime
    ) -> None:
        """Show a post to the coordinators, with what can be pressed for it."""
        await self.tell(session, post_reply(post, event, self._policy, *before), now=now)

    async def tell(
        self, session: AsyncSession, said: Reply, *, now: datetime, once: str | None = None
    ) -> None:
        """Tell the coordinators something, where `once` is given only once."""
        for destination in self._policy.coordinators:
            await notices.plan(
                session,
                kind=NoticeKind.ANSWER,
                due_at=now,
                destination=destination,
                once=once and f"{once} {destination}",
                reply=kept(said),
            )

    async def room(
        self, session: AsyncSession, account: Account, due: datetime, number: int
    ) -> bool:
        """Return whether an account's week has a place for a post that goes out then."""
        since, before = account.hours.week(due)
        count = await posts.count(session, account.name, since=since, before=before, besides=number)
        return count < account.most

    async def anew(self, session: AsyncSession, post: Post, event: Event, wish: Wish) -> Post:
        """Return a post that says what is so by now, a draft again and not yet kept."""
        account = self._policy.accounts[post.account]
        words = composed(event, wish.occurrence, account, self._policy)
        room = await self.room(session, account, wish.due_at, post.number)
        return replace(
            post,
            occurrence=wish.occurrence,
            due_at=wish.due_at,
            text=post.text if post.edited else words.text,
            alt=words.alt,
            link=words.link,
            language=words.language,
            facts=facts(event, wish.occurrence, words.link),
            state=PostState.DRAFT if room else PostState.FULL,
            approved_by=None,
            attempts=0,
            fault=None,
        )

    async def changed(
        self, session: AsyncSession, post: Post, event: Event, wish: Wish, now: datetime
    ) -> None:
        """Make a post whose event has changed a draft again, and show it."""
        new = await self.anew(session, post, event, wish)
        await posts.save(session, new, wake_at=_wakes(new))
        key = "post.changed_edited" if post.edited else "post.changed"
        approved = post.state in {PostState.APPROVED, PostState.SENDING}
        said = line("post.changed_approved" if approved else key, number=post.number)
        also = (line(key, number=post.number),) if approved and post.edited else ()
        await self.show(session, new, event, said, *also, now=now)

    async def drop(self, session: AsyncSession, post: Post, event: Event, now: datetime) -> None:
        """Drop a post whose event does not take place as it says, and tell it."""
        gone = replace(post, state=PostState.DROPPED, fault="event")
        await posts.save(session, gone, wake_at=None)
        said = line(
            "post.event_gone",
            number=post.number,
            account=post.account,
            event=event.number,
            title=event.title,
        )
        await self.tell(session, reply(said), now=now)

    async def _follow(
        self,
        session: AsyncSession,
        event: Event,
        account: Account,
        mine: list[Post],
        now: datetime,
    ) -> int:
        wanted = wishes(event, account, now=now, ahead=self._policy.ahead)
        planned = {(each.occurrence, each.offset) for each in mine}
        # What may stand on the network already is not written anew before that is known.
        left = [each for each in mine if each.state in OPEN and not each.unsure]
        astray = [each for each in left if not still_wanted(each, event, account)]
        new = [each for each in wanted if (each.occurrence, each.offset) not in planned]
        pairs, gone, fresh = moved(astray, new)
        for post in left:
            if post not in astray:
                await self._refresh(session, post, event, now)
        for post, wish in pairs:
            await self.changed(session, post, event, wish, now)
        for post in gone:
            await self.drop(session, post, event, now)
        await self._gone_out(session, event, account, mine, now)
        return sum([await self._add(session, event, account, wish, now) for wish in fresh])

    async def _refresh(
        self, session: AsyncSession, post: Post, event: Event, now: datetime
    ) -> None:
        link = self._policy.address(event, post.occurrence)
        if facts(event, post.occurrence, link) != post.facts:
            wish = Wish(post.occurrence, post.offset, post.due_at)
            await self.changed(session, post, event, wish, now)

    async def _add(
        self, session: AsyncSession, event: Event, account: Account, wish: Wish, now: datetime
    ) -> bool:
        words: Composed = composed(event, wish.occurrence, account, self._policy)
        room = await self.room(session, account, wish.due_at, 0)
        post = Post(
            number=0,
            event=event.number,
            occurrence=wish.occurrence,
            offset=wish.offset,
            account=account.name,
            language=words.language,
            text=words.text,
            alt=words.alt,
            link=words.link,
            facts=facts(event, wish.occurrence, words.link),
            state=PostState.DRAFT if room else PostState.FULL,
            due_at=wish.due_at,
            drafted_at=now,
        )
        kept_now = await posts.add(session, post, wake_at=_wakes(post))
        if kept_now is None:
            return False
        before = () if room else (line("post.week_full", account=account.name, most=account.most),)
        await self.show(session, kept_now, event, *before, now=now)
        return room

    async def _gone_out(
        self,
        session: AsyncSession,
        event: Event,
        account: Account,
        mine: list[Post],
        now: datetime,
    ) -> None:
        """Say which posts are out that are not true any more: only people can take them back."""
        for post in mine:
            out = post.state is PostState.POSTED and post.occurrence > now
            if out and not still_wanted(post, event, account):
                said = line("post.stands", heading=heading(post, event), address=post.address or "")
                once = f"post stands {post.number} {event.sequence}"
                await self.tell(session, reply(said), now=now, once=once)

    async def _lapse(
        self, session: AsyncSession, post: Post, event: Event | None, now: datetime
    ) -> None:
        await posts.save(session, replace(post, state=PostState.LAPSED), wake_at=None)
        if event is not None and post.state is PostState.DRAFT:
            said = line(
                "post.not_approved",
                number=post.number,
                account=post.account,
                event=event.number,
                title=event.title,
            )
            await self.tell(session, reply(said), now=now)

    async def _fitting(
        self, session: AsyncSession, account: Account, since: datetime, before: datetime
    ) -> int:
        coming = await events.coming(session, since=since)
        return sum(
            account.wants(each) and bool(occurrences(each, after=since, before=before, limit=1))
            for each in coming
        )


def _week(account: Account, now: datetime) -> tuple[str, datetime, datetime]:
    """Return the coming week of an account: a name for it, when it begins and when it ends."""
    begins, ends = account.hours.week(now + timedelta(days=7))
    return f"social short {account.name} {begins.isoformat()}", begins, ends


def _ending(account: Account, now: datetime) -> bool:
    _, begins, _ = _week(account, now)
    return begins - now <= _WARNED_BEFORE and account.hours.are_on(now)


def _wakes(post: Post) -> datetime:
    return post.due_at if post.state is PostState.DRAFT else post.occurrence
