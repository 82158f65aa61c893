"""Whatever goes wrong with one page, nothing is saved twice, and people hear of it once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.wikis import LastEdit, Signs, WikiTrouble
from commands.writes import Outcome, PageEdit, SaveResult
from storage import publications, stops
from storage.database import Database
from storage.publicationvalues import Kept
from storage.runvalues import Stop, StopKind
from tests.chatbot.test_wiki_calendar import CALENDAR, TALK_PAGE, UPCOMING, Folder
from tests.pagekeeping import DAY, GATHER, HOUR, NOW, STOP_PAGE, Press, settings

MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """The process is gone."""


class Faulty(Folder):
    """A dry wiki that fails when a test needs it, which no wiki does on demand.

    The next saves of a page end as `outcomes` say, and with `stands` are made all the same; with
    `killed` the process dies right after one. `meanwhile` happens before a save; `away` is a wiki
    that answers nothing; `signed` is what its stop signs are.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.outcomes: dict[str, list[SaveResult]] = {}
        self.stands = False
        self.killed = False
        self.away = False
        self.meanwhile: Callable[[str], object] = lambda _title: None
        self.signed: Signs | None = None
        self.broken: set[str] = set()

    async def read(self, title: str):  # type: ignore[no-untyped-def]
        if self.away:
            raise WikiTrouble(self.name, "no answer")
        if title in self.broken:
            raise RuntimeError("a fault of ours")
        return await super().read(title)

    async def signs(self, pages):  # type: ignore[no-untyped-def]
        return self.signed or await super().signs(pages)

    async def save_page(self, edit: PageEdit) -> SaveResult:
        self.meanwhile(edit.title)
        scripted = self.outcomes.get(edit.title)
        if scripted:
            if self.stands:
                await super().save_page(edit)
            return scripted.pop(0)
        saved = await super().save_page(edit)
        if self.killed:
            raise Killed
        return saved


@pytest.fixture
def wiki(tmp_path: Path) -> Faulty:
    return Faulty(tmp_path / "metawiki")


@pytest.fixture
def press(database: Database, wiki: Faulty) -> Press:
    return Press(database, wiki, [settings("A")])


def outcomes(outcome: Outcome, times: int = 1, **more: object) -> list[SaveResult]:
    return [SaveResult(outcome, **more) for _ in range(times)]  # type: ignore[arg-type]


async def test_a_process_killed_in_mid_save_saves_nothing_twice(
    database: Database, wiki: Faulty
) -> None:
    press = Press(database, wiki, [settings("A")])
    await press.add()
    wiki.killed = True
    with pytest.raises(Killed):
        await press.look()
    wiki.killed = False
    assert await wiki.edits() == 1
    after = Press(database, wiki, [settings("A")], holder="two", now=NOW + HOUR)
    await after.look()
    assert len(await wiki.summaries(CALENDAR)) == 1
    assert await wiki.edits() == 3
    assert (await after.kept(Kept.CALENDAR)).revid == (await wiki.read(CALENDAR)).revid


async def test_an_edit_whose_answer_was_lost_is_found_on_the_page(
    press: Press, wiki: Faulty
) -> None:
    await press.add()
    wiki.outcomes = {CALENDAR: outcomes(Outcome.UNKNOWN, detail="no answer")}
    wiki.stands = True
    await press.after(HOUR)
    assert len(await wiki.summaries(CALENDAR)) == 1
    assert (await press.kept(Kept.CALENDAR)).digest
    assert await press.told() == []


async def test_two_processes_write_each_page_once(database: Database, wiki: Faulty) -> None:
    both = [Press(database, wiki, [settings("A")], holder=name) for name in ("one", "two")]
    for number in range(10):
        await both[0].add(title=f"Talk {number}")
    await asyncio.gather(*(press.look() for press in both))
    await asyncio.gather(*(press.after(2 * MINUTE) for press in both))
    assert await wiki.edits() == 12
    await both[0].add(title="Another", starts_at=NOW + DAY)
    for press in both:
        await press.after(2 * GATHER)
    assert await wiki.edits() == 15


