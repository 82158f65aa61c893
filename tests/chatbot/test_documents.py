"""What is sent as a file has a name that says its kind, and the content of this moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.documents import Documents, File
from chatbot.text import Texts
from commands.messages import Document, DocumentKind
from storage.database import Database
from tests.commands.conversation import Conversation
from tests.commands.event_desks import event_desks

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def documents(database: Database, tmp_path: Path) -> Documents:
    async def write_report(run: int) -> list[Path]:
        paths = [tmp_path / f"run-{run}{end}" for end in (".html", ".csv", ".confirmed.json")]
        for path in paths:
            path.write_text(path.suffix)
        return paths

    async def draw_funnel(run: int) -> bytes | None:
        return b"PNG" if run == 7 else None

    async def draw_stats(back: timedelta) -> bytes | None:
        return b"PNG" if back == timedelta(days=90) else None

    async def draw_card(event: int) -> tuple[bytes, str] | None:
        return (b"PNG", "What it shows.") if event == 7 else None

    return Documents(
        database=database,
        write_report=write_report,
        draw_funnel=draw_funnel,
        draw_stats=draw_stats,
        draw_card=draw_card,
        words=Texts().words,
    )


async def test_a_report_is_written_anew_and_what_people_read_of_it_is_sent(
    documents: Documents,
) -> None:
    files = await documents.files(Document(DocumentKind.REPORT, 7))
    assert files == (File("run-7.html", b".html"), File("run-7.csv", b".csv"))


async def test_a_funnel_is_sent_as_a_picture_where_one_can_be_made(documents: Documents) -> None:
    drawn = await documents.files(Document(DocumentKind.FUNNEL, 7))
    assert drawn == (File("run-7-funnel.png", b"PNG"),)
    assert await documents.files(Document(DocumentKind.FUNNEL, 8)) == ()


async def test_figures_are_sent_as_a_picture_where_there_are_any(documents: Documents) -> None:
    drawn = await documents.files(Document(DocumentKind.STATS, 90 * 86400))
    assert drawn == (File("attendance.png", b"PNG"),)
    assert await documents.files(Document(DocumentKind.STATS, 86400)) == ()


async def test_an_event_is_sent_for_ones_own_calendar(
    documents: Documents, database: Database
) -> None:
    chat = Conversation(database, event_desks(), NOW)
    await chat.appoint(["alice"])
    await chat.say("event add tech-talk in 5 hours | Wikidata")
    (file,) = await documents.files(Document(DocumentKind.CALENDAR, 1))
    assert file.name == "event-1.ics"
    assert b"SUMMARY:Wikidata" in file.content


async def test_a_card_says_what_it_shows(documents: Documents) -> None:
    drawn = await documents.files(Document(DocumentKind.CARD, 7))
    assert drawn == (File("event-7.png", b"PNG", "What it shows."),)
    assert await documents.files(Document(DocumentKind.CARD, 8)) == ()


async def test_an_event_that_is_not_there_is_no_file(documents: Documents) -> None:
    with pytest.raises(LookupError):
        await documents.files(Document(DocumentKind.CALENDAR, 9))
