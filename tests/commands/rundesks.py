"""Coordinators at the desks for runs, over a real database; errands are done by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from chatbot.reporting.reports import Reports
from chatbot.text import Texts
from commands.approving import Approving
from commands.confirming import Confirming
from commands.coordinators import Coordinators
from commands.drafting import Drafting
from commands.goingon import GoingOn
from commands.halting import Halting
from commands.messages import Incoming, Line, Reply
from commands.people import People
from commands.policy import RunPolicy
from commands.proposing import Proposal, Proposing
from commands.recruiting import Recruiting
from commands.reporting import Reporting
from commands.righting import Righting
from commands.rules.audience import Audience
from commands.rules.digest import personal_code
from commands.runcard import RunCard
from commands.rundesk import Act, Records
from commands.runs import Runs
from commands.saying import saying
from commands.standing import Standing
from commands.stopping import Stopping
from commands.windows import Windows
from storage import (
    confirmations,
    deliveries,
    errands,
    events,  # noqa: F401 - notices refer to its table
    lanes,
    notices,
    people,
    runs,
)
from storage.database import Database
from storage.runvalues import DeliveryState, Errand, Run, RunState
from storage.values import Destination, Notice, NoticeKind, Place
from tests import prepared
from tests.commands.conversation import CHANNEL, Conversation, identity_of

COORDINATORS = Destination("libera", Place.CHANNEL, "#coordinators")
POLICY = RunPolicy(
    home="metawiki",
    wikis=("metawiki", "svwiki"),
    secret=b"known to the tests",
    footer="",
    about="User:Bellringer",
    optout="User:Bellringer/Opt-out",
    coordinators=(COORDINATORS,),
)
AUDIENCE = prepared.recipients([("metawiki", "Ada"), ("metawiki", "Bo"), ("svwiki", "Cleo")])


@dataclass
class RunConversation(Conversation):
    """A channel in which runs are decided. Proposals are made as the engine makes them."""

    policy: RunPolicy = POLICY

    @classmethod
    def of(
        cls, database: Database, now: datetime, *, folder: Path, policy: RunPolicy = POLICY
    ) -> RunConversation:
        """Put the desks together."""
        records = Records(policy=policy)
        standing = Standing(policy=policy, records=records)
        stopping = Stopping(records=records)
        card = RunCard(policy=policy, standing=standing)
        reports = Reports(
            database=database,
            folder=folder,
            policy=policy,
            texts=Texts(),
            revision_urls={},
            clock=lambda: now,
        )
        numbers = count(1000)
        common = {"policy": policy, "records": records, "standing": standing}
        desks = (
            Runs(policy=policy, records=records, card=card),
            Reporting(card=card, write_report=reports.write),
            Recruiting(policy=policy, records=records),
            Drafting(records=records),
            Windows(records=records),
            Approving(policy=policy),
            Confirming(**common, stopping=stopping),  # type: ignore[arg-type]
            Halting(**common, stopping=stopping),  # type: ignore[arg-type]
            Righting(records=records),
            GoingOn(policy=policy, records=records),
            Coordinators(networks=("libera", "telegram"), word_holds=policy.expiry),
            People(
                new_code=lambda: f"AAAA-{next(numbers)}",
                linked=standing.linked,
                languages=("en",),
                deep_link=lambda code: f"https://t.me/bell?start={code}",
                coordinators=policy.coordinators,
            ),
        )
        commands = tuple(command for desk in desks for command in desk.commands())
        return cls(database, commands, now, policy=policy)

    async def say(
        self,
        text: str,
        *,
        account: str | None = "alice",
        private: bool = False,
        where: Destination = CHANNEL,
    ) -> str:
        """Say a line and return the answer's words."""
        identity = identity_of(account) if account else None
        place = None if private else where
        answer = await self.dispatch.hear(Incoming(text, str(account), identity, place, self.now))
        return "" if answer is None else self.words(answer)

    async def prepare(self, name: str = "December") -> None:
        """Give a new run its audience and message."""
        await self.say(f"run new {name}")
        async with self.database.transaction() as session:
            (run, *_) = await runs.latest(session, 1)
            await deliveries.freeze(session, run.number, AUDIENCE)
            ready = replace(
                run,
                state=RunState.AUDIENCE_BUILT,
                subject="A talk",
                draft="Come!",
                audience_source="metawiki:List",
            )
            await runs.save(session, ready)

    async def propose(
        self, number: int = 1, *, by: str = "alice", body: str = "Come!"
    ) -> tuple[Line, ...]:
        """Propose a run as the engine does, with this text and the usual audience."""
        records = Records(policy=self.policy)
        standing = Standing(policy=self.policy, records=records)
        proposing = Proposing(policy=self.policy, records=records, standing=standing)
        proposal = Proposal(
            subject="A talk",
            body=body,
            footer="Because {reason}.",
            live=False,
            revisions={},
            audience=Audience(tuple(AUDIENCE), (), ()),
        )
        seen = await self.run(number)
        async with self.database.transaction() as session:
            person = await people.ensure(session, identity_of(by), self.now)
            act = Act(session, self.now, person.key)
            return (await proposing.propose(act, seen, proposal)).lines

    async def code(self, account: str, number: int = 1, *, shown: bool = True) -> str:
        """Return somebody's code, as at the end of a preview, or as guessed."""
        run = await self.run(number)
        async with self.database.transaction() as session:
            person = await people.ensure(session, identity_of(account), self.now)
            if shown:
                await confirmations.show(
                    session, number, run.digest or "", person=person.key, now=self.now
                )
        return personal_code(self.policy.secret, run.digest or "", person.key)

    async def confirm(self, account: str, number: int = 1) -> str:
        """Read the preview and confirm."""
        code = await self.code(account, number)
        return await self.say(f"confirm {number} {code}", account=account)

    async def start(self) -> None:
        """Let Alice and Bob start the run."""
        await self.propose()
        await self.confirm("alice")
        await self.confirm("bob")

    async def join(self, one: str, other: str) -> str:
        """Make two accounts one person."""
        offered = await self.say("link", account=one, private=True)
        code = offered.partition("Your code is ")[2].partition(".")[0]
        return await self.say(f"link {code} yes", account=other, private=True)

    async def run(self, number: int = 1) -> Run:
        """Return a run as it stands."""
        async with self.database.reading() as session:
            found = await runs.get(session, number)
        assert found is not None
        return found

    async def claim(self, number: int) -> None:
        """Let this many edits be on their way."""
        for recipient in range(1, number + 1):
            await self.settle(recipient, DeliveryState.CLAIMED)

    async def settle(self, recipient: int, state: DeliveryState, **different: object) -> None:
        """Let a delivery end."""
        async with self.database.transaction() as session:
            row = await session.get_one(deliveries.DeliveryRow, (1, recipient))
            for name, value in {"state": state, **different}.items():
                setattr(row, name, value)

    async def pause(self, wiki: str, reason: str) -> None:
        """Let a wiki's lane pause, as after the wiki refused."""
        async with self.database.transaction() as session:
            await lanes.ensure(session, [wiki])
            lane = await session.get_one(lanes.LaneRow, wiki)
            lane.paused_until, lane.pause_reason = self.now + timedelta(minutes=1), reason

    async def told(self) -> list[str]:
        """Return what the coordinators' channel is told, in order, each time all of it."""
        return [self.words(said) for said in await self.shown()]

    async def shown(self) -> list[Reply]:
        """Return the same with what chats with more than text can show."""
        await self._hear()
        return [said for notice, said in self._heard if notice.destination == COORDINATORS]

    async def answers(self) -> list[str]:
        """Return the answers to errands, in order, each time all of them."""
        return [self.words(said) for said in await self.answered()]

    async def answered(self) -> list[Reply]:
        """Return the same with what chats with more than text can show."""
        await self._hear()
        return [said for notice, said in self._heard if notice.kind is NoticeKind.ANSWER]

    async def progress(self) -> list[str]:
        """Return what was said of slow work that is under way, in order, each time all of it."""
        await self._hear()
        return [
            self.words(said) for notice, said in self._heard if notice.kind is NoticeKind.PROGRESS
        ]

    async def pleas(self) -> list[str]:
        """Return who was reminded to confirm, in order, each time all of them."""
        await self._hear()
        return [
            notice.destination.address
            for notice, _ in self._heard
            if notice.kind is NoticeKind.REMINDER
        ]

    async def _hear(self) -> None:
        """Take what is due to be said, as the engine of notices does."""
        async with self.database.transaction() as session:
            claimed = await notices.claim(
                session,
                networks=["libera"],
                holder="test",
                now=self.now,
                lease=self.policy.expiry,
                limit=1000,
            )
            for notice in claimed:
                found = await saying(
                    session, notice, now=self.now, grace=self.policy.expiry, languages={}
                )
                await notices.finish(
                    session, [notice.number], found.state, holder="test", now=self.now
                )
                if found.reply is not None:
                    self._heard.append((notice, found.reply))

    async def errand(self) -> Errand:
        """Return the next errand that the engine would take up."""
        async with self.database.transaction() as session:
            taken = await errands.claim(
                session, holder="test", now=self.now, lease=self.policy.expiry
            )
        assert taken is not None
        return taken

    def __post_init__(self) -> None:
        super().__post_init__()
        self._heard: list[tuple[Notice, Reply]] = []
