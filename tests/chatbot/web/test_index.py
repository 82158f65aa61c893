"""The index tells the same as the whole programme, however it came to be."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from chatbot.programme import Edition
from chatbot.web.index import Index
from commands.rules.showcase import entries
from storage.values import Event, Shown

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
RULES = (None, None, None, "FREQ=WEEKLY", "FREQ=MONTHLY;COUNT=4", "FREQ=DAILY;COUNT=40")


def shown(number: int, chance: random.Random) -> Shown:
    event = Event(
        number,
        str(number),
        chance.choice(["tech-talk", "workshop"]),
        f"Talk {number}",
        BEGIN + timedelta(hours=chance.randrange(24 * 200)),
        "Europe/Stockholm",
        timedelta(hours=chance.choice([0, 1, 30, 24 * 40])),
        recurrence_rule=chance.choice(RULES),
        topics=tuple(chance.sample(["lua", "bots", "Bots"], chance.randrange(3))),
    )
    return Shown(event)


def agrees(index: Index, edition: Edition, chance: random.Random) -> None:
    for _ in range(6):
        since = BEGIN + timedelta(hours=chance.randrange(24 * 250))
        before = since + timedelta(hours=chance.randrange(1, 24 * 70))
        assert index.between(since, before) == entries(
            edition.events.values(), since=since, before=before
        )
    topics = {topic.casefold() for each in edition.events.values() for topic in each.event.topics}
    assert set(index.topics) == topics


async def test_it_tells_the_same_as_the_programme_after_any_change() -> None:
    chance = random.Random(10)
    events = {number: shown(number, chance) for number in range(120)}
    index = Index()
    for version in range(40):
        edition = Edition(version, MappingProxyType(dict(events)))
        index.take(edition)
        await index.prepare(BEGIN, BEGIN + timedelta(days=60))
        agrees(index, edition, chance)
        for number in chance.sample(range(150), 5):
            events[number] = shown(number, chance)
        for number in chance.sample(sorted(events), 3):
            del events[number]


async def test_a_whole_new_programme_is_taken_in() -> None:
    chance = random.Random(11)
    index = Index()
    for version in range(2):
        events = {number: shown(number, chance) for number in range(600)}
        edition = Edition(version, MappingProxyType(events))
        index.take(edition)
        agrees(index, edition, chance)


async def test_what_is_changed_while_a_month_is_worked_out_is_in_it() -> None:
    chance = random.Random(12)
    weekly = {
        number: Shown(replace(shown(number, chance).event, recurrence_rule="FREQ=WEEKLY"))
        for number in range(200)
    }
    index = Index()
    index.take(Edition(1, MappingProxyType(weekly)))
    working = index.prepare(BEGIN, BEGIN + timedelta(days=400))
    working.send(None)
    later = Edition(2, MappingProxyType({0: weekly[0]}))
    index.take(later)
    working.close()
    agrees(index, later, chance)
