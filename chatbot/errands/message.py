"""The errand `run message`: read the message, have it rendered and checked, keep it."""

from __future__ import annotations

from dataclasses import replace

from chatbot.errands.checking import Checked, Checking
from chatbot.errands.sources import Sources
from chatbot.errands.work import Settle, answer
from commands.messages import Line, Reply, line, reply
from commands.rules.drafts import Draft, from_chat, from_page
from commands.rules.warnings import acknowledgement
from commands.rundesk import Act, Records, run_to_change
from commands.standing import recipients
from storage import confirmations, people, runs
from storage.database import Database
from storage.values import Errand, Run


class MessageWork:
    """Takes messages from pages and from chat."""

    def __init__(
        self, *, database: Database, sources: Sources, checking: Checking, records: Records
    ) -> None:
        self._database = database
        self._sources = sources
        self._checking = checking
        self._records = records

    async def prepare(self, errand: Errand) -> Settle:
        """Read the message and have the wikis render it."""
        read = await self._read(errand)
        if isinstance(read, Line):
            return answer(read)
        draft, origin = read
        async with self._database.reading() as session:
            run = await runs.get(session, errand.run)
            sender = (await people.get(session, errand.person)).name
            audience = await recipients(session, errand.run)
        if run is None:
            raise LookupError(f"no run {errand.run}")
        written = _with(run, draft, origin)
        text = await self._checking.frozen(written, sender=sender, live=False)
        checked = await self._checking.checked(text, audience)

        async def settle(act: Act) -> Reply:
            return await self._settle(act, errand, written, checked)

        return settle

    async def _read(self, errand: Errand) -> tuple[Draft, str] | Line:
        if "text" in errand.arguments:
            typed = from_chat(errand.arguments["text"])
            return typed if isinstance(typed, Line) else (typed, "")
        page = await self._sources.page(errand.arguments["page"])
        if isinstance(page, Line):
            return page
        wiki, found = page
        draft = from_page(found.text)
        return draft if isinstance(draft, Line) else (draft, f"{wiki}:{found.title}")

    async def _settle(self, act: Act, errand: Errand, written: Run, checked: Checked) -> Reply:
        run = await run_to_change(act, errand.run)
        if isinstance(run, Line):
            return reply(run)
        run, voided = await self._records.reopen(act, run)
        draft = Draft(written.subject, written.draft)
        if (run.subject, run.draft) != (draft.subject, draft.body):
            await confirmations.lift_objections(act.session, run.number, act.now)
        changed = replace(
            _with(run, draft, written.message_source), warned=acknowledgement(checked.warnings)
        )
        await self._records.keep(act, changed, "run.message")
        return reply(*voided, *_told(changed, checked))


def _with(run: Run, draft: Draft, origin: str) -> Run:
    return replace(run, subject=draft.subject, draft=draft.body, message_source=origin)


def _told(run: Run, checked: Checked) -> tuple[Line, ...]:
    kept = line("message.kept", run=run.number, name=run.name, subject=run.subject)
    findings = checked.errors + checked.warnings
    if not findings:
        return (kept, line("message.fine", run=run.number))
    key = "message.must_mend" if checked.errors else "message.may_stand"
    return (kept, *findings, line(key, run=run.number))
