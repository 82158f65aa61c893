"""An undertaking told from the chat: a topic's authors found in all languages, and listened to.

The wikis are real. What CentralAuth and Wikidata would answer is answered by a stand-in before
them, since neither can be had for a test (see `tests.peers.central_answers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.peers.bellringer import DESK, Operator
from tests.peers.cast import Cast
from tests.peers.central_answers import Farm
from tests.peers.irc import IrcServer
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_visitor import Visitor

LONG = "The heart is a muscle. " * 60
RECIPE = """
<syntaxhighlight lang="toml">
sources = ["topic:[[Template:WikiProject Medicine]]@enwiki"]
contributions = "3 edits or 1000 bytes"
home = ["active"]
reason = "you write about medicine"
</syntaxhighlight>
"""
ENGLISH = "== Medicine talk ==\nDear $user, come to the talk on medicine.\n"
SWEDISH = "== Medicinsamtal ==\nHej $user, kom till samtalet om medicin på $wiki.\n"
WRITERS = {
    "enwiki": ["Editor 06", "Editor 07", "Editor 08", "Editor 02"],
    "svwiki": ["Editor 08", "Editor 09", "Editor 10"],
}
"""Editor 08 writes on both, most on svwiki; Editor 02 has opted out on metawiki."""


@pytest.fixture
def farm(own_wikis: dict[str, MediaWiki]) -> Iterator[Farm]:
    """Three wikis of one farm: an article of enwiki is known by its item on svwiki."""
    with Farm(wikis=own_wikis).running() as running:
        yield running


@pytest.fixture
def operator(
    tmp_path: Path,
    own_irc_server: IrcServer,
    own_wikis: Mapping[str, MediaWiki],
    farm: Farm,
) -> Operator:
    """An operator whose bot asks the farm, and wikis where people wrote on medicine."""
    write_articles(own_wikis, farm)
    home = own_wikis["metawiki"].visitor
    home.edit("Project:Recipe", RECIPE)
    home.edit("Project:Message", ENGLISH)
    home.edit("Project:Message/sv", SWEDISH)
    installed = Operator(
        folder=tmp_path,
        irc=own_irc_server,
        wikis=own_wikis,
        apis={name: farm.api(name) for name in own_wikis},
    )
    installed.configure(
        canary_pause="2s",
        test_pages=["User talk:Editor 11"],
        more='[listening]\ninterval = "1s"\nbatch = "2s"\n',
    )
    return installed


def write_articles(wikis: Mapping[str, MediaWiki], farm: Farm) -> None:
    """Let people write about the heart on two wikis."""
    farm.items["Q1072"] = {"enwiki": "Heart", "svwiki": "Hjärta"}
    for wiki, title in farm.items["Q1072"].items():
        edits = [
            {"title": title, "user": user, "text": f"{LONG}{user} {number}. " * (number + 1)}
            for user in WRITERS[wiki]
            for number in range(2 if wiki == "enwiki" else 3)
        ]
        wikis[wiki].populate(edits=edits)
    wikis["enwiki"].visitor.edit("Talk:Heart", "{{WikiProject Medicine}}")
    wikis["enwiki"].visitor.edit("Template:WikiProject Medicine", "A project.")


@pytest.mark.timeout(300)
async def test_authors_of_a_topic_are_written_to_at_home_in_their_language_and_heard(
    cast: Cast, own_wikis: Mapping[str, MediaWiki]
) -> None:
    await cast.start_bot()
    await the_audience_is_found(cast)
    await the_message_has_two_languages(cast)
    await a_test_is_sent(cast, own_wikis["metawiki"])
    await two_confirm(cast)
    await those_tried_out_come_first(cast)
    each_has_it_once_at_home(own_wikis)
    await a_reply_is_told(cast, own_wikis["svwiki"])
    await the_report_tells_it(cast)
    assert cast.operator.stop() == 0
    assert "error" not in cast.operator.log


async def the_audience_is_found(cast: Cast) -> None:
    cast.alice.say(DESK, "!run new Medicine")
    await cast.alice.hears("Run 1 (Medicine) has begun")
    cast.alice.say(DESK, "!run audience 1 recipe:[[Project:Recipe]]")
    await cast.alice.hears("WikiProject Medicine")
    await cast.alice.hears("has 5 recipients", within=60)
    cast.alice.say(DESK, "!run funnel 1")
    await cast.alice.hears("opted out")
    cast.alice.say("bellringer", "run who 1 Editor 08")
    await cast.alice.hears("svwiki")


async def the_message_has_two_languages(cast: Cast) -> None:
    cast.alice.say(DESK, "!run message 1 [[Project:Message]]")
    await cast.alice.hears("sv")


async def a_test_is_sent(cast: Cast, home: MediaWiki) -> None:
    cast.alice.say(DESK, "!run test 1 [[User talk:Editor 11]]")
    await cast.alice.hears("oldid=", within=30)
    text = home.visitor.text("User talk:Editor 11") or ""
    assert "Dear Editor 11, come to the talk" in text


async def two_confirm(cast: Cast) -> None:
    cast.alice.say(DESK, "!run propose 1")
    await cast.bob.hears("5 messages", within=60)
    previews = [(each, await cast.preview(each)) for each in (cast.alice, cast.bob)]
    for someone, (code, shown) in previews:
        assert "Medicine talk" in shown
        assert "Medicinsamtal" in shown
        someone.say(DESK, f"!confirm 1 {code}")
    await cast.bob.hears("starts: two different people have confirmed it")


async def those_tried_out_come_first(cast: Cast) -> None:
    await cast.alice.hears("5 delivered", within=90)


def each_has_it_once_at_home(wikis: Mapping[str, MediaWiki]) -> None:
    for wiki, names, subject in (
        ("enwiki", ("06", "07"), "Medicine talk"),
        ("svwiki", ("08", "09", "10"), "Medicinsamtal"),
    ):
        for name in names:
            assert headings(wikis[wiki].visitor, name) == [subject], (wiki, name)
    assert headings(wikis["enwiki"].visitor, "08") == []
    swedish = wikis["svwiki"].visitor.text(talk("09")) or ""
    assert "Hej Editor 09, kom till" in swedish
    assert "Bekräftat av alice, bob;" in swedish


async def a_reply_is_told(cast: Cast, wiki: MediaWiki) -> None:
    mark = cast.alice.mark()
    wiki.populate(
        edits=[
            {
                "title": talk("09"),
                "user": "Editor 09",
                "text": (wiki.visitor.text(talk("09")) or "") + "\n:Tack, jag kommer! ~~~~\n",
            }
        ]
    )
    await cast.alice.sees("Tack, jag kommer!", since=mark, within=60)


async def the_report_tells_it(cast: Cast) -> None:
    mark = cast.alice.mark()
    cast.alice.say(DESK, "!run report 1")
    await cast.alice.sees("run-1.html", since=mark)
    [page] = (cast.operator.data / "reports").glob("run-1*.html")
    text = page.read_text()
    for told in ("Medicinsamtal", "alice", "bob", "svwiki", "1 replied"):
        assert told in text, told


def talk(number: str) -> str:
    return f"User talk:Editor {number}"


def headings(visitor: Visitor, number: str) -> list[str]:
    """Return what the sections of somebody's talk page are called, without what dresses them."""
    if visitor.text(talk(number)) is None:
        return []
    return [re.sub(r"<[^>]*>", "", each) for each in visitor.headings(talk(number))]
