"""The dumps tell of a wiki what its API tells: the same contributions, both ways.

The rows of the dump are made here from what the wiki says of all its revisions, by the words of
the dumps' documentation and not by the rule that is tested.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from chatbot.history.importing import Imported, import_file
from chatbot.history.reading import History
from chatbot.history.settings import HistorySettings
from chatbot.history.shelf import Shelf
from chatbot.wiki.sites import PywikibotWiki
from commands.census import Articles, Contribution, Window
from commands.rules.contributions import contributions
from tests.peers.history_dump import edit, write
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_visitor import Answer, Visitor

PASSWORD = "password-of-a-writer-12345"
WRITERS = {"Ada": [], "Åsa Öberg": [], "Robot 7": ["bot"], "Helpbot": [], "Ida": []}
TOPIC = ("Malaria", "Yellow fever", "Dengue", "Cholera", "Never written")
MAY_HIDE = '$wgGroupPermissions["sysop"]["deleterevision"] = true;'


class Town:
    """People who write on a wiki, and who looks at what they wrote."""

    def __init__(self, wiki: MediaWiki) -> None:
        wiki.populate(passwords=dict.fromkeys(WRITERS, PASSWORD), groups=WRITERS)
        self.wiki = wiki
        self.stranger = Visitor(api=wiki.api, name="", password="")
        self._writers = {
            name: Visitor(api=wiki.api, name=name, password=PASSWORD) for name in WRITERS
        }

    def writes(self, writer: str, title: str, text: str, **how: Any) -> int:
        return int(self._writers[writer].edit(title, text, **how)["newrevid"])

    def vandalises(self, title: str) -> None:
        self.stranger.ask(action="edit", title=title, text="Bad!", token="+\\")

    def deletes(self, title: str) -> None:
        self.wiki.visitor.change(action="delete", title=title)

    def hides(self, revid: int, what: str) -> None:
        with self.wiki.overridden(MAY_HIDE):
            done = self.wiki.visitor.change(
                action="revisiondelete", type="revision", ids=revid, hide=what
            )
        assert done["revisiondelete"]["status"] == "Success"


def fill(town: Town) -> None:
    """Let all happen that counts, and all that does not."""
    town.writes("Ada", "Malaria", "A disease.")
    town.writes("Åsa Öberg", "Malaria", "A disease. It is old.", minor=True)
    town.writes("Åsa Öberg", "Malaria", "A disease. It is old, and spread by mosquitoes.")
    town.vandalises("Malaria")
    town.writes("Ada", "Malaria", "A disease. It is old, and spread by mosquitoes.")
    town.writes("Robot 7", "Malaria", "A disease. It is old, spread by mosquitoes. Robots.")
    town.writes("Helpbot", "Malaria", "A disease. It is old, spread by mosquitoes. Help.")
    town.hides(town.writes("Ida", "Malaria", "A disease that Ida knows. It is old."), "user")
    address = town.writes("Åsa Öberg", "Malaria", "Somebody lives in Some Street.")
    town.writes("Ada", "Malaria", "A disease, and nobody's address.")
    town.hides(address, "content")
    town.writes("Åsa Öberg", "Malaria", "A short text.")
    town.writes("Ada", "Fever, yellow", "First.")
    town.wiki.visitor.move("Fever, yellow", "Yellow fever")
    for text in ("One.", "Another one.", "One.", "Another one.", "One."):
        town.writes("Ada" if text == "One." else "Åsa Öberg", "Yellow fever", text)
    town.writes("Ada", "Dengue", "To be deleted.")
    town.deletes("Dengue")
    town.writes("Ada", "Cholera", "To be deleted and written anew.")
    town.deletes("Cholera")
    town.writes("Åsa Öberg", "Cholera", "Written anew.")
    town.writes("Ada", "Talk:Malaria", "What a disease!")
    town.writes("Ada", "Cats", "Of another topic.")


def listed(visitor: Visitor, prefix: str, name: str) -> Iterator[Answer]:
    """Yield the pages that a list of revisions holds, whole lists."""
    go_on: Answer = {}
    parameters = {"prop": "ids|timestamp|user|flags|size|sha1", "limit": "max"}
    asked = {f"{prefix}{key}": value for key, value in parameters.items()}
    while True:
        answer = visitor.ask(action="query", list=name, **asked, **go_on)
        yield from answer["query"][name]
        if "continue" not in answer:
            return
        go_on = answer["continue"]


def pages(found: Iterator[Answer]) -> list[tuple[str, int, list[Answer]]]:
    """Return title, namespace and revisions, oldest first."""
    by_title: dict[tuple[str, int], list[Answer]] = {}
    for page in found:
        by_title.setdefault((page["title"], page["ns"]), []).extend(page["revisions"])
    return [
        (title, namespace, sorted(revisions, key=lambda each: (each["timestamp"], each["revid"])))
        for (title, namespace), revisions in by_title.items()
    ]


def reverted(at: int, revisions: Sequence[Answer]) -> bool:
    """Return whether a later revision brought back a text that stood before this one."""
    own, before = revisions[at].get("sha1"), {each.get("sha1") for each in revisions[:at]}
    return any(each.get("sha1") in before - {own, None} for each in revisions[at + 1 :])


def row(
    title: str, namespace: int, revisions: Sequence[Answer], at: int, **different: Any
) -> bytes:
    revision, sizes = revisions[at], {0: 0}
    sizes |= {each["revid"]: each["size"] for each in revisions if "sha1" in each}
    size, parent = sizes.get(revision["revid"]), sizes.get(revision["parentid"])
    name = revision.get("user")
    bot = ("group",) if "bot" in WRITERS.get(name or "", ()) else None
    hidden = tuple(part for part in ("text", "user") if f"{part}hidden" in revision)
    return edit(
        wiki="metawiki",
        event_timestamp=datetime.fromisoformat(revision["timestamp"]),
        event_user_text=name,
        event_user_is_bot_by=("name",) if name == "Helpbot" else bot,
        event_user_is_anonymous="anon" in revision,
        page_title=title.replace(" ", "_"),
        page_namespace=namespace,
        revision_id=revision["revid"],
        revision_parent_id=revision["parentid"] or None,
        revision_minor_edit=revision["minor"],
        revision_deleted_parts=hidden,
        revision_text_bytes=size,
        revision_text_bytes_diff=None if size is None or parent is None else size - parent,
        revision_is_identity_reverted=reverted(at, revisions),
        **different,
    )


def dump(wiki: MediaWiki, stranger: Visitor) -> Iterator[bytes]:
    """Yield the wiki as the dumps would tell it: what stands, and what was deleted."""
    standing = pages(listed(stranger, "arv", "allrevisions"))
    titles = {title for title, _, _ in standing}
    for title, namespace, revisions in standing:
        yield from (row(title, namespace, revisions, at) for at in range(len(revisions)))
    for title, namespace, revisions in pages(listed(wiki.visitor, "adr", "alldeletedrevisions")):
        gone = {
            "page_is_deleted": title not in titles,
            "revision_is_deleted_by_page_deletion": True,
        }
        yield from (row(title, namespace, revisions, at, **gone) for at in range(len(revisions)))


@pytest.fixture(scope="module")
def history(wikis: Mapping[str, MediaWiki], tmp_path_factory: pytest.TempPathFactory) -> History:
    """What was imported of metawiki after everybody wrote."""
    town, folder = Town(wikis["metawiki"]), tmp_path_factory.mktemp("dumps")
    fill(town)
    lines = list(dump(town.wiki, town.stranger))
    file = write(folder, "2026-10.metawiki.all-time.tsv.bz2", lines)
    ended = import_file(file, Shelf(folder / "history"))
    assert isinstance(ended, Imported)
    assert (ended.read, ended.broken) == (len(lines), 0)
    return History(settings=HistorySettings(folder=folder / "history"))


async def live(meta: PywikibotWiki, window: Window) -> Sequence[Contribution]:
    """Return what the API tells, without the bots by group, whom audiences leave out later."""
    found = [
        each
        for page in TOPIC
        for each in contributions("metawiki", page, await meta.history(page), window)
        if "bot" not in WRITERS[each.user]
    ]
    return sorted(found, key=lambda each: (each.wiki, each.user, each.page))


async def dumped(history: History, window: Window) -> Sequence[Contribution]:
    return await history.contributions(Articles({"metawiki": TOPIC}), window)


async def test_both_ways_tell_the_same(history: History, meta: PywikibotWiki) -> None:
    found = await dumped(history, Window())
    assert found == await live(meta, Window())
    told = {(each.user, each.page): (each.edits, each.change, each.added) for each in found}
    assert told == {
        ("Ada", "Malaria"): (3, 53, 53),
        ("Ada", "Yellow fever"): (3, -4, 6),
        ("Åsa Öberg", "Cholera"): (1, 13, 13),
        ("Åsa Öberg", "Malaria"): (3, 7, 26),
    }


async def test_both_ways_tell_the_same_within_a_window(
    history: History, meta: PywikibotWiki
) -> None:
    middle = (await meta.history("Malaria"))[6].saved_at
    for window in (Window(since=middle), Window(until=middle)):
        found = await dumped(history, window)
        assert found == await live(meta, window)
    assert len(found) < len(await dumped(history, Window()))
