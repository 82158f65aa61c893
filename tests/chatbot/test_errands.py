"""What coordinators ask for that takes wikis: lists, messages, previews, proposals."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from commands.wikis import AccountFacts, WikiTrouble
from storage import deliveries, funnels, ledger
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.runvalues import DeliveryState, RunState
from storage.values import Card, CardKind
from tests.chatbot.erranding import Office, office


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with run 1, which is empty."""
    async with office(database, tmp_path) as opened:
        await opened.chat.say("run new December")
        yield opened


@pytest.fixture
async def ready(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with run 1, which has audience and message."""
    async with office(database, tmp_path) as opened:
        await opened.prepare()
        yield opened


async def pages(desk: Office) -> list[tuple[str, str, str]]:
    async with desk.chat.database.reading() as session:
        found = await deliveries.of_run(session, 1)
    return [(each.recipient.wiki, each.recipient.title, each.recipient.reason) for each in found]


async def test_a_list_becomes_an_audience_and_the_funnel_is_told(desk: Office) -> None:
    answer = await desk.ask("run audience 1 [[List]] | you came to a talk")
    assert "has 3 recipients on metawiki, svwiki" in answer
    assert "Of 6 listed, 3 are left" in answer
    for taken in ("on a wiki that I am not set up for (1)", "listed twice (1)", "opted out (1)"):
        assert taken in answer
    assert "nowhere.example" in answer
    assert await pages(desk) == [
        ("metawiki", "User talk:Ada", "you came to a talk"),
        ("svwiki", "User talk:Cleo", "you came to a talk"),
        ("metawiki", "User talk:Grace", "you came to a talk"),
    ]
    run = await desk.chat.run()
    assert (run.state, run.audience_source) == (RunState.AUDIENCE_BUILT, "[[List]]@metawiki")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "[[Category:Readers]]",
            [("metawiki", "User talk:Fay", "your page is in Category:Readers")],
        ),
        (
            "metawiki:Category:Readers",
            [("metawiki", "User talk:Fay", "your page is in Category:Readers")],
        ),
        (
            "file:people.tsv",
            [
                ("metawiki", "User talk:Ada", "you are on a list of the coordinators"),
                ("svwiki", "User talk:Bo", "you are on a list of the coordinators"),
            ],
        ),
    ],
)
async def test_categories_and_files_are_lists_too(
    desk: Office, source: str, expected: list[tuple[str, str, str]]
) -> None:
    await desk.ask(f"run audience 1 {source}")
    assert await pages(desk) == expected


async def test_a_list_that_redirects_is_named_as_it_was_asked_for(desk: Office) -> None:
    desk.place("Old list.wiki", "#REDIRECT [[List]]")
    await desk.ask("run audience 1 [[old list]]")
    assert {reason for _, _, reason in await pages(desk)} == {"you are listed on Old list"}


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("run audience 1 [[Nothing here]]", "no such page"),
        ("run audience 1 [[Nothing here]]", "Say to me: run audience 1 [[Page"),
        ("run audience 1 file:nothing.tsv", 'no file "nothing.tsv"'),
        ("run audience 1 file:outside.tsv", 'no file "outside.tsv"'),
        ("run audience 1 [[User talk:Grace]]", "Nobody on that list"),
        ("run message 1 [[Nothing here]]", "no such page"),
        ("run message 1 [[List]]", "I find no subject"),
        ("run preview 1", "no message yet"),
        ("run propose 1", "no message yet"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_the_reason(
    desk: Office, command: str, answer: str
) -> None:
    desk.place("secret.tsv", "metawiki\tEve")
    (desk.folder / "metawiki/import/outside.tsv").symlink_to(desk.folder / "metawiki/secret.tsv")
    assert answer in await desk.ask(command)
    assert (await desk.chat.run()).state is RunState.DRAFT


async def test_a_message_is_kept_with_what_was_found(desk: Office) -> None:
    answer = await desk.ask("run message 1 [[Newsletter]]")
    assert '"Tech talk"' in answer
    assert "nothing wrong" in answer
    run = await desk.chat.run()
    assert (run.subject, run.draft) == ("Tech talk", "Hello {{Greeting}}!\n\nCome.")
    answer = await desk.ask("run message 1 | Hi | <b>Bold and {{Nothing}}")
    assert "<b> in line 1 is never closed" in answer
    assert "must be mended" in answer
    assert "On metawiki:" in answer


async def test_a_preview_shows_the_text_as_it_will_stand_to_one_alone(ready: Office) -> None:
    preview = await ready.ask("run preview 1", account="bob")
    assert "as it will stand on User talk:Ada on metawiki" in preview
    assert "| == Tech talk ==\n| \n| Hello dear reader!\n| \n| Come.\n" in preview
    assert "Sent on behalf of bob, because you came to a talk." in preview
    assert "3 recipients: metawiki: 2, svwiki: 1." in preview
    assert "User talk:Ada (metawiki), User talk:Cleo (svwiki), User talk:Grace" in preview
    assert "Of 6 listed" in preview
    assert "confirm 1" not in preview
    assert "in private" in await ready.chat.say("run preview 1")


async def test_a_preview_tells_of_all_that_is_confirmed(ready: Office) -> None:
    await ready.chat.say("run window 1 not before 2026-12-03 08:00 | not after 2026-12-05 08:00")
    preview = await ready.ask("run preview 1")
    assert "3 Dec 2026 08:00 UTC" in preview
    assert "5 Dec 2026 08:00 UTC" in preview


async def test_from_draft_to_start_by_two_previews(ready: Office) -> None:
    answer = await ready.ask("run propose 1")
    assert "alice proposes run 1 (December)" in answer
    assert "3 messages (metawiki: 2, svwiki: 1)" in answer
    told = (await ready.chat.told())[-1]
    assert "alice@libera, bob@libera, carol@libera may" in told
    assert "before Fri 4 Dec 2026 12:00 UTC" in told
    run = await ready.chat.run()
    assert run.digest is not None
    assert run.digest[:10] in told
    assert run.body == "Hello dear reader!\n\nCome."
    assert run.footer.startswith("<small>Sent on behalf of alice, because {reason}. [[User:")
    for account, state in (("carol", RunState.PROPOSED), ("bob", RunState.CANARY)):
        code = await ready.code(account)
        await ready.chat.say(f"confirm 1 {code}", account=account)
        assert (await ready.chat.run()).state is state


async def test_the_code_stands_in_the_last_line_of_the_preview(ready: Office) -> None:
    await ready.ask("run propose 1")
    lines = (await ready.ask("run preview 1")).splitlines()
    assert lines[-1].startswith("To confirm exactly this, say to me: confirm 1 ")
    assert "confirm 1" not in "".join(lines[:-1])


async def test_the_code_stands_apart_with_the_button_for_its_person(ready: Office) -> None:
    await ready.ask("run propose 1")
    code = await ready.code("bob")
    preview = (await ready.chat.answered())[-1]
    *_, digest, last = ready.chat.words(preview).splitlines()
    assert preview.apart == 2
    assert "That is all of it" in digest
    assert code in last
    assert [each.command for each in preview.buttons] == [f"confirm 1 {code}", "object 1"]
    assert preview.card is not None
    assert preview.card.kind is CardKind.PREVIEW
    assert preview.card.digest == (await ready.chat.run()).digest


async def test_a_draft_is_previewed_with_nothing_to_press(ready: Office) -> None:
    await ready.ask("run preview 1")
    preview = (await ready.chat.answered())[-1]
    assert (preview.buttons, preview.card, preview.apart) == ((), None, 0)


async def test_a_proposal_is_answered_by_the_card_of_the_run(ready: Office) -> None:
    await ready.ask("run propose 1")
    digest = (await ready.chat.run()).digest or ""
    answer = (await ready.chat.answered())[-1]
    assert answer.card == Card(CardKind.RUN, 1, digest)
    assert [each.command for each in answer.buttons] == [
        f"run preview 1 {digest[:10]}",
        "object 1",
    ]


async def test_whose_word_does_not_count_gets_no_code(ready: Office) -> None:
    await ready.ask("run propose 1")
    await ready.jump(timedelta(minutes=1))
    await ready.chat.appoint(["dora"])
    preview = await ready.ask("run preview 1", account="dora")
    assert preview.endswith("you became a coordinator after it was proposed.")


async def test_templates_changed_after_the_proposal_change_nothing(ready: Office) -> None:
    await ready.ask("run propose 1")
    ready.place("Template/Greeting.wiki", "WORSE")
    assert "Hello dear reader!" in await ready.ask("run preview 1")


async def test_a_live_text_keeps_its_templates_and_their_revisions(ready: Office) -> None:
    await ready.ask("run propose 1 --live")
    run = await ready.chat.run()
    # Svwiki has no such template.
    assert run.state is RunState.AUDIENCE_BUILT
    ready.place("Template/Greeting.wiki", "kära läsare", wiki="svwiki")
    await ready.ask("run propose 1 --live")
    run = await ready.chat.run()
    assert run.body == "Hello {{Greeting}}!\n\nCome."
    assert run.live
    assert {wiki: set(pages) for wiki, pages in run.revisions.items()} == {
        "metawiki": {"Template:Greeting"},
        "svwiki": {"Template:Greeting"},
    }


async def test_everybody_is_looked_up_again_when_it_is_proposed(ready: Office) -> None:
    ready.place("User_talk/Ada.wiki", "[[Category:Opted-out of message delivery]]")
    assert "2 messages (svwiki: 1, metawiki: 1)" in await ready.ask("run propose 1")
    async with ready.chat.database.reading() as session:
        steps = {each.step: each.taken for each in await funnels.steps(session, 1)}
        left_out = await funnels.left_out(session, 1)
    assert (steps["opted-out"], steps["duplicate"], len(left_out)) == (2, 1, 4)


async def test_lists_of_people_to_leave_out_are_read_again_too(ready: Office) -> None:
    ready.place("Unsubscribed.wiki", "* [[User:Nobody]]")
    await ready.ask("run audience 1 [[List]] | without: [[Unsubscribed]] | you came to a talk")
    ready.place("Unsubscribed.wiki", "* [[User:Grace]]")
    assert "2 messages (metawiki: 1, svwiki: 1)" in await ready.ask("run propose 1")
    (ready.folder / "metawiki/Unsubscribed.wiki").unlink()
    await ready.chat.say("withdraw 1")
    assert "no such page" in await ready.ask("run propose 1")


async def test_whom_another_run_has_reached_meanwhile_is_left_out(ready: Office) -> None:
    for run in ("1", "2"):
        await ready.chat.say("run new January")
        await ready.ask(f"run audience {run} [[List]] | rest: 30 days | you came to a talk")
    async with ready.chat.database.transaction() as session:
        await session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.run == 2, DeliveryRow.number == 1)
            .values(state=DeliveryState.SENT, saved_at=ready.chat.now)
        )
    await ready.ask("run propose 1")
    async with ready.chat.database.reading() as session:
        steps = {each.step: each.taken for each in await funnels.steps(session, 1)}
    assert (steps["resting"], len(await pages(ready))) == (1, 2)


async def test_warnings_are_waved_aside_only_by_who_was_shown_them(ready: Office) -> None:
    await ready.ask("run message 1 | Hi | With [[User:Eve]]")
    await ready.ask("run message 1 | Hi | With [[User:Mallory]] and [[Category:X]]")
    assert "Mallory" in await ready.ask("run propose 1")
    assert (await ready.chat.run()).state is RunState.AUDIENCE_BUILT
    ready.place("User_talk/Grace.wiki", "x")
    assert "proposes run 1" in await ready.ask("run propose 1 --anyway")
    assert (await ready.chat.run()).state is RunState.PROPOSED


async def test_other_warnings_than_those_shown_are_shown_first(ready: Office) -> None:
    ready.place("Newsletter.wiki", "== Hi ==\nWith {{Greeting}}")
    await ready.ask("run message 1 [[Newsletter]]")
    ready.place("Template/Greeting.wiki", "[[User:Mallory]]")
    answer = await ready.ask("run propose 1 --anyway")
    assert "Mallory" in answer
    assert "not proposed yet" in answer
    assert "proposes" in await ready.ask("run propose 1 --anyway")


async def test_errors_are_not_waved_aside(ready: Office) -> None:
    await ready.ask("run message 1 | Hi | <!-- open")
    assert "must be mended" in await ready.ask("run propose 1 --anyway")
    assert (await ready.chat.run()).state is RunState.AUDIENCE_BUILT


async def test_what_was_objected_to_is_proposed_again_only_once_it_changed(
    ready: Office,
) -> None:
    await ready.ask("run propose 1")
    await ready.chat.say("object 1 wrong date", account="bob")
    assert "objection to run 1 stands: wrong date" in await ready.ask("run propose 1")
    await ready.ask("run message 1 [[Newsletter]]")
    assert "stands: wrong date" in await ready.ask("run propose 1")
    await ready.ask("run message 1 | Hi | Better")
    assert "proposes run 1" in await ready.ask("run propose 1")


async def test_who_objected_may_propose_it_as_it_is(ready: Office) -> None:
    await ready.ask("run propose 1")
    await ready.chat.say("object 1 wrong date", account="bob")
    assert "bob proposes run 1" in await ready.ask("run propose 1", account="bob")


async def test_a_change_asked_for_before_a_proposal_was_done_voids_it(ready: Office) -> None:
    await ready.chat.say("run propose 1")
    answer = await ready.ask("run message 1 | Other | Text")
    assert "void" in answer
    run = await ready.chat.run()
    assert (run.state, run.subject) == (RunState.AUDIENCE_BUILT, "Other")


async def test_lines_said_at_once_are_done_in_their_order(desk: Office) -> None:
    for text in ("run audience 1 [[List]]", "run message 1 [[Newsletter]]", "run propose 1"):
        await desk.chat.say(text)
    assert "proposes run 1" in await desk.answer()


async def test_a_proposal_of_too_few_says_so(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, coordinators=["alice"]) as lonely:
        await lonely.prepare()
        assert "only these may: alice@libera" in await lonely.ask("run propose 1")


async def test_a_wiki_that_is_away_is_asked_again_and_then_told(desk: Office) -> None:
    away = WikiTrouble("metawiki", "no answer")
    desk.wikis["metawiki"].faults = [away]
    assert await desk.ask("run audience 1 [[List]]") == ""
    await desk.jump(timedelta(seconds=5))
    assert "3 recipients" in await desk.answer()
    desk.wikis["metawiki"].faults = [away] * 3
    await desk.chat.say("run message 1 [[Newsletter]]")
    for seconds in (0, 5, 20):
        await desk.jump(timedelta(seconds=seconds))
        answer = await desk.answer()
    assert "metawiki says: no answer" in answer


async def test_a_fault_of_ours_is_answered_and_the_engine_goes_on(desk: Office) -> None:
    desk.wikis["metawiki"].faults = [ZeroDivisionError()]
    assert "went wrong" in await desk.ask("run audience 1 [[List]]")
    assert "3 recipients" in await desk.ask("run audience 1 [[List]]")


async def test_what_somebody_asked_for_who_is_no_coordinator_any_more_is_not_done(
    ready: Office,
) -> None:
    await ready.chat.say("run propose 1")
    await ready.chat.say("coordinator remove alice", account="bob")
    assert "no coordinator any more" in await ready.answer()
    assert (await ready.chat.run()).state is RunState.AUDIENCE_BUILT


async def test_settled_returns_once_every_errand_is_answered(desk: Office) -> None:
    await desk.chat.say("run audience 1 [[List]]")
    desk.alarm.ring()
    await desk.engine.settled()
    assert (await desk.chat.run()).state is RunState.AUDIENCE_BUILT


async def test_what_is_done_stands_in_the_ledger_without_names(ready: Office) -> None:
    await ready.ask("run propose 1")
    async with ready.chat.database.reading() as session:
        entries = await ledger.latest(session, 50)
    assert [each.action for each in reversed(entries)] == [
        "run.new",
        "run.audience",
        "run.message",
        "run.proposed",
    ]
    told = " ".join(f"{each.subject} {each.details}" for each in entries)
    assert not any(name in told for name in ("alice", "Ada", "Grace"))


async def test_only_wikis_with_somebody_to_write_to_are_asked_what_the_bot_may_do(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> AccountFacts:
        raise WikiTrouble("svwiki", "away")

    monkeypatch.setattr(desk.wikis["svwiki"], "account", away)
    desk.place("Few.wiki", "* {{#target:User talk:Ada}}\n")
    assert "has 1 recipient" in await desk.ask("run audience 1 [[Few]]")
