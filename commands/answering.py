"""The desk for what comes back after a run: answers, how long to listen, where people sign up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from commands import offsets
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt, plain
from commands.messages import Button, Line, Reply, line, reply
from commands.paging import PAGE, Page, page_number
from commands.rules.reactionlines import TOLD, reaction_buttons, reaction_lines
from commands.rules.sources import Page as WikiPage
from commands.rules.sources import source
from commands.rundesk import RUN, Records, act_of, run_meant
from storage import reactions
from storage.heard import Reaction
from storage.runvalues import Run

_MOST = 8
_LONGEST = timedelta(days=365)
_OFF = frozenset({"off", "0"})


class Answering:
    """Says what was heard. `link` returns the address of an edit by wiki and revision.

    `usual` is how long is listened after a run that says nothing of its own.
    """

    def __init__(
        self, *, records: Records, link: Callable[[str, int | None], str], usual: timedelta
    ) -> None:
        self._records = records
        self._link = link
        self._usual = usual

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command(
                "run answers",
                coordinator,
                "help.run_answers",
                "run answers 7",
                self.answers,
                (RUN, PAGE),
                pressable=True,
            ),
            Command(
                "run listen",
                coordinator,
                "help.run_listen",
                "run listen 7 30d",
                self.listen,
                (RUN, Argument("span", Kind.TEXT, optional=True)),
                writes=True,
                form="run listen N [SPAN|off]",
            ),
            Command(
                "run signup",
                coordinator,
                "help.run_signup",
                "run signup 7 [[Tech talks/Participants]]",
                self.sign_up,
                (RUN, Argument("place", Kind.TEXT)),
                writes=True,
                form="run signup N [[PAGE]] or [[Category:…]] or event",
            ),
        )

    async def answers(self, call: Call) -> Reply:
        """List what people did, newest last."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        count = await reactions.count(call.session, run.number, TOLD)
        if not count:
            return reply(line("answers.none", run=run.number, name=run.name))
        number = page_number(call, count, _MOST)
        before = (number - 1) * _MOST
        found = await reactions.of_run(call.session, run.number, TOLD, limit=_MOST, skip=before)
        page = Page(found, number, count - before - len(found))
        command = f"run answers {run.number}"
        return reply(
            *(each for one in found for each in self._lines(call, run, one)),
            *page.hint(call, command),
            buttons=(*_deciding(found), *page.buttons(command)),
        )

    async def listen(self, call: Call) -> Reply:
        """Set how long is listened after the end of a run, or say it."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        given = call.text("span", "")
        if not given:
            return reply(self._listens(run))
        span = timedelta(0) if plain(given) in _OFF else offsets.span(given)
        if span is None or span > _LONGEST:
            return reply(line("listen.no_span", given=excerpt(given), limit=_LONGEST))
        changed = replace(run, listens=span)
        seconds = round(span.total_seconds())
        await self._records.keep(act_of(call), changed, "run.listens", seconds=seconds)
        return reply(self._listens(changed))

    async def sign_up(self, call: Call) -> Reply:
        """Set where those sign up whom a run invites."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        given = call.text("place")
        if plain(given) == "event":
            if run.event is None:
                return reply(line("signup.no_event", run=run.number, name=run.name))
            given = ""
        elif not isinstance(source(given), WikiPage):
            return reply(line("signup.no_page", given=excerpt(given), prefix=call.prefix))
        await self._records.keep(
            act_of(call), replace(run, signup=given), "run.signup", event=not given
        )
        if not given:
            return reply(line("signup.event", run=run.number, name=run.name, event=run.event or 0))
        return reply(line("signup.page", run=run.number, name=run.name, page=given))

    def _lines(self, call: Call, run: Run, one: Reaction) -> tuple[Line, ...]:
        return tuple(reaction_lines(one, lambda _: run.name, self._link, prefix=call.prefix))

    def _listens(self, run: Run) -> Line:
        span = self._usual if run.listens is None else run.listens
        key = "listen.set" if span else "listen.off"
        return line(key, run=run.number, name=run.name, span=span)


def _deciding(found: tuple[Reaction, ...]) -> tuple[Button, ...]:
    return tuple(button for each in found for button in reaction_buttons(each))
