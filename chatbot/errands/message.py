"""The errand `run message`: read the message, have it rendered and checked, keep it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from chatbot.clock import Clock
from chatbot.errands.checking import Checked, Checking
from chatbot.errands.footers import Words
from chatbot.errands.freezing import Freezing
from chatbot.errands.prepared import Prepared, prepared
from chatbot.errands.sources import Sources
from chatbot.errands.translations import Gathered, Translations
from chatbot.errands.work import Settle, answer
from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.drafts import Draft, from_chat
from commands.rules.invitation import invitation
from commands.rules.translation import best
from commands.rules.warnings import acknowledgement
from commands.rundesk import Act, Records, run_to_change
from commands.wikis import Wiki
from storage import confirmations, texts
from storage.database import Database
from storage.runvalues import Errand, Run, Text

_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class _Written:
    """A run with its message as it is from now on, and what is to be said about its sources."""

    run: Run
    texts: tuple[Text, ...]
    unfit: tuple[Line, ...] = ()


class MessageWork:
    """Takes messages from pages and from chat, and writes the notices of events.

    `spoken` are the languages that `words` speaks.
    """

    def __init__(
        self,
        *,
        database: Database,
        wikis: Mapping[str, Wiki],
        policy: RunPolicy,
        sources: Sources,
        freezing: Freezing,
        checking: Checking,
        records: Records,
        words: Words,
        spoken: Collection[str],
        clock: Clock,
    ) -> None:
        self._database = database
        self._wikis = wikis
        self._home = policy.home
        self._sources = sources
        self._translations = Translations(wikis=wikis)
        self._freezing = freezing
        self._checking = checking
        self._records = records
        self._words = words
        self._spoken = spoken
        self._clock = clock

    async def prepare(self, errand: Errand) -> Settle:
        """Read the message and have the wikis render it."""
        async with self._database.reading() as session:
            before = await prepared(session, errand)
        written = await self._written(errand, before)
        if isinstance(written, Line):
            return answer(written)
        frozen = await self._freezing.frozen(
            written.run,
            written.texts,
            before.recipients,
            event=before.event,
            sender=before.sender,
            reasons=before.reasons,
            live=False,
        )
        checked = await self._checking.checked(frozen)

        async def settle(act: Act) -> Reply:
            return await self._settle(act, errand, written, checked)

        return settle

    async def _written(self, errand: Errand, before: Prepared) -> _Written | Line:
        given = errand.arguments
        home = self._wikis[self._home]
        own = before.run.language or (await home.site()).language
        codes = _codes(given.get("language", "")) + _codes(given.get("languages", ""))
        known = await home.languages(codes) if codes else {}
        if strange := tuple(code for code in codes if code not in known):
            return line("message.no_language", languages=strange)
        if "event" in given:
            return await self._invitation(before, own)
        if "without" in given:
            return _without(before, own, _codes(given["without"]))
        if "text" in given:
            draft = from_chat(given["text"])
            if isinstance(draft, Line):
                return draft
            return _typed(before, own, draft, given.get("language", ""))
        found = await self._gathered(given)
        return found if isinstance(found, Line) else _read(before, found)

    async def _invitation(self, before: Prepared, own: str) -> _Written | Line:
        """Return the default notice of the run's event, in each language that its pages read."""
        if before.event is None:
            return line("audience.no_event", number=before.run.event or 0)
        pages = {each.page_language for each in before.recipients if each.page_language}
        known = await self._wikis[self._home].languages(sorted({own, *pages}))
        first = best(own, self._spoken, known, otherwise=_ENGLISH)
        others = {best(each, self._spoken, known, otherwise=first) for each in pages} - {first}
        event, now = before.event, self._clock()
        drafts = {
            language: invitation(event, now, partial(self._words, language=language))
            for language in (first, *sorted(others))
        }
        own_draft = drafts.pop(first)
        run = replace(
            before.run,
            subject=own_draft.subject,
            draft=own_draft.body,
            message_source="",
            language=first,
        )
        texts = (Text(each, one.subject, one.body, "") for each, one in drafts.items())
        return _Written(run, _in_order(tuple(texts)))

    async def _gathered(self, given: Mapping[str, str]) -> Gathered | Line:
        page = await self._sources.page(given["page"])
        if isinstance(page, Line):
            return page
        wiki, found = page
        return await self._translations.of(
            wiki,
            found,
            language=given.get("language", ""),
            only=_codes(given.get("languages", "")),
        )

    async def _settle(self, act: Act, errand: Errand, written: _Written, checked: Checked) -> Reply:
        run = await run_to_change(act, errand.run)
        if isinstance(run, Line):
            return reply(run)
        run, voided = await self._records.reopen(act, run)
        before = await texts.of_run(act.session, run.number)
        message = written.run
        if _content(run, before) != _content(message, written.texts):
            await confirmations.lift_objections(act.session, run.number, act.now)
        await texts.keep(act.session, run.number, written.texts)
        changed = replace(
            run,
            subject=message.subject,
            draft=message.draft,
            message_source=message.message_source,
            language=message.language,
            warned=acknowledgement(checked.warnings),
        )
        await self._records.keep(act, changed, "run.message", languages=1 + len(written.texts))
        return reply(*voided, *_told(changed, written, checked))


def _codes(given: str) -> tuple[str, ...]:
    return tuple(given.split())


def _typed(before: Prepared, own: str, draft: Draft, language: str) -> _Written:
    """Return a run with a text that was typed: its own, or one in another language."""
    language = language or own
    others = tuple(each for each in before.texts if each.language != language)
    if language == own or not before.run.draft:
        run = replace(
            before.run,
            subject=draft.subject,
            draft=draft.body,
            message_source="",
            language=language,
        )
        return _Written(run, others)
    text = Text(language, draft.subject, draft.body, "")
    return _Written(replace(before.run, language=own), _in_order((*others, text)))


def _read(before: Prepared, found: Gathered) -> _Written:
    """Return a run with what was read. What was typed in other languages stays."""
    own, new = found.own, found.translated
    run = replace(
        before.run,
        subject=own.subject,
        draft=own.draft,
        message_source=own.source,
        language=own.language,
    )
    read = {own.language, *(each.language for each in new)}
    typed = (each for each in before.texts if not each.source and each.language not in read)
    return _Written(run, _in_order((*new, *typed)), found.unfit)


def _without(before: Prepared, own: str, languages: Collection[str]) -> _Written | Line:
    if own in languages:
        return line("message.own_language", language=own)
    there = {each.language for each in before.texts}
    if missing := tuple(each for each in languages if each not in there):
        return line("message.not_in", run=before.run.number, languages=missing)
    rest = (each for each in before.texts if each.language not in languages)
    return _Written(replace(before.run, language=own), tuple(rest))


def _in_order(found: Sequence[Text]) -> tuple[Text, ...]:
    return tuple(sorted(found, key=lambda each: each.language))


def _content(run: Run, others: Sequence[Text]) -> object:
    translated = [(each.language, each.subject, each.draft) for each in others]
    return run.subject, run.draft, translated


def _told(run: Run, written: _Written, checked: Checked) -> tuple[Line, ...]:
    said = [line("message.kept", run=run.number, name=run.name, subject=run.subject)]
    if written.texts:
        languages = (run.language, *(each.language for each in written.texts))
        said.append(line("message.languages", count=len(languages), languages=languages))
    said += [line("message.unfit", what=each) for each in written.unfit]
    findings = checked.errors + checked.warnings
    if not findings:
        return (*said, line("message.fine", run=run.number))
    key = "message.must_mend" if checked.errors else "message.may_stand"
    return (*said, *findings, line(key, run=run.number))
