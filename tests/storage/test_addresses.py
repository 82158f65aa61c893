"""Accounts stand with their identities and nowhere else, so that a person can be forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage import (
    attendance,
    errands,
    events,
    notices,
    people,
    proposals,
    runs,
    standingwishes,
    wishes,
)
from storage.columns import Table
from storage.database import Database
from storage.runvalues import ErrandKind
from storage.values import (
    Attendee,
    Destination,
    Event,
    Identity,
    NoticeKind,
    NoticeState,
    Place,
)

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZENOBIA = Identity("libera", "zenobia")
IN_PRIVATE = Destination("libera", Place.PERSON, "zenobia")
WHERE_ACCOUNTS_STAND = {"identity", "person"}


async def busy(database: Database) -> None:
    """Let there be everything that is told to somebody in private."""
    async with database.transaction() as session:
        person = await people.ensure(session, ZENOBIA, NOW)
        talk = Event(0, "uid", "tech-talk", "Talk", NOW + HOUR, "UTC", HOUR)
        event = await events.add(session, talk, created_by=person.key, now=NOW)
        await wishes.add(
            session, event.number, [HOUR], identity=ZENOBIA, person=person.key, now=NOW
        )
        await proposals.add(session, event.number, identity=ZENOBIA, wake_at=NOW + HOUR, now=NOW)
        attendee = Attendee(person.key, NOW, told=IN_PRIVATE)
        await attendance.save(session, event.number, attendee)
        await standingwishes.keep(session, person.key, [HOUR], identity=ZENOBIA, now=NOW)
        run = await runs.add(session, "Run", created_by=person.key, now=NOW)
        await errands.ask(
            session,
            ErrandKind.PREVIEW,
            run=run.number,
            person=person.key,
            identity=ZENOBIA,
            answer_to=IN_PRIVATE,
            now=NOW,
        )
        await notices.plan(
            session,
            kind=NoticeKind.ANSWER,
            due_at=NOW,
            destination=IN_PRIVATE,
            once=f"answer:{IN_PRIVATE}",
            reply={"lines": ["to zenobia"]},
        )


async def test_no_account_stands_outside_its_place(database: Database) -> None:
    await busy(database)
    async with database.transaction() as session:
        claimed = await notices.claim(
            session, networks=["libera"], holder="one", now=NOW, lease=HOUR, limit=9
        )
        numbers = [notice.number for notice in claimed]
        await notices.finish(session, numbers, NoticeState.SENT, holder="one", now=NOW)
    async with database.reading() as session:
        for name, table in Table.metadata.tables.items():
            rows = (await session.execute(select(table))).all()
            assert name in WHERE_ACCOUNTS_STAND or "zenobia" not in repr(rows), name


async def test_what_is_kept_finds_its_account_again(database: Database) -> None:
    await busy(database)
    async with database.transaction() as session:
        (notice,) = await notices.claim(
            session, networks=["libera"], holder="one", now=NOW, lease=HOUR, limit=9
        )
        errand = await errands.claim(session, holder="one", now=NOW, lease=HOUR)
        assert notice.destination == IN_PRIVATE
        assert errand is not None
        assert (errand.identity, errand.answer_to) == (ZENOBIA, IN_PRIVATE)
        assert await wishes.of(session, 1) == {IN_PRIVATE: (HOUR,)}


async def test_nothing_is_planned_for_an_account_that_nobody_is_known_by(
    database: Database,
) -> None:
    stranger = Destination("libera", Place.PERSON, "stranger")
    with pytest.raises(LookupError):
        async with database.transaction() as session:
            await notices.plan(
                session, kind=NoticeKind.ANSWER, due_at=NOW, destination=stranger, reply={}
            )