async def test_an_older_edition_never_takes_the_place_of_a_newer(
    database: Database, wiki: Faulty
) -> None:
    slow, quick = (Press(database, wiki, [settings("A")], holder=name) for name in ("a", "b"))
    talk = await slow.add()
    await slow.look()
    await quick.look()
    await quick.change(talk, title="Something else")
    await quick.after(2 * GATHER)
    async with database.transaction() as session:
        kept = await publications.kept(session)
        await publications.wake(session, [each.key for each in kept], now=NOW)
    slow.now = quick.now - GATHER
    await slow.engine._write(await wiki.site())
    assert "Something else" in wiki.text(CALENDAR)
    assert len(await wiki.summaries(CALENDAR)) == 2


async def test_a_conflict_is_looked_at_anew(press: Press, wiki: Faulty) -> None:
    await press.add()
    await press.look()
    edited: list[str] = []

    def edit(title: str) -> None:
        if title == CALENDAR and not edited:
            edited.append(title)
            wiki.place(title, "Somebody was faster.\n" + wiki.text(title))

    wiki.meanwhile = edit
    await press.add(title="Another")
    await press.after(2 * GATHER)
    assert edited
    assert wiki.text(CALENDAR).startswith("Somebody was faster.\n<!-- Bellringer")
    assert "Another" in wiki.text(CALENDAR)
    assert await press.told() == []


async def test_a_conflict_that_lasts_is_told_once(press: Press, wiki: Faulty) -> None:
    await press.add()
    wiki.outcomes = {CALENDAR: outcomes(Outcome.CONFLICT, 18)}
    await press.look()
    assert await press.told() == []
    for _ in range(5):
        await press.after(HOUR)
    assert len(await press.told()) == 1
    assert "somebody else has just edited it" in (await press.told())[0]
    await press.after(2 * HOUR)
    assert "How talk pages work" in wiki.text(CALENDAR)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.PROTECTED, "is protected"),
        (Outcome.ABUSE_FILTERED, "refuses my edit of [[A calendar]]: too many links"),
        (Outcome.PERMISSION_DENIED, "refuses my edit"),
    ],
)
async def test_what_is_refused_is_told_once_and_tried_again_later(
    press: Press, wiki: Faulty, outcome: Outcome, words: str
) -> None:
    await press.add()
    wiki.outcomes = {CALENDAR: outcomes(outcome, 5, detail="too many links")}
    await press.look()
    (told,) = await press.told()
    assert words in told
    # The other pages are none the worse for it, and the lists do not wait.
    assert wiki.file(UPCOMING).exists()
    assert wiki.file(TALK_PAGE).exists()
    assert len(wiki.outcomes[CALENDAR]) == 4
    await press.after(14 * MINUTE)
    assert len(wiki.outcomes[CALENDAR]) == 4
    for _ in range(6):
        await press.after(DAY)
    assert wiki.file(CALENDAR).exists()
    assert len(await press.told()) == 1
    assert (await press.kept(Kept.CALENDAR)).trouble is None


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.READ_ONLY, "is read-only"), (Outcome.SENDER_BLOCKED, "is blocked on metawiki")],
)
async def test_what_is_the_whole_wikis_trouble_is_told_once_for_all_pages(
    press: Press, wiki: Faulty, outcome: Outcome, words: str
) -> None:
    for number in range(5):
        await press.add(title=f"Talk {number}", starts_at=NOW + 40 * DAY)
    titles = [CALENDAR, UPCOMING, *(f"A calendar/{each + 1} Talk {each}" for each in range(5))]
    wiki.outcomes = {title: outcomes(outcome, 2, detail="maintenance") for title in titles}
    await press.look()
    # One page found out; the others need not ask.
    assert sum(map(len, wiki.outcomes.values())) == 13
    for _ in range(60):
        await press.after(HOUR)
    (told,) = await press.told()
    assert words in told
    assert "maintenance" in told
    assert [len(await wiki.summaries(title)) for title in titles[2:]] == [1] * 5
    # What could not be written was not linked to in red meanwhile.
    assert wiki.text(CALENDAR).count("[[:A calendar/") == 5


