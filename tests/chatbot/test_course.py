"""Coordinators are told of a run's course, each network in the way that it can show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from chatbot.delivery.announcing import Announcing
from chatbot.delivery.course import Course
from chatbot.reporting.reports import Reports
from chatbot.text import Texts
from commands.messages import Document, DocumentKind, Reply, recalled
from storage import deliveries
from storage.database import Database
from storage.notices import NoticeRow
from storage.runvalues import DeliveryState, Run, RunState
from storage.values import Card, CardKind, Destination, Place
from tests.commands.rundesks import POLICY
from tests.prepared import confirmed, recipients, the_run

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
IRC = Destination("libera", Place.CHANNEL, "#coordinators")
TELEGRAM = Destination("telegram", Place.CHANNEL, "-100123")


class Told:
    """A run of two, and what the coordinators of two networks hear of its course."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.now = NOW
        policy = replace(
            POLICY, coordinators=(IRC, TELEGRAM), live=frozenset({"telegram"}), canary=1
        )
        self.course = Course(
            database=database,
            policy=policy,
            announcing=Announcing(policy=policy, clock=lambda: self.now),
            write_report=Reports(
                database=database,
                folder=folder,
                policy=policy,
                texts=Texts(),
                revision_urls={},
                clock=lambda: self.now,
            ).write,
            clock=lambda: self.now,
            told=lambda: None,
            log=structlog.get_logger(),
        )

    async def settle(self, number: int) -> None:
        async with self.database.transaction() as session:
            row = await session.get_one(deliveries.DeliveryRow, (1, number))
            row.state = DeliveryState.SENT

    async def heard(self, network: str) -> list[Reply]:
        async with self.database.reading() as session:
            rows = await session.scalars(
                select(NoticeRow).where(NoticeRow.network == network).order_by(NoticeRow.number)
            )
            return [recalled(row.reply or {}) for row in rows]


@pytest.fixture
async def told(database: Database, tmp_path: Path) -> Told:
    return Told(database, tmp_path)


async def started(told: Told) -> Run:
    audience = recipients([("metawiki", "Ada"), ("metawiki", "Bo")])
    run = await confirmed(told.database, audience, state=RunState.RUNNING)
    await told.course.begin(run)
    return run


def keys(said: list[Reply]) -> list[str]:
    return [each.lines[0].key for each in said]


async def test_a_run_begins_with_a_card_to_be_kept_up_to_date(told: Told) -> None:
    run = await started(told)
    (begun,) = await told.heard("telegram")
    assert begun.card == Card(CardKind.RUN, 1, run.digest or "")
    assert [each.command for each in begun.buttons] == ["halt 1"]


async def test_progress_is_told_where_no_card_shows_it(told: Told) -> None:
    run = await started(told)
    await told.settle(1)
    for minutes in (1, 5):
        told.now = NOW + timedelta(minutes=minutes)
        await told.course.advance(run)
    assert keys(await told.heard("libera")) == ["run.progress.started", "run.progress.advanced"]
    assert keys(await told.heard("telegram")) == ["run.progress.started"]


async def test_the_last_line_brings_the_report(told: Told) -> None:
    await started(told)
    await told.settle(1)
    await told.settle(2)
    await told.course.review()
    for network in ("libera", "telegram"):
        last = (await told.heard(network))[-1]
        assert last.lines[0].key == "run.progress.finished"
        assert last.document == Document(DocumentKind.REPORT, 1)
    assert (await the_run(told.database)).state is RunState.DONE
