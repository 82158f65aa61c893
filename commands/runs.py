"""The desk where runs are begun and looked at."""

from __future__ import annotations

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.messages import Line, Reply, line, reply
from commands.paging import PAGE, Page, page_number
from commands.policy import RunPolicy
from commands.runcard import RunCard
from commands.rundesk import RUN, Records, act_of, as_card, run_meant
from storage import runs

_MOST_RUNS = 10
_LONGEST_NAME = 80


class Runs:
    """What there is to know of runs."""

    def __init__(self, *, policy: RunPolicy, records: Records, card: RunCard) -> None:
        self._policy = policy
        self._records = records
        self._card = card

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command(
                "run new",
                coordinator,
                "help.run_new",
                "run new December newsletter",
                self.new,
                (Argument("name", Kind.TEXT),),
                writes=True,
            ),
            Command(
                "run show",
                coordinator,
                "help.run_show",
                "run show 7",
                self.show,
                (RUN,),
                pressable=True,
            ),
            Command(
                "runs",
                coordinator,
                "help.runs",
                "runs",
                self.latest,
                (PAGE,),
                pressable=True,
            ),
        )

    async def new(self, call: Call) -> Reply:
        """Begin a run, with neither audience nor message."""
        if not self._policy.wikis:
            return reply(line("run.no_wiki"))
        name = " ".join(call.text("name").split())
        if len(name) > _LONGEST_NAME:
            return reply(line("run.name_too_long", limit=_LONGEST_NAME))
        run = await runs.add(call.session, name, created_by=call.person.key, now=call.now)
        await self._records.keep(act_of(call), run, "run.new")
        return reply(line("run.new", run=run.number, name=name, prefix=call.prefix))

    async def latest(self, call: Call) -> Reply:
        """Say where the newest runs stand."""
        count = await runs.count(call.session)
        if not count:
            return reply(line("run.none", prefix=call.prefix))
        number = page_number(call, count, _MOST_RUNS)
        before = (number - 1) * _MOST_RUNS
        found = await runs.latest(call.session, _MOST_RUNS, skip=before)
        page = Page(found, number, count - before - len(found))
        lines = [await self._card.summary(call.session, run) for run in found]
        return reply(
            *lines,
            *page.hint(call, "runs"),
            private=len(lines) > 3,
            buttons=page.buttons("runs"),
        )

    async def show(self, call: Call) -> Reply:
        """Say all about a run that is short; its text is shown by the preview."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        return as_card(run, *await self._card.lines(call.session, run, call))
