"""The errand `run correct` and `run retract`: whose messages still stand as they were sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.errands.together import together
from chatbot.errands.work import Settle, answer
from commands.census import Census
from commands.messages import Line, Reply, line, reply
from commands.rules.audience import Audience
from commands.rules.letter import letter
from commands.rules.lifecycle import drafted
from commands.rules.overview import funnel_lines
from commands.rules.righting import Left, untouched
from commands.rundesk import Act, Records, run_to_change
from commands.wikis import PageText, Wiki
from storage import confirmations, deliveries, funnels, runs, texts, written
from storage.database import Database
from storage.runvalues import (
    Delivery,
    DeliveryState,
    Errand,
    FunnelStep,
    LeftOut,
    Recipient,
    Run,
    Text,
    Way,
)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A message that went out, in what is on record: its delivery, and its run with all texts."""

    delivery: Delivery
    run: Run
    texts: tuple[Text, ...]


_Look = tuple[Delivery, Left | None]
"""What went out to somebody first, and why it is left as it is."""


class PuttingRight:
    """Finds the messages of a run that can be put right. `census` are the wikis' other faces."""

    def __init__(
        self, *, database: Database, wikis: Mapping[str, Wiki], census: Mapping[str, Census]
    ) -> None:
        self._database = database
        self._wikis = wikis
        self._census = census

    async def audience(self, run: Run) -> Audience:
        """Return the audience of a run that puts another one right. Raises WikiTrouble.

        Whoever got that one's message is in it, or left out for what became of the message.
        """
        async with self._database.reading() as session:
            sent = [
                each
                for each in await deliveries.of_run(session, run.of_run or 0)
                if each.state is DeliveryState.SENT
            ]
            last = {
                (each.delivery.recipient.wiki, each.delivery.recipient.title): each
                for each in [
                    _Earlier(
                        delivery,
                        await runs.get(session, delivery.run) or run,
                        await texts.of_run(session, delivery.run),
                    )
                    for delivery in await written.written(session, run.of_run or 0)
                ]
            }
        by_wiki: dict[str, list[Delivery]] = {}
        for each in sent:
            by_wiki.setdefault(each.recipient.wiki, []).append(each)
        looks = await together(self._look(wiki, some, last) for wiki, some in by_wiki.items())
        found = sorted(
            (each for some in looks for each in some), key=lambda look: look[0].recipient.number
        )
        return _audience(found)

    async def _look(
        self, wiki: str, sent: Sequence[Delivery], last: Mapping[tuple[str, str], _Earlier]
    ) -> list[_Look]:
        """Compare what was saved on one wiki with what stands there."""
        earlier = [(each, last.get((wiki, each.recipient.title))) for each in sent]
        revids = [found.delivery.revid or 0 for _, found in earlier if found]
        saved = await self._wikis[wiki].as_saved(revids)
        pages = await self._census[wiki].texts([each.title for each in saved.values()])
        return [(each, _left(found, saved, pages)) for each, found in earlier]


class PutRightWork:
    """Makes the audiences of corrections and retractions."""

    def __init__(
        self, *, database: Database, putting_right: PuttingRight, records: Records
    ) -> None:
        self._database = database
        self._putting_right = putting_right
        self._records = records

    async def prepare(self, errand: Errand) -> Settle:
        """Look where the messages stand."""
        async with self._database.reading() as session:
            run = await runs.get(session, errand.run)
        if run is None or run.of_run is None:
            return answer(line("right.nothing", run=errand.run))
        audience = await self._putting_right.audience(run)

        async def settle(act: Act) -> Reply:
            return await self._settle(act, errand, audience)

        return settle

    async def _settle(self, act: Act, errand: Errand, audience: Audience) -> Reply:
        run = await run_to_change(act, errand.run)
        if isinstance(run, Line):
            return reply(run)
        run, voided = await self._records.reopen(act, run)
        await confirmations.lift_objections(act.session, run.number, act.now)
        await deliveries.freeze(act.session, run.number, audience.recipients)
        await funnels.keep(act.session, run.number, audience.steps, audience.left_out)
        count = len(audience.recipients)
        changed = replace(run, state=drafted(count))
        await self._records.keep(act, changed, "run.audience", recipients=count)
        built = line("right.built", run=run.number, name=run.name, of=run.of_run or 0, count=count)
        return reply(*voided, built, *funnel_lines(audience.steps, audience.left_out))


def _left(
    earlier: _Earlier | None, saved: Mapping[int, PageText], pages: Mapping[str, PageText]
) -> Left | None:
    """Return why a message is left as it is, None where it stands untouched."""
    if earlier is None:
        return Left.NO_SECTION
    then = saved.get(earlier.delivery.revid or 0)
    found = untouched(
        then,
        pages.get(then.title) if then else None,
        letter=letter(earlier.run, earlier.texts, earlier.delivery.recipient),
        kind=earlier.run.kind,
    )
    return found if isinstance(found, Left) else None


def _audience(looks: Sequence[_Look]) -> Audience:
    standing = [delivery.recipient for delivery, left in looks if left is None]
    out = tuple(
        LeftOut(each.recipient.wiki, each.recipient.title, each.recipient.as_listed, left, "")
        for each, left in looks
        if left is not None
    )
    recipients = tuple(_recipient(each, number) for number, each in enumerate(standing, start=1))
    return Audience(recipients, tuple(_steps(out, len(looks))), out)


def _recipient(before: Recipient, number: int) -> Recipient:
    return replace(before, number=number, way=Way.SECTION)


def _steps(left_out: Sequence[LeftOut], left: int) -> Iterator[FunnelStep]:
    taken = Counter(each.step for each in left_out)
    for step in Left:
        left -= taken[step]
        yield FunnelStep(step, taken[step], left)
