"""A channel of coordinators, and the engines of posts, looked after by a clock that jumps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import select

from chatbot.programme import Programme
from chatbot.social.drafting import Drafting
from chatbot.social.network import Network, Outgoing, Trouble
from chatbot.social.sending import Sending
from chatbot.text import Texts
from commands.blurbs import Blurbs
from commands.messages import Reply, recalled
from commands.postplans import PostPlans
from commands.postpolicy import PostPolicy
from commands.posts import Posts
from commands.rules.socialhours import Hours
from commands.rules.socialplan import Account
from commands.rules.socialtext import Measure, literal
from storage import posts
from storage.database import Database
from storage.notices import NoticeRow
from storage.postvalues import Post
from storage.values import Destination, Event, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, event_desks

COORDINATORS = Destination("libera", Place.CHANNEL, "#coordinators")
ACCOUNT = Account(
    name="fedi",
    languages=("en", "sv"),
    before=(timedelta(days=7), timedelta(hours=4)),
    hours=Hours(time(9), time(20), "UTC"),
    tags=("Wikimedia",),
)
TALK = "event add tech-talk 2026-12-17 17:00 UTC | How talk pages work | speaker: Ada"
"""16 days from NOW: one post on the 10th at 17:00, one on the day at 13:00."""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@dataclass
class Wall:
    """A network that remembers, for what no server does when a test needs it.

    `troubles` are raised in turn, before a post arrives or, where `arrives`, after it did.
    """

    measure: Measure = field(default_factory=lambda: Measure(500, link=23))
    posted: dict[str, Outgoing] = field(default_factory=dict)
    tries: int = 0
    looks: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    arrives: bool = False

    def literal(self, text: str) -> str:
        return literal(text)

    async def read_limits(self) -> None:
        return

    async def post(self, outgoing: Outgoing) -> str:
        self.tries += 1
        if not self.troubles or self.arrives:
            assert outgoing.key not in self.posted
            self.posted[outgoing.key] = outgoing
        if self.troubles:
            raise self.troubles.pop(0)
        return f"https://wall.example/{len(self.posted)}"

    async def find(self, outgoing: Outgoing) -> str | None:
        self.looks += 1
        keys = list(self.posted)
        if outgoing.key not in keys:
            return None
        return f"https://wall.example/{keys.index(outgoing.key) + 1}"

    async def whoami(self) -> str:
        return "wall"

    async def close(self) -> None:
        return

    @property
    def texts(self) -> list[str]:
        """What was posted."""
        return [each.text for each in self.posted.values()]


class Newsroom:
    """Coordinators say things, and the engines of accounts do what follows."""

    def __init__(
        self,
        database: Database,
        networks: Mapping[str, Network],
        *,
        accounts: Iterable[Account] = (ACCOUNT,),
        holder: str = "one",
    ) -> None:
        self.database = database
        texts = Texts()
        self.policy = PostPolicy(
            words=texts.words,
            languages=texts.languages,
            accounts={each.name: each for each in accounts},
            outlets=networks,
            link=_page,
            alt=lambda event, at, language: f"A card with the title “{event.title}”",
            coordinators=(COORDINATORS,),
            tags=("Wikimedia",),
            topic_tags={"wikidata": ("Wikidata",)},
        )
        self.plans = PostPlans(policy=self.policy)
        desks = (
            *event_desks(),
            *Posts(policy=self.policy, plans=self.plans).commands(),
            *Blurbs(policy=self.policy).commands(),
        )
        self.channel = Conversation(database, desks, NOW)
        # The programme is asked anew each time.
        self._programme = Programme(
            database=database, log=structlog.get_logger(), monotonic=_Later().now
        )
        self.drafting = Drafting(
            database=database,
            plans=self.plans,
            networks=tuple(networks.values()),
            programme=self._programme.now,
            told=lambda: None,
            log=structlog.get_logger(),
        )
        self.sending = {
            name: Sending(
                account=name,
                network=network,
                database=database,
                plans=self.plans,
                policy=self.policy,
                card=lambda event, at, language: PNG,
                holder=holder,
                told=lambda: None,
                clock=lambda: self.channel.now,
                log=structlog.get_logger(),
            )
            for name, network in networks.items()
        }
        self._heard = 0

    async def open(self) -> Newsroom:
        """Appoint Alice and Bob."""
        await self.channel.appoint(["alice", "bob"])
        return self

    async def say(self, text: str, *, account: str = "alice") -> str:
        """Say a line, and let the engines look."""
        answer = await self.channel.say(text, account=account)
        await self.look()
        return answer

    async def look(self) -> None:
        """Let every engine look once."""
        await self.drafting.look(self.channel.now)
        for sending in self.sending.values():
            await sending.look(self.channel.now)

    async def jump(self, to: datetime | timedelta) -> None:
        """Move the clock, and let the engines look."""
        self.channel.now = to if isinstance(to, datetime) else self.channel.now + to
        await self.look()

    async def post(self, number: int) -> Post:
        """Return a post."""
        async with self.database.reading() as session:
            found = await posts.get(session, number)
        assert found is not None
        return found

    async def heard(self) -> list[Reply]:
        """Return what the coordinators were told since they were last asked."""
        async with self.database.reading() as session:
            rows = await session.scalars(
                select(NoticeRow)
                .where(NoticeRow.address == COORDINATORS.address, NoticeRow.number > self._heard)
                .order_by(NoticeRow.number)
            )
            found = list(rows)
        if found:
            self._heard = found[-1].number
        return [recalled(each.reply or {}) for each in found]

    async def told(self) -> str:
        """Return the words of what the coordinators were told since they were last asked."""
        return "\n".join(map(self.channel.words, await self.heard()))


def account(**changes: object) -> Account:
    """Return the account with some of it otherwise."""
    return replace(ACCOUNT, **changes)  # type: ignore[arg-type]


def _page(event: Event, at: datetime) -> str:
    return f"https://events.example.org/event/{event.number}"


class _Later:
    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> float:
        self._seconds += 1
        return self._seconds
