"""The errand `run preview`: show one person exactly what will be sent, and his code below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot.errands.checking import Checked, Checking, Frozen
from chatbot.errands.work import Settle, answer
from commands.messages import Line, Reply, line, reply
from commands.previewcard import PreviewCard
from commands.rules.confirmation import unfit
from commands.rules.digest import digest_code
from commands.rules.overview import by_wiki, funnel_lines, samples
from commands.rundesk import Act
from commands.standing import Standing, recipients
from storage import confirmations, funnels, people, runs
from storage.database import Database
from storage.values import Errand, FunnelStep, LeftOut, Recipient, Run, RunState


class PreviewWork:
    """Makes previews."""

    def __init__(
        self, *, database: Database, checking: Checking, standing: Standing, card: PreviewCard
    ) -> None:
        self._database = database
        self._checking = checking
        self._standing = standing
        self._card = card

    async def prepare(self, errand: Errand) -> Settle:
        """Have the wikis render what is frozen, or the draft as it would be frozen now."""
        async with self._database.reading() as session:
            run = await runs.get(session, errand.run)
            audience = await recipients(session, errand.run)
            steps = await funnels.steps(session, errand.run)
            left_out = await funnels.left_out(session, errand.run)
            sender = (await people.get(session, errand.person)).name
        if run is None:
            raise LookupError(f"no run {errand.run}")
        if not run.subject and not run.draft:
            return answer(line("preview.no_message", run=run.number, name=run.name))
        text = await self._text(run, sender)
        checked = await self._checking.checked(text, audience)
        shown = (
            *_as_it_stands(run, checked, audience),
            *_audience(audience, steps, left_out),
            *checked.errors,
            *checked.warnings,
        )

        async def settle(act: Act) -> Reply:
            last = await self._end(act, errand, run)
            return replace(last, lines=(*shown, *last.lines), apart=len(last.lines))

        return settle

    async def _text(self, run: Run, sender: str) -> Frozen:
        if run.digest is not None:
            return Frozen(run.subject, run.body, run.footer)
        return await self._checking.frozen(run, sender=sender, live=run.live)

    async def _end(self, act: Act, errand: Errand, shown: Run) -> Reply:
        """Return the code for what was just shown, or why there is none."""
        run = await runs.get(act.session, shown.number, lock=True)
        if run is None or run.digest != shown.digest:
            return reply(line("preview.changed", run=shown.number))
        if run.state is not RunState.PROPOSED or run.digest is None:
            return reply()
        proposal = line("preview.digest", digest=digest_code(run.digest))
        grounds = await self._standing.grounds(act.session, run)
        if why := unfit(errand.person, errand.identity, grounds):
            refused = line("confirm.refused", run=run.number, why=line(f"confirm.why.{why}"))
            return reply(proposal, refused)
        await confirmations.show(
            act.session, run.number, run.digest, person=errand.person, now=act.now
        )
        return await self._card.under(act.session, run, digest=run.digest, person=errand.person)


def _as_it_stands(run: Run, checked: Checked, audience: Sequence[Recipient]) -> list[Line]:
    wiki, rendered = next(iter(checked.rendered.items()))
    page = next((each.title for each in audience if each.wiki == wiki), "")
    key = "preview.on_page" if page else "preview.of_draft"
    head = line(key, run=run.number, name=run.name, wiki=wiki, page=page)
    return [head, *(line("preview.text", text=text) for text in rendered.text.split("\n"))]


def _audience(
    audience: Sequence[Recipient], steps: Sequence[FunnelStep], left_out: Sequence[LeftOut]
) -> list[Line]:
    if not audience:
        return [line("preview.no_audience")]
    count = line("preview.recipients", count=len(audience), wikis=by_wiki(audience))
    some = tuple(
        line("preview.sample", wiki=each.wiki, page=each.title) for each in samples(audience)
    )
    return [count, line("preview.samples", pages=some), *funnel_lines(steps, left_out)]
