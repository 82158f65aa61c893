"""The desk for posts to social networks: coordinators look at drafts, approve, edit and drop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.messages import Line, Moment, Reply, line, reply
from commands.paging import PAGE, page_of
from commands.postcard import heading, post_reply
from commands.postplans import PostPlans
from commands.postpolicy import PostPolicy
from commands.rules.schedule import current
from commands.rules.socialplan import Account, Wish, code, facts, still_wanted
from storage import events, ledger, posts
from storage.postvalues import OPEN, Post, PostState
from storage.values import Event

POST = Argument("post", Kind.NUMBER)
_PER_PAGE = 8
_LINE_BREAK = "\\n"


class Posts:
    """What coordinators do with posts: nothing goes out that none of them has approved."""

    def __init__(self, *, policy: PostPolicy, plans: PostPlans) -> None:
        self._policy = policy
        self._plans = plans

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "posts",
                Who.COORDINATOR,
                "help.posts",
                "posts",
                self.listed,
                (PAGE,),
                pressable=True,
            ),
            Command(
                "post show", Who.COORDINATOR, "help.post_show", "post show 3", self.show, (POST,)
            ),
            Command(
                "post approve",
                Who.COORDINATOR,
                "help.post_approve",
                "post approve 3",
                self.approve,
                (POST, Argument("code", Kind.WORD, optional=True)),
                writes=True,
                fresh=True,
                pressable=True,
                form="post approve N",
            ),
            Command(
                "post edit",
                Who.COORDINATOR,
                "help.post_edit",
                "post edit 3 | Come and see how Wikidata answers questions! https://w.wiki/4Q",
                self.edit,
                (POST, Argument("text", Kind.PART)),
                writes=True,
            ),
            Command(
                "post drop",
                Who.COORDINATOR,
                "help.post_drop",
                "post drop 3",
                self.drop,
                (POST,),
                writes=True,
                pressable=True,
            ),
            Command(
                "post now",
                Who.COORDINATOR,
                "help.post_now",
                "post now 3",
                self.now,
                (POST,),
                writes=True,
                fresh=True,
            ),
        )

    async def listed(self, call: Call) -> Reply:
        """Say which posts wait, and which are out this week."""
        if not self._policy.accounts:
            return reply(line("post.no_accounts"))
        since = min(each.hours.week(call.now)[0] for each in self._policy.accounts.values())
        found = await posts.open_ones(call.session, since=since)
        if not found:
            return reply(line("post.none"), *await self._weeks(call))
        page = page_of(call, found, _PER_PAGE)
        said = []
        for each in page.items:
            event = await events.get(call.session, each.event)
            if event is not None:
                said.append(heading(each, event))
        weeks = await self._weeks(call) if page.number == 1 else ()
        return reply(*weeks, *said, *page.hint(call, "posts"), buttons=page.buttons("posts"))

    async def show(self, call: Call) -> Reply:
        """Show a post with all its words."""
        found = await self._meant(call)
        return reply(found) if isinstance(found, Line) else post_reply(*found, self._policy)

    async def approve(self, call: Call) -> Reply:
        """Have a post go out at its time."""
        return await self._approve(call, at_once=False)

    async def now(self, call: Call) -> Reply:
        """Have a post go out as soon as it is not night for its readers."""
        return await self._approve(call, at_once=True)

    async def edit(self, call: Call) -> Reply:
        """Give a post other words, which have to be approved anew."""
        found = await self._to_change(call)
        if isinstance(found, Line):
            return reply(found)
        post, event = found
        text = "\n".join(part.strip() for part in call.text("text").split(_LINE_BREAK)).strip()
        measure = self._policy.outlets[post.account].measure
        if over := measure.excess(text):
            return reply(line("post.too_long", number=post.number, most=measure.most, count=over))
        link = self._policy.address(event, post.occurrence)
        state = PostState.FULL if post.state is PostState.FULL else PostState.DRAFT
        edited = replace(
            post,
            text=text,
            edited=True,
            state=state,
            facts=facts(event, post.occurrence, link),
            link=link,
            approved_by=None,
            attempts=0,
            fault=None,
        )
        await posts.save(call.session, edited, wake_at=max(edited.due_at, call.now))
        await _record(call, "post.edited", post)
        said = line("post.edited", number=post.number)
        return post_reply(edited, event, self._policy, said)

    async def drop(self, call: Call) -> Reply:
        """Have a post not go out."""
        found = await self._to_change(call)
        if isinstance(found, Line):
            return reply(found)
        post, event = found
        dropped = replace(post, state=PostState.DROPPED, approved_by=None)
        await posts.save(call.session, dropped, wake_at=None)
        await _record(call, "post.dropped", post)
        return reply(
            line("post.dropped", number=post.number, account=post.account, title=event.title)
        )

    async def _approve(self, call: Call, *, at_once: bool) -> Reply:
        found = await self._to_change(call)
        if isinstance(found, Line):
            return reply(found)
        post, event = found
        if post.state is PostState.APPROVED and not at_once:
            return reply(line("post.approved_already", number=post.number), heading(post, event))
        if call.text("code", code(post)) != code(post):
            changed = line("post.other_words", number=post.number)
            return post_reply(post, event, self._policy, changed)
        account = self._policy.accounts[post.account]
        due = account.hours.at_earliest(call.now if at_once else max(post.due_at, call.now))
        problem = await self._problem(call, post, event, account, due)
        if problem is not None:
            return reply(problem)
        approved = replace(
            post,
            state=PostState.APPROVED,
            approved_by=call.person.key,
            due_at=due,
            attempts=0,
            fault=None,
        )
        await posts.save(call.session, approved, wake_at=due)
        await _record(call, "post.approved", post)
        key = "post.goes_now" if due <= call.now else "post.goes"
        said = line(key, number=post.number, account=post.account, due=Moment(due, event.zone))
        return post_reply(approved, event, self._policy, said)

    async def _problem(
        self, call: Call, post: Post, event: Event, account: Account, due: datetime
    ) -> Line | None:
        """Return why a post cannot be approved to go out then."""
        link = self._policy.address(event, post.occurrence)
        if facts(event, post.occurrence, link) != post.facts:
            wish = Wish(post.occurrence, post.offset, post.due_at)
            await self._plans.changed(call.session, post, event, wish, call.now)
            return line("post.just_changed", number=post.number)
        if due >= post.occurrence:
            return line("post.too_late", number=post.number, due=Moment(due, event.zone))
        if not await self._plans.room(call.session, account, due, post.number):
            return line("post.no_room", account=account.name, most=account.most)
        return None

    async def _meant(self, call: Call) -> tuple[Post, Event] | Line:
        post = await posts.get(call.session, call.number(POST.name), lock=True)
        event = None if post is None else await events.get(call.session, post.event)
        if post is None or event is None:
            return line("post.no_such", number=call.number(POST.name), prefix=call.prefix)
        return post, event

    async def _to_change(self, call: Call) -> tuple[Post, Event] | Line:
        """Return a post that may still be changed, and its event, or why there is none."""
        found = await self._meant(call)
        if isinstance(found, Line):
            return found
        post, event = found
        account = self._policy.accounts.get(post.account)
        if post.state not in OPEN or post.unsure:
            return line("post.settled", heading=heading(post, event))
        if account is None:
            return line("post.no_such_account", number=post.number, account=post.account)
        if current(event, call.now) is None or not still_wanted(post, event, account):
            return line("post.not_any_more", number=post.number, title=event.title)
        return found

    async def _weeks(self, call: Call) -> tuple[Line, ...]:
        """Say how many of the posts that each account may have this week it has."""
        said = []
        for account in self._policy.accounts.values():
            since, before = account.hours.week(call.now)
            count = await posts.count(call.session, account.name, since=since, before=before)
            said.append(
                line(
                    "post.week",
                    account=account.name,
                    count=count,
                    most=account.most,
                    target=account.target,
                )
            )
        return tuple(said)


async def _record(call: Call, action: str, post: Post) -> None:
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action=action,
        subject=f"post:{post.number}",
        details={"account": post.account, "event": post.event},
    )
