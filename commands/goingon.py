"""The desk where what rests or was stopped goes on: a run's pause, a wiki's stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt, plain
from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.authority import humans
from commands.rules.confirmation import HUMANS_NEEDED, Why, distinct, proven
from commands.rundesk import RUN, Records, act_of, not_now, run_meant
from storage import deliveries, lanes, ledger, linking, people, stops
from storage.runvalues import RunState, Stop

_WORD_HOLDS = timedelta(hours=1)
"""For how long one coordinator's word that a wiki goes on waits for the second's."""

_ALL = "all"


class GoingOn:
    """Lets runs go on: by one coordinator after the first messages, by two after a wiki's stop."""

    def __init__(self, *, policy: RunPolicy, records: Records) -> None:
        self._policy = policy
        self._records = records

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "run go",
                Who.COORDINATOR,
                "help.run_go",
                "run go 7",
                self.go,
                (RUN,),
                writes=True,
                fresh=True,
                pressable=True,
            ),
            Command(
                "wiki resume",
                Who.COORDINATOR,
                "help.wiki_resume",
                "wiki resume svwiki",
                self.resume_wiki,
                (Argument("wiki", Kind.WORD),),
                writes=True,
                fresh=True,
            ),
            Command("wiki stops", Who.COORDINATOR, "help.wiki_stops", "wiki stops", self.standing),
        )

    async def go(self, call: Call) -> Reply:
        """End the pause after the first messages, by another human than who proposed the run."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        rests = run.rests_until is not None and run.rests_until > call.now
        if run.state is not RunState.CANARY or not rests:
            return reply(not_now(run))
        wikis = {each.wiki for each in await deliveries.counts(call.session, run.number)}
        if not proven(call.identity, wikis, self._policy):
            return reply(
                line("confirm.refused", run=run.number, why=line(f"confirm.why.{Why.UNPROVEN}"))
            )
        links = humans(await linking.links(call.session))
        proposer = run.proposed_by
        if proposer is not None and distinct((call.person.key, proposer), links) == 1:
            return reply(line("run.go_another", run=run.number, name=run.name))
        act = act_of(call)
        await self._records.keep(act, replace(run, rests_until=call.now), "run.rest_ended")
        await lanes.wake(call.session)
        said = line("run.rest_ended", run=run.number, name=run.name, who=call.person.name)
        await self._records.tell(act, run, said)
        return reply(said)

    async def resume_wiki(self, call: Call) -> Reply:
        """Take one coordinator's word that a wiki may be written to again; the second lifts."""
        given = plain(call.text("wiki"))
        # All before the ledger: whoever stops several wikis at once locks them first, too.
        standing = await stops.standing(call.session, lock=True)
        meant = [each for each in standing if given in {_ALL, each.wiki}]
        if not meant:
            return reply(line("wiki.not_stopped", wiki=excerpt(given)))
        if not proven(call.identity, {each.wiki for each in meant}, self._policy):
            return reply(line("wiki.unproven"))
        lifted = [each.wiki for each in meant if await self._lifted(call, each)]
        waiting = tuple(each.wiki for each in meant if each.wiki not in lifted)
        said = [line("wiki.resumed", wikis=tuple(lifted), who=call.person.name)] if lifted else []
        if waiting:
            word = line(
                "wiki.one_of_two", wikis=waiting, who=call.person.name, given=given, prefix="!"
            )
            said.append(word)
        await self._records.announce(act_of(call), reply(*said))
        return reply(*said)

    async def standing(self, call: Call) -> Reply:
        """Say which wikis stop the bot, and why."""
        lines = [stopped(each) for each in await stops.standing(call.session)]
        return reply(*lines) if lines else reply(line("wiki.none_stopped"))

    async def _lifted(self, call: Call, stop: Stop) -> bool:
        """Keep the speaker's word. Return whether with it the stop is lifted."""
        await stops.say(call.session, stop.wiki, person=call.person.key, now=call.now)
        words = await stops.words(call.session, stop.wiki, since=call.now - _WORD_HOLDS)
        those = {each.key for each in await people.coordinators(call.session)}
        links = humans(await linking.links(call.session))
        lifted = distinct(those.intersection(words), links) >= HUMANS_NEEDED
        action = "wiki.resumed" if lifted else "wiki.resume_asked"
        await ledger.append(
            call.session,
            at=call.now,
            actor=call.person.key,
            action=action,
            subject=f"wiki:{stop.wiki}",
        )
        if lifted:
            await stops.lift(call.session, stop.wiki, call.now)
            await lanes.wake(call.session)
        return lifted


def stopped(stop: Stop) -> Line:
    """Return a sentence that a wiki stops the bot, by whom, when, and on which page."""
    return line(
        f"wiki.stopped.{stop.kind}",
        wiki=stop.wiki,
        page=stop.page,
        who=stop.by,
        at=stop.stopped_at,
        prefix="!",
    )
