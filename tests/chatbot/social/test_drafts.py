"""Drafts are made for what is registered, shown, approved, and follow their event."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from commands.rules.showcase import choice
from commands.rules.socialhours import Hours
from storage.database import Database
from storage.postvalues import PostState
from storage.values import Event
from tests.chatbot.social.newsroom import TALK, Newsroom, Wall, account

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def room(database: Database) -> Newsroom:
    return await Newsroom(database, {"fedi": Wall()}).open()


async def code(room: Newsroom) -> str:
    """Return what the newest button says that approves a post."""
    return next(
        each.command
        for reply in reversed(await room.heard())
        for each in reply.buttons
        if each.command.startswith("post approve")
    )


async def test_an_event_with_enough_notice_gets_its_drafts_shown_first(room: Newsroom) -> None:
    await room.say(TALK)
    told = await room.told()
    assert "Post 1 on fedi about event 1 (How talk pages work): a draft" in told
    for words in ("With Ada.", "https://events.example.org/event/1", "#Wikimedia"):
        assert words in told
    assert "With a picture: A card with the title “How talk pages work”" in told
    assert (await room.post(1)).due_at == datetime(2026, 12, 10, 17, tzinfo=UTC)
    await room.jump(4 * DAY)
    assert (await room.post(2)).due_at == datetime(2026, 12, 17, 13, tzinfo=UTC)


async def test_nothing_goes_out_that_nobody_approved(room: Newsroom) -> None:
    await room.say(TALK)
    await room.jump(datetime(2026, 12, 10, 17, tzinfo=UTC))
    told = await room.told()
    assert "Post 1 was to go out now and still waits for approval" in told
    await room.jump(datetime(2026, 12, 17, 17, tzinfo=UTC))
    assert "nobody approved it before event 1 (How talk pages work) began" in await room.told()
    assert (await room.post(1)).state is PostState.LAPSED
    wall = room.policy.outlets["fedi"]
    assert isinstance(wall, Wall)
    assert not wall.posted


async def test_what_one_coordinator_approves_goes_out_once_at_its_time(room: Newsroom) -> None:
    await room.say(TALK)
    said = await room.say("post approve 1", account="bob")
    assert said.startswith("Approved: post 1 goes out on fedi Thu 10 Dec 2026 17:00 UTC.")
    assert "How talk pages work" in said
    wall = room.sending["fedi"]._network
    assert isinstance(wall, Wall)
    await room.jump(datetime(2026, 12, 10, 16, 59, tzinfo=UTC))
    assert not wall.posted
    await room.jump(timedelta(minutes=1))
    await room.jump(timedelta(minutes=1))
    (post,) = wall.posted.values()
    assert post.text == (
        "How talk pages work\nThu 17 Dec 2026 17:00 UTC\nWith Ada.\n\n"
        "https://events.example.org/event/1\n\n#Wikimedia"
    )
    assert (post.language, post.picture is not None) == ("en", True)
    assert "Post 1 about How talk pages work is out on fedi: https://wall.example/1" in (
        await room.told()
    )


async def test_a_button_approves_exactly_what_was_shown(room: Newsroom) -> None:
    await room.say(TALK)
    button = await code(room)
    await room.say("post edit 1 | Come and see!\\n#Wikimedia")
    answer = await room.channel.press(button, account="bob")
    assert "Post 1 has changed since then, so it is not approved" in room.channel.words(answer)
    assert (await room.post(1)).state is PostState.DRAFT
    await room.channel.press(answer.buttons[0].command, account="bob")
    post = await room.post(1)
    assert (post.state, post.text) == (PostState.APPROVED, "Come and see!\n#Wikimedia")


async def test_editing_after_approval_needs_approval_anew(room: Newsroom) -> None:
    await room.say(TALK)
    await room.say("post approve 1")
    assert "needs approval again" in await room.say("post edit 1 | Come!")
    await room.jump(datetime(2026, 12, 10, 18, tzinfo=UTC))
    assert (await room.post(1)).state is PostState.DRAFT


async def test_a_text_too_long_is_not_taken(room: Newsroom) -> None:
    await room.say(TALK)
    said = await room.say("post edit 1 | " + "x" * 503)
    assert said == "Post 1 can have 500 characters: that is 3 too many."
    assert not (await room.post(1)).edited


async def test_an_approved_post_whose_event_changes_is_a_draft_again_and_says_so(
    room: Newsroom,
) -> None:
    await room.say(TALK)
    await room.say("post approve 1")
    await room.told()
    await room.say("event edit 1 | title: How edit wars work")
    told = await room.told()
    assert "Post 1 was approved, but the event has changed since" in told
    assert "How edit wars work" in told
    post = await room.post(1)
    assert (post.state, post.approved_by) == (PostState.DRAFT, None)
    assert post.text.startswith("How edit wars work\n")


async def test_a_change_that_no_engine_has_seen_is_seen_at_sending(room: Newsroom) -> None:
    await room.say(TALK)
    await room.say("post approve 1")
    room.channel.now = datetime(2026, 12, 10, 17, tzinfo=UTC)
    await room.channel.say("event edit 1 | title: How edit wars work")
    await room.sending["fedi"].look(room.channel.now)
    assert (await room.post(1)).state is PostState.DRAFT
    assert "was approved, but the event has changed" in await room.told()


async def test_an_edited_text_is_kept_when_the_event_changes(room: Newsroom) -> None:
    await room.say(TALK)
    await room.say("post edit 1 | Our own words")
    await room.say("post approve 1")
    await room.say("event edit 1 | speaker: Grace")
    told = await room.told()
    assert "has a text of yours: see whether it is still true" in told
    assert (await room.post(1)).text == "Our own words"


async def test_posts_follow_an_event_that_is_moved(room: Newsroom) -> None:
    await room.say(TALK)
    await room.say("post approve 1")
    await room.say("event move 1 2026-12-19 16:00 UTC")
    post = await room.post(1)
    assert (post.state, post.due_at) == (PostState.DRAFT, datetime(2026, 12, 12, 16, tzinfo=UTC))
    assert "Sat 19 Dec 2026 16:00 UTC" in post.text


async def test_posts_of_a_cancelled_event_are_dropped(room: Newsroom) -> None:
    await room.say(TALK)
    await room.say("post approve 1")
    await room.say("event cancel 1 ill")
    assert "Post 1 on fedi is dropped: event 1 (How talk pages work)" in await room.told()
    assert (await room.post(1)).state is PostState.DROPPED
    assert "cannot be changed any more" in await room.say("post approve 1")


@pytest.mark.parametrize("change", ["event cancel 1 ill", "event move 1 2027-03-19 17:00 UTC"])
async def test_what_is_out_and_not_true_any_more_is_pointed_out_once(
    room: Newsroom, change: str
) -> None:
    await room.say(TALK)
    await room.say("post approve 1")
    await room.jump(datetime(2026, 12, 10, 17, tzinfo=UTC))
    await room.told()
    await room.say(change)
    assert "please correct or delete it at https://wall.example/1" in await room.told()
    await room.jump(7 * HOUR)
    assert "please correct" not in await room.told()


async def test_a_dropped_post_does_not_come_back(room: Newsroom) -> None:
    await room.say(TALK)
    assert "it does not go out" in await room.say("post drop 1")
    await room.jump(HOUR)
    await room.say("event edit 1 | host: Bob")
    assert (await room.post(1)).state is PostState.DROPPED


async def test_an_account_posts_only_what_it_is_for(database: Database) -> None:
    only = account(wanted=choice(["office-hours"]))
    room = await Newsroom(database, {"fedi": Wall()}, accounts=[only]).open()
    await room.say(TALK)
    assert "There are no posts" in await room.say("posts")
    await room.say("event edit 1 | kind: office-hours")
    assert "Post 1 on fedi" in await room.say("posts")


async def test_nothing_is_posted_at_night(database: Database) -> None:
    night = account(hours=Hours(time(9), time(20), "Asia/Tokyo"))
    room = await Newsroom(database, {"fedi": Wall()}, accounts=[night]).open()
    await room.say(TALK)
    # 17:00 UTC is two o'clock at night there: the evening before.
    assert (await room.post(1)).due_at == datetime(2026, 12, 10, 10, tzinfo=UTC)
    room.channel.now = datetime(2026, 12, 10, 12, tzinfo=UTC)
    said = await room.say("post now 1")
    assert "post 1 goes out on fedi Fri 11 Dec 2026 00:00 UTC" in said
    await room.jump(11 * HOUR)
    assert (await room.post(1)).state is PostState.APPROVED
    await room.jump(HOUR)
    assert (await room.post(1)).state is PostState.POSTED


async def test_a_post_now_goes_out_at_once(room: Newsroom) -> None:
    await room.say(TALK)
    assert "goes out on fedi now" in await room.say("post now 1")
    assert (await room.post(1)).state is PostState.POSTED


async def test_a_week_takes_so_many_and_what_is_too_much_is_said(database: Database) -> None:
    few = account(most=1, before=(timedelta(days=7),))
    room = await Newsroom(database, {"fedi": Wall()}, accounts=[few]).open()
    await room.say(TALK)
    await room.told()
    await room.say(TALK.replace("How talk pages work", "Another"))
    told = await room.told()
    assert "put aside, because that week is full on fedi: at most 1 a week" in told
    assert "no place left in that week" in told
    assert "That week is full on fedi" in await room.say("post approve 2")
    await room.say("post drop 1")
    assert "Approved: post 2" in await room.say("post approve 2")


async def test_a_short_week_is_said_once_in_time(room: Newsroom) -> None:
    await room.say(TALK)
    await room.jump(datetime(2026, 12, 3, 15, tzinfo=UTC))
    assert "is short" not in await room.told()
    await room.jump(datetime(2026, 12, 4, 9, tzinfo=UTC))
    assert (
        "The week from Mon 7 Dec 2026 00:00 UTC is short on fedi: 1 post is planned, "
        "3 are wished for. Events in that week that fit it: 0."
    ) in await room.told()
    await room.jump(HOUR)
    other = Newsroom(room.database, {"fedi": Wall()}, holder="two")
    other.channel.now = room.channel.now
    await other.look()
    assert "is short" not in await room.told()


async def test_a_series_has_posts_for_each_occurrence_in_sight(room: Newsroom) -> None:
    await room.say(TALK)
    await room.say("event repeat 1 weekly")
    await room.jump(datetime(2026, 12, 11, 12, tzinfo=UTC))
    said = await room.say("posts")
    assert "Thu 17 Dec 2026 13:00 UTC" in said
    assert "Thu 17 Dec 2026 17:00 UTC" in said
    assert "Thu 24 Dec 2026 13:00 UTC" in said


async def test_two_processes_make_each_draft_once(database: Database) -> None:
    one = await Newsroom(database, {"fedi": Wall()}).open()
    two = Newsroom(database, {"fedi": Wall()}, holder="two")
    await one.channel.say(TALK)
    for room in (one, two, one):
        await room.drafting.look(room.channel.now)
    assert (await one.told()).count("Post 1 on fedi") == 1
    async with database.reading() as session:
        from storage import posts

        assert len(await posts.open_ones(session, since=one.channel.now)) == 1


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_fault_in_one_event_stops_no_other_and_is_tried_again(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.channel.say(TALK)
    await room.channel.say(TALK.replace("How talk pages work", "Another"))
    draft = room.plans.draft

    async def broken(session: AsyncSession, event: Event, now: datetime) -> int:
        if event.number == 1:
            raise RuntimeError("a fault of ours")
        return await draft(session, event, now)

    monkeypatch.setattr(room.plans, "draft", broken)
    await room.look()
    assert (await room.post(1)).event == 2
    monkeypatch.undo()
    await room.look()
    assert (await room.post(2)).event == 1
