"""Everybody who takes part in a story: two coordinators, somebody else, and the operator."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from storage.runvalues import Recipient
from tests.peers.bellringer import DESK, NETWORK, TALKS, Operator
from tests.peers.irc import IrcServer
from tests.peers.mediawiki import MediaWiki
from tests.peers.person import Person, person

CODE = re.compile(r"confirm 1 ([2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4})")
ACCOUNTS = {"alice": "alice", "bob": "bob", "carol": None}


class Cast:
    """People in both channels. Alice and Bob are coordinators, Carol has no account."""

    def __init__(self, *, alice: Person, bob: Person, carol: Person, operator: Operator) -> None:
        self.alice = alice
        self.bob = bob
        self.carol = carol
        self.operator = operator

    async def start_bot(self) -> None:
        """Start the bot, and wait until it is in both channels."""
        mark = self.carol.mark()
        self.operator.start()
        for channel in (TALKS, DESK):
            await self.carol.sees(f"JOIN :{channel}", since=mark)
        # What has the same time as the join counts as history, and the server's time is coarse.
        await asyncio.sleep(0.05)

    async def preview(self, someone: Person) -> tuple[str, str]:
        """Let somebody read the preview of run 1 in private. Return his code and the preview."""
        mark = someone.mark()
        someone.say("bellringer", "run preview 1")
        line = await someone.sees(lambda line: CODE.search(line) is not None, since=mark)
        assert f" PRIVMSG {someone.nick} :" in line
        (code,) = CODE.findall(line)
        return code, "\n".join(someone.said_by("bellringer", to=someone.nick, since=mark))

    async def start_run(
        self, home: MediaWiki, audience: Sequence[Recipient], *, besides: Sequence[Recipient] = ()
    ) -> None:
        """Bring run 1 to an audience on its way: from the draft to the second confirmation.

        `besides` are listed as well, and left out.
        """
        home.visitor.edit(
            "Project:Those to be told", "\n".join(map(_listed, (*besides, *audience)))
        )
        self.alice.say(DESK, "!run new Newsletter")
        await self.alice.hears("!run audience 1 [[Page")
        self.alice.say(DESK, "!run audience 1 [[Project:Those to be told]]")
        await self.alice.hears(f"has {len(audience)} recipient")
        self.alice.say(DESK, "!run message 1 | Tech talk | There is a talk on Thursday.")
        await self.alice.hears('"Tech talk"')
        self.alice.say(DESK, "!run propose 1")
        await self.bob.hears("different people must confirm it")
        previews = [(each, await self.preview(each)) for each in (self.alice, self.bob)]
        for each, (code, _) in previews:
            each.say(DESK, f"!confirm 1 {code}")
        await self.bob.hears("starts: two different people have confirmed it")


def _listed(recipient: Recipient) -> str:
    return f"* {{{{#target:User talk:{recipient.user}|{recipient.wiki}}}}}"


@asynccontextmanager
async def gathered(operator: Operator) -> AsyncIterator[Cast]:
    """Let everybody be there until the end, when the bot is killed if it still runs."""
    for account in ("alice", "bob"):
        assert operator.does("coordinator", "add", f"{account}@{NETWORK}").returncode == 0
    async with AsyncExitStack() as stack:
        people = {
            name: await stack.enter_async_context(
                person(name, operator.irc.plain_port, account=account, password=f"{name}pass")
            )
            for name, account in ACCOUNTS.items()
        }
        for each in people.values():
            await each.join(TALKS, DESK)
        stack.callback(operator.kill)
        yield Cast(**people, operator=operator)


@pytest.fixture
def operator(tmp_path: Path, irc_server: IrcServer, wikis: Mapping[str, MediaWiki]) -> Operator:
    """An operator on the network and wikis that all tests share."""
    return Operator(folder=tmp_path, irc=irc_server, wikis=wikis)


@pytest.fixture
async def cast(operator: Operator) -> AsyncIterator[Cast]:
    """Everybody, and a bot that is not yet started."""
    async with gathered(operator) as everybody:
        yield everybody
