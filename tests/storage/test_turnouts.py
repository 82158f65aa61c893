"""What was counted at events comes with what was so for each of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from storage import events, followups, notices, occurrences, people, turnouts
from storage.database import Database
from storage.notices import NoticeRow
from storage.promotion import PromotionStepRow
from storage.turnouts import Counted
from storage.values import (
    Destination,
    Event,
    Identity,
    NoticeKind,
    NoticeState,
    Occurrence,
    Place,
)

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ALICE = Identity("libera", "alice")
TALK = Event(
    number=0,
    uid="talk@test",
    kind="tech-talk",
    title="Wikidata",
    starts_at=NOW + 5 * DAY,
    zone="UTC",
    duration=timedelta(hours=1),
)


async def test_each_count_comes_with_notice_channels_and_steps(database: Database) -> None:
    async with database.transaction() as session:
        alice = await people.ensure(session, ALICE, NOW)
        talk = await events.add(session, TALK, created_by=alice.key, now=NOW)
        await occurrences.save(
            session, Occurrence(talk.number, talk.starts_at, attended=12), now=NOW
        )
        for name, place in (("#a", Place.CHANNEL), ("#b", Place.CHANNEL), ("alice", Place.PERSON)):
            for _ in range(2):
                await notices.plan(
                    session,
                    kind=NoticeKind.ANNOUNCEMENT,
                    due_at=NOW,
                    destination=Destination("libera", place, name),
                    event=talk.number,
                )
        await session.execute(update(NoticeRow).values(state=NoticeState.SENT))
        week_after = talk.starts_at + 7 * DAY
        steps = ((talk.starts_at, 1, NOW), (talk.starts_at, 2, None), (week_after, 1, NOW))
        for occurrence, number, done_at in steps:
            session.add(
                PromotionStepRow(
                    event=talk.number,
                    occurrence=occurrence,
                    number=number,
                    step="title",
                    doer="host",
                    before=DAY,
                    due_at=NOW,
                    state="open",
                    text="",
                    done_at=done_at,
                )
            )
    async with database.reading() as session:
        found = await turnouts.counted(session, since=NOW)
        assert found == (Counted("tech-talk", talk.starts_at, 12, NOW, 2, 1),)
        assert found[0].notice == 5 * DAY
        assert await turnouts.counted(session, since=NOW + 6 * DAY) == ()


async def test_what_was_held_is_what_was_asked_about_or_told_of(database: Database) -> None:
    async with database.transaction() as session:
        alice = await people.ensure(session, ALICE, NOW)
        talk = await events.add(session, TALK, created_by=alice.key, now=NOW)
        weeks = [talk.starts_at + week * 7 * DAY for week in range(3)]
        for week in weeks[:2]:
            await followups.begin(session, talk.number, week, ended_at=week, due_at=week)
        for week in weeks[1:]:
            await occurrences.save(session, Occurrence(talk.number, week, attended=7), now=NOW)
    async with database.reading() as session:
        assert await turnouts.held(session, since=NOW) == 3
        assert await turnouts.held(session, since=weeks[2]) == 1
