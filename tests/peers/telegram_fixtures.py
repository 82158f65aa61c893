"""Fixtures for tests that need Telegram."""

from collections.abc import Iterator

import pytest

from tests.peers.telegram import Telegram, running_telegram


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """A Bot API server for one test alone."""
    with running_telegram() as server:
        yield server
