"""What is approved goes out once, whatever goes wrong on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from chatbot.social.network import Away, LockedOut, Refused, Throttled
from storage import posts
from storage.database import Database
from storage.posts import PostRow
from storage.postvalues import PostState
from tests.chatbot.social.newsroom import TALK, Newsroom, Wall

DUE = datetime(2026, 12, 10, 17, tzinfo=UTC)
STARTS = datetime(2026, 12, 17, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
async def room(database: Database, wall: Wall) -> Newsroom:
    """Post 1 is approved."""
    opened = await Newsroom(database, {"fedi": wall}).open()
    await opened.say(TALK)
    await opened.say("post approve 1")
    await opened.heard()
    return opened


async def test_a_lost_answer_is_looked_for_and_nothing_is_posted_twice(
    room: Newsroom, wall: Wall
) -> None:
    wall.arrives = True
    wall.troubles = [Away("no answer", unsure=True)]
    await room.jump(DUE)
    assert (await room.post(1)).unsure
    assert "the answer was lost" in await room.say("post edit 1 | Else")
    await room.jump(MINUTE)
    assert (wall.tries, wall.looks) == (1, 1)
    assert (await room.post(1)).state is PostState.POSTED
    assert "stood on fedi already, from a try whose answer was lost" in await room.told()


async def test_what_did_not_arrive_is_posted_again(room: Newsroom, wall: Wall) -> None:
    wall.troubles = [Away("no answer", unsure=True), Away("no route", unsure=False)]
    await room.jump(DUE)
    await room.jump(MINUTE)
    assert not (await room.post(1)).unsure
    await room.jump(2 * MINUTE)
    assert (wall.tries, wall.looks, len(wall.posted)) == (3, 1, 1)


async def test_a_limit_is_waited_for_as_long_as_the_server_says(room: Newsroom, wall: Wall) -> None:
    wall.troubles = [Throttled("Too many requests", until=DUE + 7 * MINUTE)]
    await room.jump(DUE)
    await room.jump(DUE + 6 * MINUTE)
    assert wall.tries == 1
    await room.jump(MINUTE)
    assert (wall.tries, wall.looks, len(wall.posted)) == (2, 0, 1)


async def test_a_refused_token_is_told_once_a_day_and_tried_again_every_hour(
    room: Newsroom, wall: Wall
) -> None:
    wall.troubles = [LockedOut("The access token is invalid")] * 2
    await room.jump(DUE)
    assert "does not accept my credentials (The access token is invalid)" in await room.told()
    await room.jump(60 * MINUTE)
    assert await room.told() == ""
    await room.jump(60 * MINUTE)
    assert (await room.post(1)).state is PostState.POSTED


async def test_a_refused_post_waits_for_other_words(room: Newsroom, wall: Wall) -> None:
    wall.troubles = [Refused("Text is too bold")]
    await room.jump(DUE)
    assert "fedi refused post 1 about How talk pages work: Text is too bold." in await room.told()
    await room.say("post edit 1 | Calmer words")
    await room.say("post approve 1")
    assert wall.texts == ["Calmer words"]


async def test_a_limit_that_became_smaller_refuses_before_the_server_does(
    room: Newsroom, wall: Wall
) -> None:
    wall.measure = replace(wall.measure, most=50)
    await room.jump(DUE)
    assert wall.tries == 0
    assert "characters too long" in await room.told()


async def test_a_network_that_is_away_until_the_event_begins_is_told(
    room: Newsroom, wall: Wall
) -> None:
    wall.troubles = [Away("no answer", unsure=False)]
    await room.jump(DUE)
    await room.jump(STARTS + MINUTE)
    assert (await room.post(1)).state is PostState.LAPSED
    assert "did not go out before event 1 (How talk pages work) began: no answer" in (
        await room.told()
    )


async def test_an_answer_that_stays_unknown_is_told(room: Newsroom, wall: Wall) -> None:
    wall.troubles = [Away("no answer", unsure=True)]
    await room.jump(DUE)

    async def find(_: object) -> str | None:
        raise Away("still no answer", unsure=False)

    wall.find = find  # type: ignore[method-assign,assignment]
    await room.jump(STARTS + MINUTE)
    assert "Nobody knows whether post 1 about How talk pages work stands" in await room.told()


async def test_a_post_that_was_being_sent_when_its_process_died_is_looked_for(
    room: Newsroom, wall: Wall
) -> None:
    """The process that claimed it ended after it had posted."""
    room.channel.now = DUE
    async with room.database.transaction() as session:
        taken = await posts.claim(
            session, account="fedi", holder="dead", now=DUE, lease=10 * MINUTE
        )
        assert taken is not None
        await posts.begin(session, 1, holder="dead", until=DUE + 10 * MINUTE)
    outgoing = room.sending["fedi"]._outgoing
    event = (await room._programme.now()).events[1].event
    taken_up = room.sending["fedi"]._judged(taken, event)
    await wall.post(outgoing(taken_up, None))
    # The process that wakes has been there all the time: no lease ends before its time.
    await room.jump(9 * MINUTE)
    assert (await room.post(1)).state is PostState.SENDING
    await room.jump(MINUTE)
    assert (await room.post(1)).state is PostState.POSTED
    assert (wall.tries, wall.looks) == (1, 1)


async def test_a_process_that_was_overtaken_changes_nothing(room: Newsroom, wall: Wall) -> None:
    async def overtaken(*_: object) -> str:
        async with room.database.transaction() as session:
            await session.execute(
                update(PostRow).values(claimed_by="two", wake_at=DUE + 10 * MINUTE)
            )
        return "https://wall.example/1"

    wall.post = overtaken  # type: ignore[method-assign,assignment]
    await room.jump(DUE)
    assert (await room.post(1)).state is PostState.SENDING
    assert "is out" not in await room.told()


async def test_two_processes_send_each_post_once(room: Newsroom, wall: Wall) -> None:
    other = Newsroom(room.database, {"fedi": wall}, holder="two")
    room.channel.now = other.channel.now = DUE
    await other.sending["fedi"].look(DUE)
    await room.look()
    assert wall.tries == 1


async def test_a_fault_in_one_post_stops_no_other(
    room: Newsroom, wall: Wall, capsys: pytest.CaptureFixture[str]
) -> None:
    await room.say(TALK.replace("How talk pages work", "Another"))
    await room.say("post approve 2")
    post, first = wall.post, iter([True])

    async def broken(outgoing: object) -> str:
        if next(first, False):
            raise RuntimeError("a fault of ours")
        return await post(outgoing)  # type: ignore[arg-type]

    wall.post = broken  # type: ignore[method-assign]
    await room.jump(DUE)
    assert (await room.post(1)).state is PostState.SENDING
    assert (await room.post(2)).state is PostState.POSTED
    await room.jump(10 * MINUTE)
    assert (await room.post(1)).state is PostState.POSTED


async def test_a_card_that_cannot_be_drawn_stops_no_post(room: Newsroom, wall: Wall) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("no fonts")

    room.sending["fedi"]._card = broken
    await room.jump(DUE)
    (post,) = wall.posted.values()
    assert post.picture is None
