"""How one message leaves, by its recipient's way; or that it stands there already."""

from __future__ import annotations

from functools import partial

from chatbot.delivery.holding import Holding
from chatbot.delivery.letters import Letters
from chatbot.delivery.recovery import MARGIN
from chatbot.delivery.righting import Righting
from chatbot.delivery.sending import Send, summary_of
from commands.policy import RunPolicy
from commands.rules.delivery import Settled, standing
from commands.rules.letter import Letter
from commands.rules.marks import hidden_mark
from commands.rules.plaintext import plain_text
from commands.rules.signing import with_signature
from commands.rules.titles import USER_TALK
from commands.wikis import PageFacts, Wiki
from commands.writes import Email, Section, Topic
from storage import claims
from storage.runvalues import Delivery, Run, RunKind, Way


class Ways:
    """Makes of a delivery what is sent. The methods raise WikiTrouble."""

    def __init__(
        self,
        *,
        wiki: Wiki,
        holding: Holding,
        letters: Letters,
        righting: Righting,
        policy: RunPolicy,
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._letters = letters
        self._righting = righting
        self._policy = policy

    async def prepare(self, delivery: Delivery, run: Run, page: PageFacts) -> Send | Settled:
        """Return how to send a message to a page as it is now, or how it has ended before."""
        if run.kind is not RunKind.MESSAGE:
            return await self._righting.prepare(delivery, run)
        letter = await self._letters.of(delivery, run)
        match delivery.recipient.way:
            case Way.TOPIC:
                return await self._topic(delivery, run, page, letter)
            case Way.EMAIL:
                return await self._mail(page, letter)
        section = Section(
            title=page.title,
            subject=letter.heading,
            body=with_signature(letter.body),
            summary=summary_of(delivery, run, letter.subject, about=self._policy.about),
            bot=page.namespace == USER_TALK,
            base=page,
        )
        return partial(self._wiki.add_section, section)

    async def _topic(
        self, delivery: Delivery, run: Run, page: PageFacts, letter: Letter
    ) -> Send | Settled:
        """Look on the board itself first: no contributions tell of topics."""
        mark = hidden_mark(run.number, run.digest or "", delivery.recipient.number)
        async with self._holding.reading() as session:
            created_at = await claims.oldest(session, [run.number])
        for each in await self._wiki.topics(page.title, created_at - MARGIN):
            if mark in each.text:
                return standing(delivery, title=each.title, saved_at=each.started_at)
        topic = Topic(page.title, letter.subject, f"{letter.body}\n{mark}")
        return partial(self._wiki.add_topic, topic)

    async def _mail(self, page: PageFacts, letter: Letter) -> Send:
        site = await self._wiki.site()
        user = page.owner.name if page.owner else ""
        mail = Email(user, letter.subject, plain_text(letter.body, page_url=site.page_url))
        return partial(self._wiki.send_email, mail)
