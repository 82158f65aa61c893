"""The errand `run propose`: look everybody up again, freeze the text, put it before the others."""

from __future__ import annotations

from chatbot.errands.checking import Checked, Checking, Frozen
from chatbot.errands.survey import Survey
from chatbot.errands.work import Settle, answer
from commands.messages import Line, Reply, line
from commands.proposing import Proposal, Proposing
from commands.rules.audience import Audience
from commands.rundesk import Act
from commands.standing import recipients
from storage import funnels, people, runs
from storage.database import Database
from storage.values import Errand


class ProposalWork:
    """Prepares proposals."""

    def __init__(
        self, *, database: Database, survey: Survey, checking: Checking, proposing: Proposing
    ) -> None:
        self._database = database
        self._survey = survey
        self._checking = checking
        self._proposing = proposing

    async def prepare(self, errand: Errand) -> Settle:
        """Look everybody up again, and have the frozen text rendered by every wiki."""
        async with self._database.reading() as session:
            run = await runs.get(session, errand.run)
            if run is None:
                raise LookupError(f"no run {errand.run}")
            if refusal := await self._proposing.unready(session, run, errand.person):
                return answer(refusal)
            before = await recipients(session, run.number)
            left_out = await funnels.left_out(session, run.number)
            sender = (await people.get(session, errand.person)).name
        audience = await self._survey.again(before, left_out)
        live = "live" in errand.arguments
        text = await self._checking.frozen(run, sender=sender, live=live)
        checked = await self._checking.checked(text, audience.recipients)
        anyway = "anyway" in errand.arguments
        proposal = _proposal(text, checked, audience, live=live, anyway=anyway)

        async def settle(act: Act) -> Reply:
            return await self._proposing.propose(act, run, proposal)

        return settle


def _proposal(
    text: Frozen, checked: Checked, audience: Audience, *, live: bool, anyway: bool
) -> Proposal:
    return Proposal(
        subject=text.subject,
        body=text.body,
        footer=text.footer,
        live=live,
        revisions=_revisions(checked) if live else {},
        audience=audience,
        errors=checked.errors if live else (*checked.errors, *_not_substituted(checked)),
        warnings=checked.warnings,
        anyway=anyway,
    )


def _revisions(checked: Checked) -> dict[str, dict[str, int]]:
    return {wiki: dict(one.transcluded) for wiki, one in checked.rendered.items()}


def _not_substituted(checked: Checked) -> list[Line]:
    """Tell of what is transcluded still, from inside of tags: it could change after all."""
    pages = {page: None for one in checked.rendered.values() for page in one.transcluded}
    return [line("propose.not_substituted", pages=tuple(pages))] if pages else []
