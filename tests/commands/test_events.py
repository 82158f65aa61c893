"""Coordinators register, edit, move and call off events, and read what was understood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import events, ledger, notices, reminders
from storage.database import Database
from storage.values import Destination, Event, Notice, NoticeKind
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, LOUNGE, NOW, TALKS, event_desks

ADD = "event add tech-talk tomorrow 17:00 Europe/Stockholm for 90 minutes | Wikidata"
START = NOW + 28 * HOUR


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    return conversation


async def event(channel: Conversation, number: int = 1) -> Event:
    async with channel.database.reading() as session:
        found = await events.get(session, number)
    assert found is not None
    return found


async def planned(channel: Conversation) -> tuple[Notice, ...]:
    async with channel.database.reading() as session:
        return await reminders.pending(session, 1)


async def announced(channel: Conversation) -> list[tuple[Destination, object]]:
    """Return what is to be announced where, as the catalogue's keys."""
    async with channel.database.transaction() as session:
        claimed = await notices.claim(
            session,
            networks=["libera", "oftc"],
            holder="test",
            now=channel.now,
            lease=HOUR,
            limit=100,
        )
    told = [notice for notice in claimed if notice.kind is NoticeKind.ANNOUNCEMENT]
    return [
        (notice.destination, notice.reply["lines"][0]["line"])  # type: ignore[index]
        for notice in told
        if notice.reply is not None
    ]


async def test_an_event_is_repeated_as_it_was_understood(channel: Conversation) -> None:
    said = await channel.say(f"{ADD} | speaker: Ada | link: https://meet.example.org/x")
    assert said.splitlines() == [
        "Event 1 is registered: Wikidata (tech-talk). It starts Wed 2 Dec 2026 16:00 UTC"
        " (17:00 Europe/Stockholm), in 1 day 4 hours, for 1 hour 30 minutes.",
        "That is only 1 day 4 hours away. Many people need 14 days of notice: is a later date"
        " possible?",
        "Could the title say what people will see or learn? !event edit 1 | title: …",
        "Still missing: a description. !event edit 1 | about: …",
        "I remind libera/#talks this long before: 1 day, 1 hour, 10 minutes, at the start.",
        "Its promotion plan has 1 step ahead: Fri 4 Dec 2026 16:00 UTC (17:00 Europe/Stockholm),"
        " the host: follow up: thank the speakers, answer open questions, share the recording."
        " See !promote 1.",
        "Next: !event repeat 1 weekly, !event remind 1 1d 1h start, or !event 1 to see it.",
    ]


async def test_an_event_is_kept_with_all_that_was_said(channel: Conversation) -> None:
    await channel.say(
        f"{ADD} | speaker: Ada | speaker: Grace | host: Zoe | link: https://example.org/a"
        " | stream: http://example.org/b | topic: #wikidata, Machine learning | language: sv"
        " | channel: #LOUNGE"
    )
    kept = await event(channel)
    assert (kept.starts_at, kept.zone) == (START, "Europe/Stockholm")
    assert kept.speakers == ("Ada", "Grace")
    assert kept.topics == ("wikidata", "machine-learning")
    assert kept.channels == (LOUNGE,)
    assert (kept.host, kept.language, kept.stream) == ("Zoe", "sv", "http://example.org/b")


async def test_reminders_are_planned_with_the_event(channel: Conversation) -> None:
    await channel.say(ADD)
    due = [notice.due_at for notice in await planned(channel)]
    before = (24 * HOUR, HOUR, timedelta(minutes=10), timedelta(0))
    assert due == [START - offset for offset in before]
    assert channel.wakes == 1


async def test_other_channels_are_told_of_a_new_event(channel: Conversation) -> None:
    await channel.say(f"{ADD} | channel: #talks | channel: #lounge")
    assert await announced(channel) == [(LOUNGE, "announcement.added")]


