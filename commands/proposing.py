"""A run put before the coordinators: frozen, given its digest, and told with who may confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.prospects import approved, expected, lacking, too_late
from commands.prospects import told as told_ends
from commands.rules.audience import Audience
from commands.rules.authority import humans
from commands.rules.confirmation import HUMANS_NEEDED, distinct, unfit
from commands.rules.digest import digest, digest_code
from commands.rules.lifecycle import PROPOSABLE
from commands.rules.naming import told
from commands.rules.overview import by_wiki, ways_lines
from commands.rules.warnings import acknowledgement
from commands.rundesk import Act, Records, as_card, not_now, run_to_change, stated
from commands.standing import Standing
from commands.windows import window_lines
from storage import confirmations, deliveries, funnels, linking, people, texts
from storage.runvalues import Particulars, Run, RunState, Terms, Text


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed: the text and audience of this moment, and what was found about them.

    `revisions` maps wiki to page to revision id of all that the text transcludes. `anyway`
    waves warnings aside that were shown before. `language` is that of the run's own text,
    `texts` are the others.
    """

    subject: str
    body: str
    footer: str
    live: bool
    revisions: Mapping[str, Mapping[str, int]]
    audience: Audience
    errors: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()
    anyway: bool = False
    language: str = ""
    texts: tuple[Text, ...] = ()
    particulars: Particulars = field(default_factory=Particulars)


class Proposing:
    """Puts runs before the coordinators."""

    def __init__(self, *, policy: RunPolicy, records: Records, standing: Standing) -> None:
        self._policy = policy
        self._records = records
        self._standing = standing

    async def unready(self, session: AsyncSession, run: Run, person: int) -> Line | None:
        """Return why a run cannot be proposed by a person, whatever its text and audience."""
        if run.state not in PROPOSABLE:
            return not_now(run)
        if not run.subject and not run.draft:
            return line("propose.no_message", run=run.number)
        if not run.audience_source:
            return line("propose.no_audience", run=run.number)
        return await self._objection(session, run, person)

    async def propose(self, act: Act, seen: Run, proposal: Proposal) -> Reply:
        """Propose a run that is still as it was seen. Return what is to be said to who asked."""
        run = await run_to_change(act, seen.number)
        if isinstance(run, Line):
            return reply(run)
        if run != seen:
            return reply(line("propose.changed", run=run.number, name=run.name))
        if refusal := await self.unready(act.session, run, act.actor or 0):
            return reply(refusal)
        wikis = {each.wiki for each in proposal.audience.recipients}
        links = await approved(act.session, wikis, self._policy, act.now)
        if faults := (*_faults(run, proposal), *self._hindered(act, run, proposal, links)):
            return reply(*faults)
        warned = acknowledgement(proposal.warnings)
        if warned and not (proposal.anyway and run.warned == warned):
            await self._records.keep(act, replace(run, warned=warned), "run.warned")
            return reply(*proposal.warnings, line("propose.anyway", run=run.number))
        return await self._freeze(act, replace(run, warned=warned, approvals=links), proposal)

    def _hindered(
        self, act: Act, run: Run, proposal: Proposal, links: Mapping[str, str]
    ) -> tuple[Line, ...]:
        """Return for which wikis it lacks an approval, or would not be through in time."""
        recipients = proposal.audience.recipients
        without = lacking({each.wiki for each in recipients}, links, self._policy)
        asked = (line("propose.no_approval", wikis=without, prefix="!"),) if without else ()
        return (*asked, *too_late(run, expected(run, recipients, self._policy, act.now)))

    async def _objection(self, session: AsyncSession, run: Run, person: int) -> Line | None:
        """Return the objection that stands until something changes, or who raised it proposes."""
        links = humans(await linking.links(session))
        standing = [
            each
            for each in await confirmations.objections(session, run.number)
            if distinct((each.person, person), links) > 1
        ]
        if not standing:
            return None
        return line("propose.objected", run=run.number, reason=stated(standing[0].reason))

    async def _freeze(self, act: Act, run: Run, proposal: Proposal) -> Reply:
        audience, policy = proposal.audience, self._policy
        await confirmations.lift_objections(act.session, run.number, act.now)
        await confirmations.void(act.session, run.number)
        await deliveries.freeze(act.session, run.number, audience.recipients)
        await texts.keep(act.session, run.number, proposal.texts)
        await funnels.keep(act.session, run.number, audience.steps, audience.left_out)
        frozen = replace(
            run,
            state=RunState.PROPOSED,
            subject=proposal.subject,
            body=proposal.body,
            footer=proposal.footer,
            language=proposal.language,
            particulars=proposal.particulars,
            live=proposal.live,
            revisions=proposal.revisions,
            terms=Terms(policy.expiry, policy.proposer_may_confirm),
            proposed_by=act.actor,
            proposed_at=act.now,
            expires_at=act.now + policy.expiry,
        )
        code = digest(frozen, audience.recipients, policy, texts=proposal.texts)
        proposed = replace(frozen, digest=code)
        await self._records.keep(act, proposed, "run.proposed", digest=code, live=proposal.live)
        said = await self._told(act, proposed, proposal)
        await self._records.show(act, proposed, as_card(proposed, *said))
        return as_card(proposed, *proposal.warnings, *said)

    async def _told(self, act: Act, run: Run, proposal: Proposal) -> tuple[Line, ...]:
        recipients = proposal.audience.recipients
        who = "" if act.actor is None else (await people.get(act.session, act.actor)).name
        said = line(
            "propose.told",
            who=who,
            run=run.number,
            name=run.name,
            digest=digest_code(run.digest or ""),
            count=len(recipients),
            wikis=by_wiki(recipients),
        )
        may = await self._who_may_confirm(act.session, run)
        those = line(
            "propose.who_may" if len(may) >= HUMANS_NEEDED else "propose.too_few",
            run=run.number,
            names=tuple(may.values()),
            needed=HUMANS_NEEDED,
            until=run.expires_at or act.now,
        )
        ends = expected(run, recipients, self._policy, act.now)
        ways = ways_lines(recipients)
        return (said, *ways, *window_lines(run, None), *told_ends(ends), those)

    async def _who_may_confirm(self, session: AsyncSession, run: Run) -> Mapping[int, str]:
        """Return an account of each human whose word would count."""
        grounds = await self._standing.grounds(session, run)
        may: dict[int, str] = {}
        for person in grounds.coordinators:
            name = (await people.get(session, person)).name
            for identity in await people.identities(session, person):
                if unfit(person, identity, grounds) is None:
                    may.setdefault(grounds.humans.get(person, person), told(identity, name))
        return may


def _faults(run: Run, proposal: Proposal) -> tuple[Line, ...]:
    """Return what nobody may wave aside."""
    if proposal.errors:
        findings = (*proposal.errors, *proposal.warnings)
        return (*findings, line("propose.must_mend", run=run.number))
    if not proposal.audience.recipients:
        return (line("propose.nobody_left", run=run.number),)
    return ()
