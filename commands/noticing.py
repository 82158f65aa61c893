"""The desk for notices on wikis: a run that tells the pages that subscribed of an event.

It is confirmed, sent and reported like any other run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.asking import ask
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventdesk import EVENT, event_to_change
from commands.grammar import excerpt
from commands.messages import Line, Reply, Value, line, reply
from commands.policy import RunPolicy
from commands.recruiting import recipe_arguments
from commands.rules.invitation import invites_to
from commands.rules.recipe import Recipe, Source, SourceKind
from commands.rules.schedule import FARTHEST, occurrences
from commands.rules.subscriptions import takes
from commands.rundesk import Records, act_of, state_line
from commands.spreading import tell
from storage import runs, subscriptions
from storage.runvalues import ErrandKind, Run, RunKind, RunState
from storage.values import Destination, Event

_LONGEST_NAME = 80


class Noticing:
    """Drafts notices."""

    def __init__(self, *, policy: RunPolicy, records: Records) -> None:
        self._policy = policy
        self._records = records

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "notice",
                Who.COORDINATOR,
                "help.notice",
                "notice 7",
                self.notice,
                (EVENT, Argument("again", Kind.FLAG)),
                writes=True,
            ),
        )

    async def notice(self, call: Call) -> Reply:
        """Begin a run to the pages that subscribed, with its audience and its default text."""
        if not self._policy.wikis:
            return reply(line("run.no_wiki"))
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        count = await _pages(call.session, event)
        about: dict[str, Value] = {
            "number": event.number,
            "title": event.title,
            "prefix": call.prefix,
        }
        if not count:
            return reply(line("notice.no_pages", **about))
        earlier = await _notice_of(call.session, event)
        if earlier and not call.flag("again"):
            state = state_line(earlier)
            name = earlier.name
            return reply(
                line("notice.already", run=earlier.number, name=name, state=state, **about)
            )
        run = await self._begin(call, event)
        return reply(
            line(
                "notice.drafted",
                run=run.number,
                event=event.number,
                title=event.title,
                count=count,
                prefix=call.prefix,
            )
        )

    async def _begin(self, call: Call, event: Event) -> Run:
        """Keep a new run of which nothing is sent once the event has begun."""
        name = excerpt(event.title, _LONGEST_NAME)
        new = await runs.add(call.session, name, created_by=call.person.key, now=call.now)
        starts = occurrences(event, after=call.now, before=call.now + FARTHEST, limit=1)
        run = replace(new, event=event.number, not_after=next(iter(starts), None))
        await self._records.keep(act_of(call), run, "run.new", event=event.number)
        recipe = Recipe(sources=(Source(SourceKind.SUBSCRIBED, number=event.number),))
        await ask(call, ErrandKind.AUDIENCE, run, recipe_arguments(recipe))
        await ask(call, ErrandKind.MESSAGE, run, {"event": str(event.number)})
        return run


class NoticeCarrier:
    """Tells coordinators, in these channels, when it is time for a notice of an event on wikis."""

    def __init__(self, *, coordinators: Iterable[Destination]) -> None:
        self._coordinators = tuple(coordinators)

    async def carry(self, session: AsyncSession, event: Event, now: datetime) -> bool:
        """Tell them how many pages wait for it, unless a notice of it is there already.

        Return False where no page has subscribed to such events.
        """
        count = await _pages(session, event)
        if count and not await _notice_of(session, event):
            about: dict[str, Value] = {"number": event.number, "title": event.title}
            hint = line("notice.hint", count=count, prefix="!", **about)
            await tell(session, self._coordinators, reply(hint), now=now)
        return bool(count)


async def _pages(session: AsyncSession, event: Event) -> int:
    """Return how many pages want to be told of an event."""
    return sum(takes(each, event) for each in await subscriptions.pages(session))


async def _notice_of(session: AsyncSession, event: Event) -> Run | None:
    """Return the notice of an event that there is; of a series, one that is not over."""
    ended = {RunState.CANCELLED}
    if event.recurrence_rule is not None:
        ended.add(RunState.DONE)
    found = await runs.of_event(session, event.number)
    return next(
        (
            run
            for run in reversed(found)
            if run.state not in ended
            and run.kind is RunKind.MESSAGE
            and invites_to(run) in {None, event.number}
        ),
        None,
    )
