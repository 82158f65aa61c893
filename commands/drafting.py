"""The desk where runs are prepared: message, test, preview, proposal.

All four need wikis, so that they are kept as errands; the answers come as notices.
"""

from __future__ import annotations

from commands.asking import ask, run_to_draft
from commands.changes import since_then
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import plain
from commands.messages import Line, Reply, line, reply
from commands.rules.digest import digest_code, is_digest_code
from commands.rules.drafts import from_chat
from commands.rules.sources import source
from commands.rules.translatable import codes
from commands.rules.trials import MOST_PAGES, trial
from commands.rules.wording import Wording, wording
from commands.rundesk import RUN, Records, act_of, run_meant
from storage.runvalues import ErrandKind, RunKind, RunState


class Drafting:
    """What is done to a run before it is confirmed."""

    def __init__(self, *, records: Records) -> None:
        self._records = records

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
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
                form="run message N [[PAGE]] or run message N | SUBJECT | TEXT [| language: CODE]",
            ),
            Command(
                "run test",
                coordinator,
                "help.run_test",
                "run test 7 sv [[User:Alice]] [[User talk:Bob@svwiki]]",
                self.test,
                (RUN, Argument("pages", Kind.TEXT)),
                writes=True,
                form="run test N [LANGUAGE] [[PAGE]]…",
            ),
            Command(
                "run preview",
                coordinator,
                "help.run_preview",
                "run preview 7",
                self.preview,
                (RUN, Argument("digest", Kind.WORD, optional=True)),
                writes=True,
                form="run preview N [DIGEST or LANGUAGE]",
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

    async def message(self, call: Call) -> Reply:
        """Take a message from a page or from the line itself, and have it checked."""
        run = await run_to_draft(call, but=(RunKind.RETRACTION,))
        if isinstance(run, Line):
            return reply(run)
        page, given = call.text("page", ""), wording(call.text("text", ""))
        if problem := problem_of_message(call, page, given):
            return reply(problem)
        _, voided = await self._records.reopen(act_of(call), run)
        await ask(call, ErrandKind.MESSAGE, run, message_arguments(page, given))
        return reply(*voided, line("errand.message", run=run.number))

    async def preview(self, call: Call) -> Reply:
        """Have a run rendered, and the result said to the speaker alone.

        With the digest of a proposal, only what it stands for is meant; with a language, only the
        text in it is shown.
        """
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        meant = plain(call.text("digest", ""))
        language = {"language": meant} if codes([meant]) and not is_digest_code(meant) else {}
        if meant and not language and meant != digest_code(run.digest or ""):
            return reply(await since_then(call.session, run))
        await ask(call, ErrandKind.PREVIEW, run, language, private=True)
        return reply(line("errand.preview", run=run.number, name=run.name))

    async def test(self, call: Call) -> Reply:
        """Have the message written to coordinators' own pages, as it is now."""
        run = await run_to_draft(call, but=(RunKind.RETRACTION,))
        if isinstance(run, Line):
            return reply(run)
        language, pages = trial(call.text("pages"))
        if not pages:
            return reply(line("test.no_page", prefix=call.prefix))
        if len(pages) > MOST_PAGES:
            return reply(line("test.too_many", count=MOST_PAGES))
        arguments = {"pages": "\n".join(pages), "language": language}
        await ask(call, ErrandKind.TEST, run, arguments)
        return reply(line("errand.test", run=run.number))

    async def propose(self, call: Call) -> Reply:
        """Have a run checked, frozen, and put before the coordinators."""
        run = await run_to_draft(call)
        if isinstance(run, Line):
            return reply(run)
        if run.state is RunState.PROPOSED:
            return reply(line("propose.already", run=run.number, prefix=call.prefix))
        flags = {name: "yes" for name in ("live", "anyway") if call.flag(name)}
        await ask(call, ErrandKind.PROPOSE, run, flags)
        return reply(line("errand.propose", run=run.number, name=run.name))


def message_arguments(page: str, given: Wording) -> dict[str, str]:
    """Return the arguments of the errand that reads a message."""
    arguments = {
        "page": page,
        "text": given.text,
        "language": given.language,
        "languages": " ".join(given.only),
        "without": " ".join(given.without),
    }
    return {name: value for name, value in arguments.items() if value}


def problem_of_message(call: Call, page: str, given: Wording) -> Line | None:
    """Return what is wrong with a message as it was named, before any wiki is asked."""
    if [bool(page), bool(given.text), bool(given.without)].count(True) != 1:
        return line("message.which", prefix=call.prefix)
    if given.only and not page:
        return line("message.one_language", prefix=call.prefix)
    if given.without:
        return None
    if given.text:
        draft = from_chat(given.text)
        return draft if isinstance(draft, Line) else None
    named = source(page)
    return None if named and "[[" in page else line("message.no_page", prefix=call.prefix)
