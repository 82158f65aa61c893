"""Fixtures for tests that need an IRC network."""

import itertools
from collections.abc import Iterator

import pytest

from tests.peers.irc import IrcServer, running_irc

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
