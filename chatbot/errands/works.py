"""What is done for each kind of errand, put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path

from chatbot.clock import Clock
from chatbot.errands.audience import AudienceWork
from chatbot.errands.checking import Checking
from chatbot.errands.footers import Footers, Words
from chatbot.errands.freezing import Freezing
from chatbot.errands.inquiring import Inquiring
from chatbot.errands.message import MessageWork
from chatbot.errands.noting import Noting
from chatbot.errands.preview import PreviewWork
from chatbot.errands.proposal import ProposalWork
from chatbot.errands.publishing import PublishWork
from chatbot.errands.putting_right import PutRightWork, PuttingRight
from chatbot.errands.scouting import Scouting
from chatbot.errands.sources import Sources
from chatbot.errands.survey import Survey
from chatbot.errands.topics import Topics
from chatbot.errands.trial import TrialWork
from chatbot.errands.work import Work
from commands.census import Census, History
from commands.policy import RunPolicy
from commands.previewcard import PreviewCard
from commands.proposing import Proposing
from commands.rundesk import Records
from commands.standing import Standing
from commands.wikis import Wiki
from storage.database import Database
from storage.runvalues import ErrandKind


def all_works(
    *,
    database: Database,
    wikis: Mapping[str, Wiki],
    census: Mapping[str, Census],
    history: History,
    policy: RunPolicy,
    imports: Path,
    fresh: timedelta,
    words: Words,
    spoken: Collection[str],
    clock: Clock,
    revision_urls: Mapping[str, str],
    told: Callable[[], None],
    report: Callable[[int], Awaitable[str]],
) -> Mapping[ErrandKind, Work]:
    """Return how each kind is done. `imports` is the folder of lists that the operator laid in.

    `census` are the same wikis as `wikis`, in their other face. What they said of global accounts
    less than `fresh` ago is believed. `told` is called after lines for who asked were planned.

    `spoken` are the languages that `words` speaks, `revision_urls` addresses by wiki, with
    `{revid}` in them.

    `report` returns a run's report as wikitext.
    """
    records = Records(policy=policy)
    standing = Standing(policy=policy, records=records)
    inquiring = Inquiring(wikis=wikis, census=census, database=database, clock=clock, fresh=fresh)
    survey = Survey(wikis=wikis, inquiring=inquiring, policy=policy)
    checking = Checking(wikis=wikis, policy=policy)
    freezing = Freezing(
        wikis=wikis,
        policy=policy,
        footers=Footers(words=words, spoken=spoken, policy=policy),
        clock=clock,
    )
    sources = Sources(wikis=wikis, census=census, survey=survey, policy=policy, imports=imports)
    scouting = Scouting(
        database=database,
        sources=sources,
        census=census,
        topics=Topics(wikis=wikis, census=census, survey=survey, history=history),
        home=policy.home,
        unified=policy.unified,
        words=words,
    )
    putting_right = PuttingRight(database=database, wikis=wikis, census=census)
    noting = Noting(database=database, scouting=scouting, survey=survey, policy=policy)
    return {
        ErrandKind.AUDIENCE: AudienceWork(
            database=database,
            sources=sources,
            scouting=scouting,
            noting=noting,
            survey=survey,
            records=records,
            policy=policy,
            clock=clock,
            told=told,
        ),
        ErrandKind.MESSAGE: MessageWork(
            database=database,
            wikis=wikis,
            policy=policy,
            sources=sources,
            freezing=freezing,
            checking=checking,
            records=records,
            words=words,
            spoken=spoken,
            clock=clock,
        ),
        ErrandKind.TEST: TrialWork(
            database=database,
            wikis=wikis,
            policy=policy,
            survey=survey,
            freezing=freezing,
            checking=checking,
            words=words,
            clock=clock,
            revision_urls=revision_urls,
        ),
        ErrandKind.PUT_RIGHT: PutRightWork(
            database=database, putting_right=putting_right, records=records
        ),
        ErrandKind.REPORT: PublishWork(
            database=database,
            wikis=wikis,
            survey=survey,
            policy=policy,
            compose=report,
            words=words,
        ),
        ErrandKind.PREVIEW: PreviewWork(
            database=database,
            freezing=freezing,
            checking=checking,
            standing=standing,
            card=PreviewCard(policy=policy, standing=standing),
        ),
        ErrandKind.PROPOSE: ProposalWork(
            database=database,
            survey=survey,
            noting=noting,
            clock=clock,
            told=told,
            freezing=freezing,
            checking=checking,
            proposing=Proposing(policy=policy, records=records, standing=standing),
            putting_right=putting_right,
        ),
    }
