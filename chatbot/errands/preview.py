"""The errand `run preview`: show one person exactly what will be sent, and his code below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatbot.errands.checking import Checked, Checking, Sample
from chatbot.errands.freezing import Freezing, Frozen
from chatbot.errands.prepared import Prepared, prepared
from chatbot.errands.work import Settle, answer
from commands.messages import Line, Reply, line, reply
from commands.previewcard import PreviewCard
from commands.rules.confirmation import unfit
from commands.rules.digest import digest_code
from commands.rules.overview import by_wiki, funnel_lines, samples, ways_lines
from commands.rundesk import Act
from commands.standing import Standing
from commands.windows import approval_lines, window_lines
from storage import confirmations, funnels, runs
from storage.database import Database
from storage.runvalues import (
    Errand,
    FunnelStep,
    LeftOut,
    Recipient,
    Run,
    RunKind,
    RunState,
)


class PreviewWork:
    """Makes previews."""

    def __init__(
        self,
        *,
        database: Database,
        freezing: Freezing,
        checking: Checking,
        standing: Standing,
        card: PreviewCard,
    ) -> None:
        self._database = database
        self._freezing = freezing
        self._checking = checking
        self._standing = standing
        self._card = card

    async def prepare(self, errand: Errand) -> Settle:
        """Have the wikis render what is frozen, or the draft as it would be frozen now.

        With the argument `language`, only the text in it is shown, and no code is given.
        """
        async with self._database.reading() as session:
            found = await prepared(session, errand)
            steps = await funnels.steps(session, errand.run)
            left_out = await funnels.left_out(session, errand.run)
        run = found.run
        if not run.subject and not run.draft:
            return answer(line("preview.no_message", run=run.number, name=run.name))
        audience = _audience(found.recipients, steps, left_out)
        if run.kind is RunKind.RETRACTION:
            return self._settling(errand, run, (_taken_back(run), *audience, *_terms(run)))
        frozen = await self._frozen(found)
        language = errand.arguments.get("language")
        if language is not None and _own(language, frozen.run) not in frozen.languages:
            return answer(line("message.not_in", run=run.number, languages=(language,)))
        checked = await self._checking.checked(frozen)
        if language is not None:
            return answer(*_in_language(frozen, checked, _own(language, frozen.run)))
        shown = (
            *_corrected(run),
            *_texts(frozen, checked),
            *audience,
            *_terms(run),
            *checked.errors,
            *checked.warnings,
        )
        return self._settling(errand, run, shown)

    def _settling(self, errand: Errand, run: Run, shown: Sequence[Line]) -> Settle:
        async def settle(act: Act) -> Reply:
            last = await self._end(act, errand, run)
            return replace(last, lines=(*shown, *last.lines), apart=len(last.lines))

        return settle

    async def _frozen(self, found: Prepared) -> Frozen:
        if found.run.digest is not None:
            return Frozen(found.run, found.texts, tuple(found.recipients))
        return await self._freezing.frozen(
            found.run,
            found.texts,
            found.recipients,
            event=found.event,
            sender=found.sender,
            reasons=found.reasons,
            live=found.run.live,
        )

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


def _own(language: str, run: Run) -> str:
    """Return a language as recipients have it: none for the run's own."""
    return "" if language == run.language else language


def _in_language(frozen: Frozen, checked: Checked, language: str) -> list[Line]:
    mine = [each for each in checked.samples if each.recipient.language == language]
    return _as_it_stands(frozen.run, mine[0])


def _taken_back(run: Run) -> Line:
    reason = run.draft or line("object.no_reason")
    return line(
        "preview.retraction", run=run.number, name=run.name, of=run.of_run or 0, reason=reason
    )


def _corrected(run: Run) -> Iterator[Line]:
    if run.kind is RunKind.CORRECTION:
        yield line("preview.correction", run=run.number, name=run.name, of=run.of_run or 0)


def _as_it_stands(run: Run, sample: Sample) -> list[Line]:
    recipient = sample.recipient
    key = "preview.on_page" if recipient.number else "preview.of_draft"
    head = line(key, run=run.number, name=run.name, wiki=recipient.wiki, page=recipient.title)
    lines = sample.rendered.text.split("\n")
    return [head, *(line("preview.text", text=text) for text in lines)]


def _texts(frozen: Frozen, checked: Checked) -> Iterator[Line]:
    """Show every text in full: nobody confirms what was not shown to him."""
    first = checked.samples[0].recipient.language
    languages = sorted(frozen.languages, key=lambda each: each != first)
    for language in languages:
        if len(languages) > 1:
            yield line(
                "preview.in_language",
                language=language or frozen.run.language,
                count=sum(each.language == language for each in frozen.recipients),
            )
        yield from _in_language(frozen, checked, language)


def _terms(run: Run) -> list[Line]:
    """Tell of what is confirmed besides text and audience."""
    return [*window_lines(run, None), *approval_lines(run)]


def _audience(
    audience: Sequence[Recipient], steps: Sequence[FunnelStep], left_out: Sequence[LeftOut]
) -> list[Line]:
    if not audience:
        return [line("preview.no_audience")]
    count = line("preview.recipients", count=len(audience), wikis=by_wiki(audience))
    some = tuple(
        line("preview.sample", wiki=each.wiki, page=each.title) for each in samples(audience)
    )
    ways = ways_lines(audience)
    return [count, line("preview.samples", pages=some), *ways, *funnel_lines(steps, left_out)]
