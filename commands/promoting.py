"""The desk for promotion plans: each event's steps are shown, ticked and changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from commands.advising import Advising
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import Unfit, fit_text
from commands.eventdesk import EVENT, event_meant, holds, record, shown
from commands.grammar import excerpt, next_word, plain
from commands.messages import Button, Line, Reply, line, reply
from commands.offsets import Misunderstood
from commands.paging import PAGE, page_of
from commands.promotionlines import entry, heading
from commands.promotionpolicy import PromotionPolicy
from commands.promotionsteps import made
from commands.rules.promotion import MOST_STEPS, before_start, done, due, ended, opened
from commands.rules.schedule import current
from commands.when import understand
from storage import events, promotion
from storage.promotionvalues import Doer, Step, StepState
from storage.values import Event, EventState

_MOST_LINES = 12
_MOST_BUTTONS = 6
_MOST_LETTERS = 500
_TICKS = ("done", "undo", "skip")
_VERBS = (*_TICKS, "move", "add")
_SETTLED = frozenset({StepState.DONE, StepState.SKIPPED, StepState.DROPPED})


class Promoting:
    """What coordinators, and whoever registered or proposed an event, do with its plan."""

    def __init__(self, *, promotion: PromotionPolicy, advising: Advising) -> None:
        self._promotion = promotion
        self._advising = advising

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "promote",
                Who.IDENTIFIED,
                "help.promote",
                "promote 7 add 5d before | Tell the mailing list of the chapter",
                self.promote,
                (
                    EVENT,
                    Argument("change", Kind.TEXT, optional=True),
                    Argument("text", Kind.PART, optional=True),
                    PAGE,
                ),
                writes=True,
                pressable=True,
                form="promote N [done|undo|skip STEP] or [move STEP WHEN] or [add WHEN | TEXT]",
            ),
        )

    async def promote(self, call: Call) -> Reply:
        """Show an event's plan, or change it."""
        event = await self._event(call)
        if isinstance(event, Line):
            return reply(event)
        steps = await promotion.latest(call.session, event.number)
        steps = steps or await made(call.session, event, self._promotion.book, call.now)
        verb, rest = next_word(call.text("change", ""))
        if not verb:
            return self._shown(call, event, steps)
        if plain(verb) not in _VERBS:
            return reply(line("promotion.no_verb", given=excerpt(verb), **_how(call, event)))
        if not await holds(call, event):
            return reply(line("promotion.not_yours", number=event.number))
        if plain(verb) == "add":
            return await self._add(call, event, steps, rest)
        return await self._change(call, event, steps, plain(verb), rest)

    async def _event(self, call: Call) -> Event | Line:
        event = await event_meant(call)
        if isinstance(event, Line):
            return event
        if event.state is EventState.PROPOSED:
            return line("event.is_proposed", number=event.number)
        if event.state is EventState.CANCELLED:
            return line("event.is_cancelled", number=event.number, title=event.title)
        locked = await events.get(call.session, event.number, lock=True)
        return locked or event

    def _shown(self, call: Call, event: Event, steps: Sequence[Step]) -> Reply:
        if not steps:
            return reply(line("promotion.none", number=event.number, title=event.title))
        ordered = sorted(steps, key=lambda each: (each.due_at, each.number))
        page = page_of(call, ordered, _MOST_LINES)
        command = f"promote {event.number}"
        advice = self._advising.advice(call, event)
        return reply(
            heading(event, steps),
            *(entry(call, event, each) for each in page.items),
            *page.hint(call, command),
            *advice,
            line("promotion.how", **_how(call, event)),
            buttons=(*_ticks(event, page.items), *page.buttons(command)),
        )

    async def _change(
        self, call: Call, event: Event, steps: Sequence[Step], verb: str, rest: str
    ) -> Reply:
        word, when = next_word(rest)
        step = next((each for each in steps if str(each.number) == word.lstrip("#")), None)
        if step is None:
            numbers = tuple(each.number for each in steps)
            return reply(line("promotion.no_step", given=excerpt(word), steps=numbers))
        if verb == "move":
            at = self._instant(call, event, step.occurrence, when)
            if isinstance(at, Line):
                return reply(at)
            changed = due(opened(step, call.now), at, call.now)
        else:
            changed = _ticked(call, step, verb)
        await promotion.save(call.session, changed)
        await record(call, f"promotion.{verb}", event, step=step.number)
        kept = [changed if each.key == changed.key else each for each in steps]
        return reply(entry(call, event, changed), heading(event, kept))

    async def _add(self, call: Call, event: Event, steps: Sequence[Step], when: str) -> Reply:
        text = fit_text("text", call.text("text", ""), _MOST_LETTERS)
        if isinstance(text, Unfit):
            return reply(text.problem)
        if not text or not when:
            return reply(line("promotion.add_what", **_how(call, event)))
        start = steps[0].occurrence if steps else current(event, call.now)
        if start is None or len(steps) >= MOST_STEPS:
            return reply(line("promotion.full", number=event.number, most=MOST_STEPS))
        at = self._instant(call, event, start, when)
        if isinstance(at, Line):
            return reply(at)
        number = max((each.number for each in steps), default=0) + 1
        bare = Step(
            key=0,
            event=event.number,
            occurrence=start,
            number=number,
            name=f"added-{number}",
            doer=Doer.HOST,
            before=timedelta(0),
            due_at=start,
            text=text,
        )
        added = due(bare, at, call.now)
        await promotion.add(call.session, [added])
        await record(call, "promotion.add", event, step=number)
        return reply(entry(call, event, added), heading(event, (*steps, added)))

    def _instant(self, call: Call, event: Event, start: datetime, text: str) -> datetime | Line:
        """Return when a step is to be due: so long before or after the start, or at a time."""
        if (before := before_start(text)) is not None:
            at = start - before
        else:
            time = understand(text, now=call.now, zone=call.person.zone or event.zone)
            if isinstance(time, Misunderstood):
                return line("promotion.no_time", given=excerpt(text))
            at = time.instant
        return at if at > call.now else line("promotion.past", due=shown(call, event, at))


def _ticked(call: Call, step: Step, verb: str) -> Step:
    if verb == "done":
        return step if step.state is StepState.DONE else done(step, call.person.key, call.now)
    if verb == "skip":
        return replace(ended(step, StepState.SKIPPED), done_at=None, done_by=None)
    return opened(step, call.now)


def _ticks(event: Event, steps: Sequence[Step]) -> tuple[Button, ...]:
    """Return a button for each step on which something can be done by hand now."""
    waiting = [each for each in steps if each.state not in _SETTLED and each.doer is not Doer.BOT]
    return tuple(
        Button(
            line("button.step_done", step=each.number),
            f"promote {event.number} done {each.number}",
        )
        for each in waiting[:_MOST_BUTTONS]
    )


def _how(call: Call, event: Event) -> dict[str, int | str]:
    return {"number": event.number, "prefix": call.prefix}
