"""The desk for when a run may be sent: not before, not after, and which event it invites to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt, plain
from commands.messages import Line, Moment, Reply, line, reply
from commands.offsets import Misunderstood
from commands.rules.lifecycle import EDITABLE
from commands.rules.schedule import FARTHEST, occurrences
from commands.rundesk import RUN, Records, act_of, not_now, run_meant
from commands.when import understand
from storage import events
from storage.runvalues import Run
from storage.values import EventState

_PART = re.compile(r"(not before|not after|event)\s*:?\s+(.+)", re.DOTALL)
_NUMBER = re.compile(r"#?(\d{1,9})")
_NONE = {"none", "-"}


@dataclass(frozen=True, slots=True)
class _Change:
    """A run with another window, and what is doubtful about it; or what is wrong."""

    run: Run
    doubts: tuple[Line, ...] = ()


class Windows:
    """Says when runs may be sent."""

    def __init__(self, *, records: Records) -> None:
        self._records = records

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "run window",
                Who.COORDINATOR,
                "help.run_window",
                "run window 7 not before tomorrow 08:00 | event 12",
                self.window,
                (RUN, Argument("window", Kind.TEXT)),
                writes=True,
                form="run window N not before WHEN | not after WHEN | event N (or: none)",
            ),
        )

    async def window(self, call: Call) -> Reply:
        """Change when a run may be sent. A proposal of it is void."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        if run.state not in EDITABLE:
            return reply(not_now(run))
        change = await self._changed(call, run)
        if isinstance(change, Line):
            return reply(change)
        act = act_of(call)
        reopened, voided = await self._records.reopen(act, run)
        wanted = change.run
        changed = replace(
            reopened,
            not_before=wanted.not_before,
            not_after=wanted.not_after,
            event=wanted.event,
        )
        await self._records.keep(act, changed, "run.window")
        return reply(*voided, *change.doubts, *window_lines(changed, call.zone, always=True))

    async def _changed(self, call: Call, run: Run) -> _Change | Line:
        change = _Change(run)
        parts = [part.strip() for part in call.text("window").split("|")]
        # The event first: an end that is said beside it is meant.
        for part in sorted(parts, key=lambda part: not plain(part).startswith("event")):
            found = await self._part(call, change, part)
            if isinstance(found, Line):
                return found
            change = found
        begins, ends = change.run.not_before, change.run.not_after
        if begins is not None and ends is not None and ends <= begins:
            return line("window.empty", begins=_moment(begins, call), ends=_moment(ends, call))
        return change

    async def _part(self, call: Call, change: _Change, part: str) -> _Change | Line:
        match = _PART.fullmatch(plain(part))
        if match is None:
            return line("window.not_understood", given=excerpt(part), prefix=call.prefix)
        if match[1] == "event":
            return await self._event(call, change, match[2])
        bound = "not_before" if match[1] == "not before" else "not_after"
        if match[2].strip() in _NONE:
            return _Change(_bounded(change.run, bound, None), change.doubts)
        found = understand(match[2], now=call.now, zone=call.zone)
        if isinstance(found, Misunderstood):
            return found.problem
        bounded = _bounded(change.run, bound, found.instant)
        return _Change(bounded, (*change.doubts, *found.doubts))

    async def _event(self, call: Call, change: _Change, given: str) -> _Change | Line:
        """Link an event, before whose next start all must be sent unless another end is said."""
        if given.strip() in _NONE:
            return replace(change, run=replace(change.run, event=None))
        number = _NUMBER.fullmatch(given.strip())
        event = await events.get(call.session, int(number[1])) if number else None
        if event is None or event.state is EventState.CANCELLED:
            return line("window.no_event", given=excerpt(given))
        starts = occurrences(event, after=call.now, before=call.now + FARTHEST, limit=1)
        if not starts:
            return line("window.event_over", event=event.number, title=event.title)
        linked = replace(change.run, event=event.number, not_after=starts[0])
        return replace(change, run=linked)


def window_lines(run: Run, zone: str | None, *, always: bool = False) -> list[Line]:
    """Return sentences about a run's window; where it has none, only if they are `always` said."""
    lines = []
    if run.not_before is not None:
        lines.append(line("window.not_before", at=Moment(run.not_before, zone)))
    if run.not_after is not None:
        lines.append(line("window.not_after", at=Moment(run.not_after, zone)))
    if run.event is not None:
        lines.append(line("window.event", event=run.event))
    return lines or ([line("window.none", run=run.number, name=run.name)] if always else [])


def approval_lines(run: Run) -> list[Line]:
    """Return sentences about where the wikis' approvals of a run can be read."""
    return [line("run.approved", wiki=wiki, link=link) for wiki, link in run.approvals.items()]


def _bounded(run: Run, bound: str, instant: datetime | None) -> Run:
    if bound == "not_before":
        return replace(run, not_before=instant)
    return replace(run, not_after=instant)


def _moment(instant: datetime, call: Call) -> Moment:
    return Moment(instant, call.zone)