async def test_said_in_private_every_channel_is_told(channel: Conversation) -> None:
    said = await channel.say(f"{ADD} | channel: #talks", private=True)
    assert "I remind libera/#talks" in said
    assert await announced(channel) == [(TALKS, "announcement.added")]


async def test_an_event_without_a_channel_is_said_to_have_none(channel: Conversation) -> None:
    assert "No channel is told" in await channel.say(ADD, private=True)


async def test_times_are_read_and_shown_in_the_speakers_zone(channel: Conversation) -> None:
    assert "taken as UTC" in await channel.say("event add tech-talk tomorrow 17:00 | Wikidata")
    assert (await event(channel)).zone == "UTC"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("event add tech-talk yesterday 17:00 | X", "That is past"),
        ("event add tech-talk tomorrow | X", "at what time?"),
        ("event add tech-talk tomorrow 17:00 Europe/Stockholm", "title"),
        ("event add talk tomorrow 17:00 | X", "Did you mean tech-talk?"),
        ("event add tech-talk 2027-03-28 02:30 Europe/Stockholm | X", "does not exist"),
        ("event add tech-talk 2027-10-31 02:30 Europe/Stockholm | X", "comes twice"),
        (f"{ADD} | link: meet.example.org", "no web address for link"),
        (f"{ADD} | stream: javascript:alert(1)", "no web address for stream"),
        (f"{ADD} | link: https://[", "no web address"),
        (f"{ADD} | language: swedish please", "no language tag"),
        (f"{ADD} | channel: #tlaks", "I am not in libera/#tlaks"),
        (f"{ADD} | channel: nowhere/#talks", 'know no network "nowhere"'),
        (f"{ADD} | channel: talks", "is no channel"),
        (f"{ADD} | colour: red", "colour"),
        (ADD + "x" * 10_000, "at most 200 letters"),
        (ADD + " | topic: x" * 11, "at most 10"),
        (f"{ADD} | speaker: {'x' * 201}", "Too long for speaker"),
        ("event edit 7 | title: X", "There is no event 7"),
        ("event move 7 tomorrow 17:00", "There is no event 7"),
        ("event cancel 7 ill", "There is no event 7"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_the_reason(
    channel: Conversation, line: str, answer: str
) -> None:
    assert answer in await channel.say(line)
    async with channel.database.reading() as session:
        assert await events.coming(session, since=NOW) == ()


async def test_a_title_is_one_harmless_line(channel: Conversation) -> None:
    await channel.say(
        "event add tech-talk tomorrow 17:00 | \x02Wiki\x03\x00data\u202e  %s {x} [[a|b]]"
    )
    assert (await event(channel)).title == "Wiki data %s {x} [[a|b]]"


async def test_only_coordinators_change_events(channel: Conversation) -> None:
    await channel.say(ADD)
    for line in (ADD, "event edit 1 | title: X", "event move 1 friday 17:00", "event cancel 1 x"):
        assert "is for coordinators" in await channel.say(line, account="bob")
    assert (await event(channel)).title == "Wikidata"


async def test_a_clash_is_said_but_forbids_nothing(channel: Conversation) -> None:
    await channel.say(ADD)
    said = await channel.say("event add office-hours tomorrow 16:30 UTC | Office")
    assert "It clashes with event 1: Wikidata, Wed 2 Dec 2026 16:00 UTC" in said
    assert "clashes" not in await channel.say("event add tech-talk tomorrow 18:00 UTC | Late")


async def test_an_edit_changes_what_is_named_and_clears_what_is_empty(
    channel: Conversation,
) -> None:
    await channel.say(f"{ADD} | host: Zoe | speaker: Ada")
    said = await channel.say("event edit 1 | title: Lexemes | host: | duration: 30m")
    assert "Event 1 (Lexemes) is changed (title, host, duration)." in said
    assert "for 30 minutes" in said
    changed = await event(channel)
    assert (changed.title, changed.host, changed.speakers) == ("Lexemes", None, ("Ada",))
    assert changed.sequence == 1
    assert "is so already" in await channel.say("event edit 1 | title: Lexemes")


async def test_what_every_event_has_cannot_be_cleared(channel: Conversation) -> None:
    await channel.say(ADD)
    assert "needs a title" in await channel.say("event edit 1 | title:")
    assert "There is no kind" in await channel.say("event edit 1 | kind: party")
    assert "no length of time" in await channel.say("event edit 1 | duration: soon")


async def test_a_channel_added_later_is_told_and_reminded(channel: Conversation) -> None:
    await channel.say(ADD)
    await channel.say("event edit 1 | channel: #talks | channel: #lounge")
    assert await announced(channel) == [(LOUNGE, "announcement.added")]
    assert {notice.destination for notice in await planned(channel)} == {TALKS, LOUNGE}


async def test_moving_plans_anew_and_tells_the_channels(channel: Conversation) -> None:
    await channel.say(f"{ADD} | channel: #talks | channel: #lounge")
    await announced(channel)
    said = await channel.say("event move 1 thursday 18:00")
    assert said.splitlines() == [
        "Event 1 (Wikidata) is moved from Wed 2 Dec 2026 16:00 UTC (17:00 Europe/Stockholm)."
        " It starts Thu 3 Dec 2026 17:00 UTC (18:00 Europe/Stockholm), in 2 days 5 hours,"
        " for 1 hour 30 minutes.",
        "I will tell libera/#lounge.",
    ]
    assert await announced(channel) == [(LOUNGE, "announcement.moved")]
    moved = await event(channel)
    assert {notice.occurrence for notice in await planned(channel)} == {moved.starts_at}
    assert moved.sequence == 1


async def test_moving_a_series_keeps_its_rule_and_says_which_clock_it_keeps(
    channel: Conversation,
) -> None:
    await channel.say(ADD)
    await channel.say("event repeat 1 weekly")
    said = await channel.say("event move 1 thursday 18:00 America/New_York")
    assert "wall clock of America/New_York from now on, no longer that of Europe/Stockholm" in said
    assert (await event(channel)).recurrence_rule == "FREQ=WEEKLY"


async def test_moving_to_where_it_is_is_said(channel: Conversation) -> None:
    await channel.say(ADD)
    assert "already starts then" in await channel.say("event move 1 wednesday 17:00")


async def test_cancelling_is_final_and_tells_the_channels(channel: Conversation) -> None:
    await channel.say(f"{ADD} | channel: #talks | channel: #lounge")
    await announced(channel)
    said = await channel.say("event cancel 1 The speaker is ill")
    assert "Event 1 (Wikidata) is cancelled: The speaker is ill." in said
    assert await announced(channel) == [(LOUNGE, "announcement.cancelled")]
    assert await planned(channel) == ()
    for line in ("move 1 friday 17:00", "edit 1 | title: X", "cancel 1 x", "repeat 1 weekly"):
        assert "is cancelled" in await channel.say(f"event {line}")


async def test_what_is_over_is_not_changed(channel: Conversation) -> None:
    await channel.say(ADD)
    channel.now = START + 2 * HOUR
    assert "is over" in await channel.say("event move 1 friday 17:00")


async def test_all_of_it_is_in_the_ledger_without_names(channel: Conversation) -> None:
    await channel.say(f"{ADD} | speaker: Ada")
    await channel.say("event edit 1 | host: Zoe")
    await channel.say("event move 1 friday 17:00")
    await channel.say("event cancel 1 Ada is ill")
    async with channel.database.reading() as session:
        entries = await ledger.latest(session, 10)
    actions = [entry.action for entry in reversed(entries)]
    assert actions == ["event.added", "event.edited", "event.moved", "event.cancelled"]
    assert {entry.subject for entry in entries} == {"event:1"}
    assert not [entry for entry in entries if "Ada" in str(entry) or "Zoe" in str(entry)]
