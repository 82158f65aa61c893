"""Puts right what an earlier run wrote: gives its section a new text, or takes it back."""

from __future__ import annotations

from functools import partial

from chatbot.delivery.holding import Holding
from chatbot.delivery.letters import Letters
from chatbot.delivery.sending import Send, summary_of
from commands.policy import RunPolicy
from commands.rules.delivery import Settled, left_alone
from commands.rules.righting import Left, untouched
from commands.rules.sections import Part, removed, replaced
from commands.rules.signing import section, with_signature
from commands.rules.titles import USER_TALK
from commands.wikis import PageText, Wiki, WikiTrouble
from commands.writes import PageEdit
from storage import runs, written
from storage.runvalues import Delivery, Run, RunKind


class Righting:
    """Makes of a delivery of a correction or a retraction the edit that carries it out.

    The page is that of the revision which wrote the section, whatever it is called by now. The
    edit is based on the page as it was looked at: if somebody edits it meanwhile, it conflicts,
    and the page is looked at again.
    """

    def __init__(
        self, *, wiki: Wiki, holding: Holding, letters: Letters, policy: RunPolicy
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._letters = letters
        self._policy = policy

    async def prepare(self, delivery: Delivery, run: Run) -> Send | Settled:
        """Return how to put a section right, or why it is left as it is. Raises WikiTrouble."""
        earlier = await self._earlier(delivery, run)
        if earlier is None:
            return left_alone(delivery, Left.GONE)
        before, of_run = earlier
        revid = before.revid or 0
        saved = (await self._wiki.as_saved([revid])).get(revid)
        now = await self._now(saved)
        letter = await self._letters.of(before, of_run)
        part = untouched(saved, now, letter=letter, kind=of_run.kind)
        if isinstance(part, Left) or now is None:
            return left_alone(delivery, part if isinstance(part, Left) else Left.GONE)
        # An undo takes a section back only where that revision added it, below something else.
        added = of_run.kind is RunKind.MESSAGE and now.revid == revid and part.start > 0
        edit = await self._edit(delivery, run, now, part, undo=revid if added else None)
        return partial(self._wiki.save_page, edit)

    async def _earlier(self, delivery: Delivery, run: Run) -> tuple[Delivery, Run] | None:
        """Return the delivery that wrote the section last, with its run."""
        recipient = delivery.recipient
        async with self._holding.reading() as session:
            before = await written.written_to(
                session, run.of_run or 0, recipient.wiki, recipient.title
            )
            of_run = await runs.get(session, before.run) if before else None
        return (before, of_run) if before and of_run else None

    async def _now(self, saved: PageText | None) -> PageText | None:
        """Return a page as it stands, None where it is deleted or leads elsewhere."""
        if saved is None:
            return None
        try:
            now = await self._wiki.read(saved.title)
        except WikiTrouble as trouble:
            if trouble.lasting:
                return None
            raise
        return now if now.title == saved.title else None

    async def _edit(
        self, delivery: Delivery, run: Run, now: PageText, part: Part, *, undo: int | None
    ) -> PageEdit:
        bot = now.namespace == USER_TALK
        about = self._policy.about
        if run.kind is RunKind.RETRACTION:
            words = summary_of(delivery, run, run.body or run.subject, about=about)
            return PageEdit(now.title, removed(now.text, part), words, now.revid, bot, undo=undo)
        letter = await self._letters.of(delivery, run)
        text = section(letter.heading, with_signature(letter.body))
        words = summary_of(delivery, run, letter.subject, about=about)
        return PageEdit(now.title, replaced(now.text, part, text), words, now.revid, bot)
