"""The errand `run propose`: look everybody up again, freeze the text, put it before the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot.clock import Clock
from chatbot.errands.checking import Checked, Checking
from chatbot.errands.freezing import Freezing, Frozen
from chatbot.errands.gathering import Gathering
from chatbot.errands.noting import Noting
from chatbot.errands.prepared import prepared
from chatbot.errands.putting_right import PuttingRight
from chatbot.errands.survey import Survey
from chatbot.errands.work import Settle, answer
from commands.messages import Line, Reply, line
from commands.proposing import Proposal, Proposing
from commands.rules.audience import Audience
from commands.rules.recipe import Recipe
from commands.rules.recipekept import recalled
from commands.rundesk import Act
from storage import funnels
from storage.database import Database
from storage.runvalues import Errand, LeftOut, Recipient, Run, RunKind


class ProposalWork:
    """Prepares proposals."""

    def __init__(
        self,
        *,
        database: Database,
        survey: Survey,
        noting: Noting,
        clock: Clock,
        told: Callable[[], None],
        freezing: Freezing,
        checking: Checking,
        proposing: Proposing,
        putting_right: PuttingRight,
    ) -> None:
        self._database = database
        self._survey = survey
        self._noting = noting
        self._clock = clock
        self._told = told
        self._freezing = freezing
        self._checking = checking
        self._proposing = proposing
        self._putting_right = putting_right

    async def prepare(self, errand: Errand) -> Settle:
        """Look everybody up again, and have the frozen text rendered by every wiki."""
        async with self._database.reading() as session:
            before = await prepared(session, errand)
            run = before.run
            if refusal := await self._proposing.unready(session, run, errand.person):
                return answer(refusal)
            left_out = await funnels.left_out(session, run.number)
        if run.kind is not RunKind.MESSAGE:
            audience = await self._putting_right.audience(run)
        else:
            again = await self._again(errand, run, before.recipients, left_out)
            if isinstance(again, Line):
                return answer(again)
            audience = again
        if run.kind is RunKind.RETRACTION:
            return self._settling(run, _taking_back(run, audience))
        live = "live" in errand.arguments
        frozen = await self._freezing.frozen(
            run,
            before.texts,
            audience.recipients,
            event=before.event,
            sender=before.sender,
            reasons=before.reasons,
            live=live,
        )
        checked = await self._checking.checked(frozen)
        anyway = "anyway" in errand.arguments
        proposal = _proposal(frozen, checked, audience, live=live, anyway=anyway)
        return self._settling(run, proposal)

    def _settling(self, run: Run, proposal: Proposal) -> Settle:
        async def settle(act: Act) -> Reply:
            return await self._proposing.propose(act, run, proposal)

        return settle

    async def _again(
        self,
        errand: Errand,
        run: Run,
        recipients: Sequence[Recipient],
        left_out: Sequence[LeftOut],
    ) -> Audience | Line:
        """Return the audience as it is by now; a sentence where a list to leave out is gone."""
        recipe, now = recalled(run.recipe) if run.recipe else Recipe(sources=()), self._clock()
        gathering = Gathering(
            database=self._database, errand=errand, clock=self._clock, told=self._told
        )
        notes = await self._noting.notes(recipe, now, gathering)
        if isinstance(notes, Line):
            return notes
        return await self._survey.again(
            recipients,
            left_out,
            recipe=recipe,
            notes=notes,
            now=now,
            gathering=gathering,
        )


def _proposal(
    frozen: Frozen, checked: Checked, audience: Audience, *, live: bool, anyway: bool
) -> Proposal:
    run = frozen.run
    return Proposal(
        subject=run.subject,
        body=run.body,
        footer=run.footer,
        language=run.language,
        texts=frozen.texts,
        particulars=run.particulars,
        live=live,
        revisions=_revisions(checked) if live else {},
        audience=replace(audience, recipients=frozen.recipients),
        errors=checked.errors if live else (*checked.errors, *_not_substituted(checked)),
        warnings=checked.warnings,
        anyway=anyway,
    )


def _taking_back(run: Run, audience: Audience) -> Proposal:
    """Return the proposal of a retraction: its reason is all that it says."""
    return Proposal(
        subject=run.subject,
        body=run.draft,
        footer="",
        live=False,
        revisions={},
        audience=audience,
    )


def _revisions(checked: Checked) -> dict[str, dict[str, int]]:
    """Return what any of the texts transcludes, by wiki."""
    found: dict[str, dict[str, int]] = {}
    for sample in checked.samples:
        found.setdefault(sample.recipient.wiki, {}).update(sample.rendered.transcluded)
    return found


def _not_substituted(checked: Checked) -> list[Line]:
    """Tell of what is transcluded still, from inside of tags: it could change after all."""
    pages = {page: None for each in checked.samples for page in each.rendered.transcluded}
    return [line("propose.not_substituted", pages=tuple(pages))] if pages else []
