"""What is sent as a file has a name that says its kind, and the content of this moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatbot.documents import Documents
from commands.messages import Document, DocumentKind
from storage.database import Database
from tests.commands.conversation import Conversation
from tests.commands.event_desks import event_desks

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def documents(database: Database, tmp_path: Path) -> Documents:
    async def write_report(run: int) -> Path:
        path = tmp_path / f"run-{run}.csv"
        path.write_bytes(b"number,wiki\r\n")
        return path

    return Documents(database=database, write_report=write_report, clock=lambda: NOW)


async def test_a_report_is_written_anew_and_sent_as_it_is(documents: Documents) -> None:
    file = await documents.file(Document(DocumentKind.REPORT, 7))
    assert (file.name, file.content) == ("run-7.csv", b"number,wiki\r\n")


async def test_an_event_is_sent_for_ones_own_calendar(
    documents: Documents, database: Database
) -> None:
    chat = Conversation(database, event_desks(), NOW)
    await chat.appoint(["alice"])
    await chat.say("event add tech-talk in 5 hours | Wikidata")
    file = await documents.file(Document(DocumentKind.CALENDAR, 1))
    assert file.name == "event-1.ics"
    assert b"SUMMARY:Wikidata" in file.content


async def test_an_event_that_is_not_there_is_no_file(documents: Documents) -> None:
    with pytest.raises(LookupError):
        await documents.file(Document(DocumentKind.CALENDAR, 9))