async def test_a_wiki_that_does_not_answer_is_told_of_when_it_lasts(
    press: Press, wiki: Faulty
) -> None:
    await press.add()
    wiki.away = True
    await press.look()
    assert await press.told() == []
    for _ in range(20):
        await press.after(HOUR)
    assert len(await press.told()) == 1
    wiki.away = False
    for _ in range(3):
        await press.after(HOUR)
    assert await wiki.edits() == 3


async def test_a_fault_in_one_page_does_not_stop_the_others(press: Press, wiki: Faulty) -> None:
    await press.add()
    wiki.broken = {CALENDAR}
    await press.look()
    assert await wiki.edits() == 2
    wiki.broken = set()
    await press.after(HOUR)
    assert "How talk pages work" in wiki.text(CALENDAR)


async def test_edits_keep_the_pace_of_the_wiki(database: Database, wiki: Faulty) -> None:
    press = Press(database, wiki, [settings("A")], edits_per_minute=20)
    await press.add()
    for count in (1, 2, 3):
        due_at = await press.engine.look(press.now)
        assert await wiki.edits() == count
        assert due_at is not None
        if count < 3:
            assert due_at == press.now + timedelta(seconds=3)
            press.now = due_at
    assert due_at == NOW + 12 * HOUR


async def test_a_standing_stop_is_heeded(press: Press, wiki: Faulty) -> None:
    await press.add()
    async with press.database.transaction() as session:
        await stops.stop(session, Stop("metawiki", StopKind.PAGE, "Stop", 7, "Grace", NOW))
    await press.after(DAY)
    assert await wiki.edits() == 0
    async with press.database.transaction() as session:
        await stops.lift(session, "metawiki", press.now)
    await press.after(2 * MINUTE)
    assert await wiki.edits() == 3


async def test_another_wikis_stop_stops_nothing_here(press: Press, wiki: Faulty) -> None:
    await press.add()
    async with press.database.transaction() as session:
        await stops.stop(session, Stop("svwiki", StopKind.PAGE, "Stop", 7, "Grace", NOW))
    await press.look()
    assert await wiki.edits() == 3


@pytest.mark.parametrize(
    ("signs", "kind"),
    [
        (Signs("Bellringer", (LastEdit(STOP_PAGE, 7, "Grace", NOW + MINUTE),)), StopKind.PAGE),
        (Signs("Bellringer", blocked_by="Grace"), StopKind.BLOCK),
        (Signs("Bellringer", locked=True), StopKind.LOCK),
        (Signs("Bellringer", (LastEdit(STOP_PAGE, 7, "Grace", NOW - DAY),)), None),
        (Signs("Bellringer", (LastEdit(STOP_PAGE, 7, "Bellringer", NOW + MINUTE),)), None),
        (Signs("Bellringer", (LastEdit("User talk:Bellringer", 7, "Grace", NOW + MINUTE),)), None),
    ],
    ids=["stop page", "block", "lock", "before", "own", "talk page"],
)
async def test_a_sign_to_stop_is_heeded_and_kept(
    press: Press, wiki: Faulty, signs: Signs, kind: StopKind | None
) -> None:
    await press.look()
    before = await wiki.edits()
    wiki.signed = signs
    await press.add()
    await press.after(2 * GATHER)
    assert [each.kind for each in press.stopped] == ([kind] if kind else [])
    assert await wiki.edits() == before + (0 if kind else 3)


async def test_a_page_that_is_no_wikitext_is_left_alone(press: Press, wiki: Faulty) -> None:
    read = wiki.read

    async def read_json(title: str):  # type: ignore[no-untyped-def]
        return replace(await read(title), content_model="json")

    wiki.place(CALENDAR, "{}\n")
    wiki.read = read_json  # type: ignore[method-assign]
    await press.look()
    assert wiki.text(CALENDAR) == "{}\n"
    assert "no page of wikitext" in (await press.told())[0]
