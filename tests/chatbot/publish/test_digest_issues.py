"""The digest: previewed, held, noted upon, sent once to all it goes to, never empty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.backup import backup, restore
from storage import linking, nudges, people, stops
from storage.database import Database
from storage.issuevalues import CopyState, HeldWhy, IssueState
from storage.runvalues import Stop, StopKind
from storage.values import Destination, Identity, Place
from tests.chatbot.publish.newsroom import (
    ADDRESS,
    DAY,
    DUE,
    HOUR,
    LIST,
    MINUTE,
    POLICY,
    STAFF,
    TALKS,
    Newsroom,
    newsroom,
)
from tests.commands.event_desks import NOW
from tests.peers.smtp import SmtpServer, running_smtp

ADD = "event add tech-talk 2026-12-15 16:00 UTC | Wikidata basics | speaker: Ada"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SmtpServer]:
    async with running_smtp(tmp_path) as running:
        yield running


@pytest.fixture
async def room(database: Database, tmp_path: Path, server: SmtpServer) -> AsyncIterator[Newsroom]:
    async with newsroom(database, tmp_path, server) as opened:
        yield opened


async def test_an_issue_is_previewed_a_day_before(room: Newsroom) -> None:
    await room.say(ADD)
    assert await room.jump(DUE - DAY - MINUTE) == DUE - DAY
    assert await room.told(STAFF) == []
    await room.jump(DUE - DAY)
    (preview,) = await room.told(STAFF)
    assert "goes out in 1 day: Thu 10 Dec 2026 09:00 UTC" in preview
    assert "#talks, drywiki/Project:Newsletter, talks@lists.example.org" in preview
    assert "Tue 15 Dec 2026 16:00 UTC: Wikidata basics (tech-talk, with Ada)" in preview
    assert "!digest hold" in preview
    assert await room.told(TALKS) == []


async def test_an_issue_goes_out_once_to_all(room: Newsroom, server: SmtpServer) -> None:
    await room.say(ADD)
    await room.walk(DUE)
    await room.walk(DUE + 6 * DAY)
    (told,) = await room.told(TALKS)
    assert "Tue 15 Dec 2026 16:00 UTC (17:00 Europe/Stockholm): Wikidata basics" in told
    assert ADDRESS in told
    (taken,) = server.taken
    assert taken.recipients == (LIST.address,)
    assert room.page().count("Wikidata basics") == 2, "in the heading and in the list"
    assert [each.state for each in await room.copies()] == [CopyState.SENT, CopyState.SENT]
    assert (await room.issue(2)).due_at == DUE + 14 * DAY


async def test_what_is_changed_until_sending_is_in_it(room: Newsroom, server: SmtpServer) -> None:
    await room.say(ADD)
    await room.walk(DUE - HOUR)
    await room.say("event edit 1 | title: Wikidata for all")
    await room.say("event add office-hours 2026-12-16 10:00 UTC | Lua")
    await room.walk(DUE)
    text = server.taken[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Wikidata for all" in text
    assert "Lua" in text
    assert "Wikidata basics" not in text


async def test_a_note_goes_on_top(room: Newsroom, server: SmtpServer) -> None:
    await room.say(ADD)
    assert "On top of the digest" in await room.say("digest note | Bring   a friend & <b>tea</b>")
    await room.walk(DUE)
    assert (await room.told(TALKS))[0].startswith("Bring a friend & <b>tea</b>")
    assert "Bring a friend &#38; &#60;b&#62;tea&#60;&#47;b&#62;" in room.page()
    html = server.taken[0].message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Bring a friend &amp; &lt;b&gt;tea&lt;/b&gt;" in html


async def test_notes_are_bounded_and_taken_away(room: Newsroom) -> None:
    await room.jump()
    assert "5 notes of 500" in await room.say(f"digest note | {'x' * 501}")
    for number in range(5):
        assert "On top" in await room.say(f"digest note | {number}")
    assert "at most" in await room.say("digest note | six")
    assert "no notes any more" in await room.say("digest note off")
    assert "digest note | TEXT" in await room.say("digest note")


async def test_what_is_held_is_not_sent_until_it_is_released(
    room: Newsroom, server: SmtpServer
) -> None:
    await room.say(ADD)
    await room.walk(DUE - HOUR)
    assert "is held" in await room.say("digest hold")
    assert "is held" in (await room.told(STAFF))[-1], "said in the other channel too"
    await room.walk(DUE + 3 * DAY)
    assert not server.taken
    assert "goes out now" in await room.say("digest go")
    assert len(server.taken) == 1
    assert len(await room.told(TALKS)) == 1


async def test_a_hold_that_is_taken_back_in_time_changes_nothing(
    room: Newsroom, server: SmtpServer
) -> None:
    await room.say(ADD)
    await room.walk(DUE - HOUR)
    await room.say("digest hold")
    assert "at its time" in await room.say("digest release")
    await room.walk(DUE - MINUTE)
    assert not server.taken
    await room.walk(DUE)
    assert len(server.taken) == 1


async def test_the_next_issue_takes_over_from_one_that_nobody_releases(
    room: Newsroom, server: SmtpServer
) -> None:
    await room.say("event add tech-talk 2026-12-30 16:00 UTC | Wikidata basics")
    await room.say("digest note | Bring a friend")
    await room.say("digest hold")
    await room.walk(DUE + 14 * DAY)
    assert (await room.issue(1)).state is IssueState.DROPPED
    assert any("did not go out" in each for each in await room.told(STAFF))
    (told,) = await room.told(TALKS)
    assert "Bring a friend" in told
    assert "Wikidata basics" in told
    assert len(server.taken) == 1


async def test_an_empty_issue_is_left_out_and_said_so_once(
    room: Newsroom, server: SmtpServer
) -> None:
    await room.walk(DUE + DAY)
    assert [each for each in await room.told(STAFF) if "was left out" in each] == [
        "The digest of Thu 10 Dec 2026 09:00 UTC was left out: there was nothing to tell. "
        "The next is due on Thu 24 Dec 2026 09:00 UTC."
    ]
    assert (await room.told(TALKS), server.taken) == ([], [])
    assert not (room.folder / "drywiki" / "Project").exists()


async def test_tests_and_proposals_are_told_to_nobody(room: Newsroom, server: SmtpServer) -> None:
    await room.say(f"{ADD} | test: yes")
    await room.walk(DUE)
    assert not server.taken
    assert not any("Wikidata" in each for each in await room.told(STAFF))


async def test_a_recording_is_in_the_next_issue_and_in_no_other(
    room: Newsroom, server: SmtpServer
) -> None:
    await room.say(ADD)
    await room.walk(DUE + 13 * DAY)
    await room.record(1, DUE + 5 * DAY + 7 * HOUR, "https://example.org/recording")
    await room.walk(DUE + 14 * DAY)
    assert "Recording https://example.org/recording" in (await room.told(TALKS))[1]
    await room.walk(DUE + 28 * DAY)
    assert len(server.taken) == 2


async def test_what_is_late_waits_for_a_word(room: Newsroom, server: SmtpServer) -> None:
    await room.say(ADD)
    await room.walk(DUE - HOUR)
    room.restart("later")
    await room.jump(DUE + 2 * HOUR)
    assert not server.taken
    assert "I was away when it was due" in (await room.told(STAFF))[-1]
    await room.say("digest go")
    assert len(server.taken) == 1


async def test_a_changed_rhythm_moves_an_issue_that_nobody_was_told_of(room: Newsroom) -> None:
    await room.jump()
    await room.say("digest note | Bring a friend")
    rhythm = replace(POLICY.habit.rhythm, weekday=4)
    room.policy = replace(POLICY, habit=replace(POLICY.habit, rhythm=rhythm))
    room.restart()
    await room.jump()
    assert "Fri 11 Dec 2026 09:00 UTC" in await room.say("digest note | Or two")
    assert "Bring a friend\nOr two" in await room.say("digest")


async def test_a_server_that_refuses_for_now_is_tried_again(
    room: Newsroom, server: SmtpServer
) -> None:
    server.refusals["RCPT"] = ["450 4.2.1 greylisted"] * 4
    await room.say(ADD)
    await room.walk(DUE + 2 * MINUTE)
    assert not server.taken
    assert len([each for each in await room.told(STAFF) if "not gone" in each]) == 0
    await room.walk(DUE + 30 * MINUTE)
    assert len(server.taken) == 1
    (waits,) = [each for each in await room.told(STAFF) if "not gone" in each]
    assert "450 4.2.1 greylisted" in waits


async def test_a_server_that_is_away_is_given_up_after_a_day_and_tried_on_demand(
    room: Newsroom, server: SmtpServer
) -> None:
    await room.say(ADD)
    await room.walk(DUE - MINUTE)
    await server.stop()
    await room.walk(DUE + 2 * DAY)
    assert (await room.copies())[1].state is CopyState.FAILED
    (failed,) = [each for each in await room.told(STAFF) if "was not sent" in each]
    assert LIST.address in failed
    await server.start()
    assert "is sent once more" in await room.say("digest go")
    assert len(server.taken) == 1


async def test_a_refusal_for_good_is_told_and_not_repeated(
    room: Newsroom, server: SmtpServer
) -> None:
    server.refusals["DATA"] = ["554 5.7.1 not from here"]
    await room.say(ADD)
    await room.walk(DUE + DAY)
    assert not server.taken
    (failed,) = [each for each in await room.told(STAFF) if "was not sent" in each]
    assert "554 5.7.1 not from here" in failed
    assert "554 5.7.1 not from here" in await room.say("digest")
    assert "Wikidata basics" in room.page(), "the others had theirs"


async def test_a_lost_answer_is_told_and_nothing_is_sent_again(
    room: Newsroom, server: SmtpServer
) -> None:
    server.silent = True
    await room.say(ADD)
    await room.walk(DUE + DAY)
    assert len(server.taken) == 1
    assert (await room.copies())[1].state is CopyState.UNKNOWN
    assert len([each for each in await room.told(STAFF) if "Nobody knows" in each]) == 1
    assert "Nothing is held" in await room.say("digest go")
    assert len(server.taken) == 1


async def test_a_wiki_that_stopped_the_bot_is_left_alone(room: Newsroom) -> None:
    async with room.database.transaction() as session:
        await stops.stop(session, Stop("drywiki", StopKind.PAGE, "User:B/Stop", 7, "Grace", NOW))
    await room.say(ADD)
    await room.walk(DUE + 2 * DAY)
    assert (await room.copies())[0].state is CopyState.FAILED
    assert not (room.folder / "drywiki" / "Project").exists()


async def test_a_page_keeps_what_people_wrote_and_the_newest_issue_is_on_top(
    room: Newsroom,
) -> None:
    page = room.folder / "drywiki" / "Project" / "Newsletter.wiki"
    page.parent.mkdir(parents=True)
    page.write_text("All our letters.\n\n== Older ==\nWords of Grace.\n")
    await room.say(ADD)
    await room.say("event add tech-talk 2026-12-30 16:00 UTC | Lua")
    await room.walk(DUE + 14 * DAY)
    text = room.page()
    assert text.startswith("All our letters.\n\n== Thursday 24 December 2026&#58; Talks for all")
    assert text.index("Lua, Wed") < text.index("Wikidata basics and one more") < text.index("Older")
    assert "Words of Grace." in text


async def test_each_issue_has_a_page_of_its_own_where_asked(
    database: Database, tmp_path: Path
) -> None:
    policy = replace(POLICY, pages=("drywiki/Project:Newsletter/{date}",))
    async with newsroom(database, tmp_path, policy=policy) as room:
        await room.say(ADD)
        await room.walk(DUE)
        assert "Wikidata basics" in room.page("Project/Newsletter%2F2026-12-10.wiki")


async def test_an_issue_that_somebody_has_archived_is_not_written_again(room: Newsroom) -> None:
    await room.say(ADD)
    await room.walk(DUE)
    (room.folder / "drywiki" / "Project" / "Newsletter.wiki").write_text("All moved away.\n")
    async with room.database.transaction() as session:
        from sqlalchemy import update

        from storage.issues import IssueCopyRow

        again = update(IssueCopyRow).where(IssueCopyRow.kind == "page")
        await session.execute(again.values(state="claimed", wake_at=room.now()))
    await room.jump()
    assert (await room.copies())[0].state is CopyState.SENT
    assert room.page() == "All moved away.\n"


async def test_only_coordinators_decide(room: Newsroom) -> None:
    await room.say(ADD)
    for said in ("digest", "digest hold", "digest go", "digest note | x", "digest preview"):
        assert "coordinator" in await room.say(said, account="carol")
    assert (await room.issue(1)).state is IssueState.PLANNED


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("journal", [True, False])
async def test_a_restored_backup_sends_nothing_again(
    migrated_url: str, tmp_path: Path, server: SmtpServer, *, journal: bool
) -> None:
    database = Database.open(migrated_url)
    async with newsroom(database, tmp_path, server) as room:
        await room.say(ADD)
        await room.walk(DUE - HOUR)
        backup(migrated_url, tmp_path / "backup")
        await room.walk(DUE)
    await database.close()
    restore(migrated_url, tmp_path / "backup")
    if not journal:
        (tmp_path / "digests-sent").unlink()
    database = Database.open(migrated_url)
    async with newsroom(database, tmp_path, server) as room:
        room.restart("after")
        await room.jump(DUE + 10 * MINUTE)
        assert len(server.taken) == 1
        assert (await room.issue(1)).held_why is HeldWhy.FOUND
        assert "Was a backup restored?" in (await room.told(STAFF))[-1]
        await room.say("digest go")
        assert room.page().count("Wikidata basics") == 2
        assert len(server.taken) == (1 if journal else 2), "a person decided"
    await database.close()


async def test_who_usually_holds_something_is_asked_once(room: Newsroom) -> None:
    bob = Destination("libera", Place.PERSON, "bob")
    await room.chat.appoint(["bob"])
    await room.say("event add tech-talk in 2 hours | Wikidata basics", account="bob")
    await room.walk(DUE - 5 * DAY)
    (asked,) = await room.told(bob)
    assert "Thank you for Wikidata basics (Tue 1 Dec 2026 14:00 UTC)." in asked
    assert "before Thu 10 Dec 2026 09:00 UTC" in asked
    assert "!nudge off" in asked
    await room.walk(DUE + 2 * DAY)
    assert len(await room.told(bob)) == 1
    await room.walk(DUE + 9 * DAY)
    assert len(await room.told(bob)) == 2, "once an issue"
    assert "do not ask you any more" in await room.say("nudge off", account="bob")
    await room.walk(DUE + 30 * DAY)
    assert len(await room.told(bob)) == 2
    assert "I ask you before" in await room.say("nudge on", account="bob")


async def test_whoever_joined_two_accounts_is_one_organiser(room: Newsroom) -> None:
    await room.chat.appoint(["bob", "rob"])
    await room.say("event add tech-talk in 2 hours | Wikidata basics", account="rob")
    await room.say("event add tech-talk in 4 hours | Lua", account="bob")
    async with room.database.transaction() as session:
        bob = await people.find(session, Identity("libera", "bob"))
        rob = await people.find(session, Identity("libera", "rob"))
        assert bob is not None
        assert rob is not None
        await linking.join(session, kept=bob.key, joined=rob.key, now=room.now())
    await room.walk(DUE - 5 * DAY)
    (asked,) = await room.told(Destination("libera", Place.PERSON, "bob"))
    assert "Thank you for 2 events, lately Lua" in asked
    async with room.database.transaction() as session:
        await nudges.refuse(session, rob.key, room.now())
    await room.walk(DUE + 10 * DAY)
    assert len(await room.told(Destination("libera", Place.PERSON, "bob"))) == 1


async def test_whoever_has_something_ahead_is_not_asked(room: Newsroom) -> None:
    await room.say("event add tech-talk in 2 hours | Wikidata basics")
    await room.say(ADD)
    await room.walk(DUE - DAY)
    assert await room.told(Destination("libera", Place.PERSON, "alice")) == []


async def test_where_no_digest_is_configured_the_commands_say_so(
    database: Database, tmp_path: Path
) -> None:
    async with newsroom(database, tmp_path) as room:
        for said in ("digest", "digest hold", "digest go", "digest note | x", "digest preview"):
            answer = await room.chat.say(said)
            assert "[digest] in my configuration" in answer
