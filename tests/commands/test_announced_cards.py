"""An event's card goes with the first that is told of it, and with nothing else."""

from __future__ import annotations

from sqlalchemy import select

from commands.messages import Document, DocumentKind, recalled
from storage.database import Database
from storage.notices import NoticeRow
from storage.values import NoticeKind
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, event_desks


async def test_only_what_is_new_is_shown_as_a_card(database: Database) -> None:
    chat = Conversation(database, event_desks(), NOW)
    await chat.appoint(["alice"])
    await chat.say("event add tech-talk in 5 hours | Wikidata | channel: #lounge")
    await chat.say("event move 1 tomorrow 17:00")
    await chat.say("event cancel 1 ill")
    async with database.reading() as session:
        rows = await session.scalars(
            select(NoticeRow.reply)
            .where(NoticeRow.kind == NoticeKind.ANNOUNCEMENT)
            .order_by(NoticeRow.number)
        )
        said = [recalled(reply) for reply in rows if reply]
    assert [(each.lines[0].key, each.document) for each in said] == [
        ("announcement.added", Document(DocumentKind.CARD, 1)),
        ("announcement.moved", None),
        ("announcement.cancelled", None),
    ]
