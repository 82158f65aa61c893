"""A site for each test, over a database that is a file: what is read is the same on both kinds."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.chatbot.web.visiting import Visit, visiting


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
async def visit(database: Database) -> AsyncIterator[Visit]:
    """A site that is served; nothing may go wrong in it."""
    async with visiting(database) as visit:
        yield visit
    assert not [entry for entry in visit.log.entries if entry["log_level"] == "error"]
