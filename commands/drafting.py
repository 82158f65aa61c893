"""The desk where runs are prepared: audience, message, preview, proposal.

All four need wikis, so that they are kept as errands; the answers come as notices.
"""

from __future__ import annotations

from collections.abc import Mapping

from commands.changes import since_then
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import Unfit, fit_text
from commands.grammar import excerpt, plain
from commands.messages import Line, Reply, line, reply
from commands.rules.digest import digest_code
from commands.rules.drafts import from_chat
from commands.rules.lifecycle import EDITABLE
from commands.rules.sources import source
from commands.rundesk import RUN, Records, act_of, not_now, run_meant
from storage import errands
from storage.values import Destination, ErrandKind, Place, Run, RunState


class Drafting:
    """What is done to a run before it is confirmed."""

    def __init__(self, *, records: Records) -> None:
        self._records = records

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command(
                "run audience",
                coordinator,
                "help.run_audience",
                "run audience 7 [[Tech talks/Subscribers]] | you subscribed to tech talks",
                self.audience,
                (
                    RUN,
                    Argument("source", Kind.TEXT),
                    Argument("reason", Kind.PART, optional=True),
                ),
                writes=True,
                form="run audience N [[PAGE]] or file:NAME [| REASON]",
            ),
            Command(
                "run message",
                coordinator,
                "help.run_message",
                "run message 7 | Tech talk on 3 December | You are invited. // See you there!",
                self.message,
                (
                    RUN,
                    Argument("page", Kind.TEXT, optional=True),
                    Argument("text", Kind.PART, optional=True),
                ),
                writes=True,
                form="run message N [[PAGE]] or run message N | SUBJECT | TEXT",
            ),
            Command(
                "run preview",
                coordinator,
                "help.run_preview",
                "run preview 7",
                self.preview,
                (RUN, Argument("digest", Kind.WORD, optional=True)),
                writes=True,
                pressable=True,
            ),
            Command(
                "run propose",
                coordinator,
                "help.run_propose",
                "run propose 7",
                self.propose,
                (RUN, Argument("live", Kind.FLAG), Argument("anyway", Kind.FLAG)),
                writes=True,
            ),
        )

    async def audience(self, call: Call) -> Reply:
        """Have a list read and made an audience."""
        run = await self._run_to_change(call)
        if isinstance(run, Line):
            return reply(run)
        given = call.text("source")
        if source(given) is None:
            return reply(line("audience.no_source", given=excerpt(given), prefix=call.prefix))
        reason = fit_text("reason", call.text("reason", ""))
        if isinstance(reason, Unfit):
            return reply(reason.problem)
        _, voided = await self._records.reopen(act_of(call), run)
        arguments = {"source": given, "reason": reason}
        await self._ask(call, ErrandKind.AUDIENCE, run, arguments)
        return reply(*voided, line("errand.audience", run=run.number, source=given))

    async def message(self, call: Call) -> Reply:
        """Take a message from a page or from the line itself, and have it checked."""
        run = await self._run_to_change(call)
        if isinstance(run, Line):
            return reply(run)
        page, text = call.text("page", ""), call.text("text", "")
        if problem := _problem_of_message(call, page, text):
            return reply(problem)
        _, voided = await self._records.reopen(act_of(call), run)
        arguments = {"page": page} if page else {"text": text}
        await self._ask(call, ErrandKind.MESSAGE, run, arguments)
        return reply(*voided, line("errand.message", run=run.number))

    async def preview(self, call: Call) -> Reply:
        """Have a run rendered, and the result said to the speaker alone.

        With the digest of a proposal, only what it stands for is meant.
        """
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        meant = plain(call.text("digest", ""))
        if meant and meant != digest_code(run.digest or ""):
            return reply(await since_then(call.session, run))
        await self._ask(call, ErrandKind.PREVIEW, run, {}, private=True)
        return reply(line("errand.preview", run=run.number, name=run.name))

    async def propose(self, call: Call) -> Reply:
        """Have a run checked, frozen, and put before the coordinators."""
        run = await self._run_to_change(call)
        if isinstance(run, Line):
            return reply(run)
        if run.state is RunState.PROPOSED:
            return reply(line("propose.already", run=run.number, prefix=call.prefix))
        flags = {name: "yes" for name in ("live", "anyway") if call.flag(name)}
        await self._ask(call, ErrandKind.PROPOSE, run, flags)
        return reply(line("errand.propose", run=run.number, name=run.name))

    async def _run_to_change(self, call: Call) -> Run | Line:
        run = await run_meant(call)
        if isinstance(run, Line) or run.state in EDITABLE:
            return run
        return not_now(run)

    async def _ask(
        self,
        call: Call,
        kind: ErrandKind,
        run: Run,
        arguments: Mapping[str, str],
        *,
        private: bool = False,
    ) -> None:
        alone = Destination(call.identity.network, Place.PERSON, call.identity.account)
        await errands.ask(
            call.session,
            kind,
            run=run.number,
            person=call.person.key,
            identity=call.identity,
            answer_to=alone if private or call.where is None else call.where,
            now=call.now,
            arguments=arguments,
        )


def _problem_of_message(call: Call, page: str, text: str) -> Line | None:
    """Return what is wrong with a message as it was named, before any wiki is asked."""
    if bool(page) == bool(text):
        return line("message.which", prefix=call.prefix)
    if text:
        draft = from_chat(text)
        return draft if isinstance(draft, Line) else None
    named = source(page)
    return None if named and "[[" in page else line("message.no_page", prefix=call.prefix)
