"""Fixtures for tests that need an IRC network."""

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.peers.irc import IrcServer, running_irc
from tests.peers.irc_bot import Bot, running, settings, together
from tests.peers.person import Person, person

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def irc_server() -> Iterator[IrcServer]:
    """A network that all tests share: nobody kills it."""
    with running_irc() as server:
        yield server


@pytest.fixture
def own_irc_server() -> Iterator[IrcServer]:
    """A network for one test alone, which may stop and kill parts of it."""
    with running_irc() as server:
        yield server


@pytest.fixture
def channel() -> str:
    """The name of a channel in which nobody else is."""
    return f"#test{next(_NUMBERS)}"


@pytest.fixture
async def room(irc_server: IrcServer, channel: str) -> AsyncIterator[tuple[Bot, Person]]:
    """Our client and Alice, logged in, in a channel; nothing may go wrong in the client."""
    async with together(
        running(Bot(settings(irc_server, channel))),
        person("alice", irc_server.plain_port, account="alice", password="alicepass"),
    ) as (bot, alice):
        await alice.join(channel)
        yield bot, alice
        assert not bot.faults


@pytest.fixture
def bot(room: tuple[Bot, Person]) -> Bot:
    """Our client in the channel, where Alice is too."""
    return room[0]


@pytest.fixture
def alice(room: tuple[Bot, Person]) -> Person:
    """Alice in the channel, where our client is too."""
    return room[1]
