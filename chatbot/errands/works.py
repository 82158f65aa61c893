"""What is done for each kind of errand, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from chatbot.errands.audience import AudienceWork
from chatbot.errands.checking import Checking
from chatbot.errands.message import MessageWork
from chatbot.errands.preview import PreviewWork
from chatbot.errands.proposal import ProposalWork
from chatbot.errands.sources import Sources
from chatbot.errands.survey import Survey
from chatbot.errands.work import Work
from commands.messages import Line
from commands.policy import RunPolicy
from commands.previewcard import PreviewCard
from commands.proposing import Proposing
from commands.rundesk import Records
from commands.standing import Standing
from commands.wikis import Wiki
from storage.database import Database
from storage.values import ErrandKind


def all_works(
    *,
    database: Database,
    wikis: Mapping[str, Wiki],
    policy: RunPolicy,
    imports: Path,
    words: Callable[[Line], str],
) -> Mapping[ErrandKind, Work]:
    """Return how each kind is done. `imports` is the folder of lists that the operator laid in."""
    records = Records(policy=policy)
    standing = Standing(policy=policy, records=records)
    survey = Survey(wikis=wikis, policy=policy)
    checking = Checking(wikis=wikis, policy=policy)
    sources = Sources(wikis=wikis, survey=survey, policy=policy, imports=imports)
    return {
        ErrandKind.AUDIENCE: AudienceWork(
            sources=sources, survey=survey, records=records, words=words
        ),
        ErrandKind.MESSAGE: MessageWork(
            database=database, sources=sources, checking=checking, records=records
        ),
        ErrandKind.PREVIEW: PreviewWork(
            database=database,
            checking=checking,
            standing=standing,
            card=PreviewCard(policy=policy, standing=standing),
        ),
        ErrandKind.PROPOSE: ProposalWork(
            database=database,
            survey=survey,
            checking=checking,
            proposing=Proposing(policy=policy, records=records, standing=standing),
        ),
    }
