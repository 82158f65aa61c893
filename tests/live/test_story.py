"""The whole story on real servers: from registering a talk to reading the talk pages."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.peers.bellringer import DESK, TALKS, Operator
from tests.peers.cast import Cast
from tests.peers.irc import IrcServer
from tests.peers.mediawiki import MediaWiki
from tests.peers.person import Person

LIST = """
* {{#target:User talk:Editor 01|metawiki}}
* {{#target:User talk:editor_01|metawiki}}
* {{#target:User talk:Editor 02|metawiki}}
* {{#target:User talk:Editor 03|metawiki}}
* {{#target:User talk:Editor 05|metawiki}}
* {{#target:User talk:Nobody of that name|metawiki}}
* {{#target:User talk:Editor 06|enwiki}}
* {{#target:User talk:Editor 07|enwiki}}
* {{#target:User talk:Editor 01|enwiki}}
* {{#target:User talk:Editor 08|svwiki}}
* {{#target:User talk:Editor 09|svwiki}}
"""

MESSAGE = """== Tech talk on Thursday ==
Hello! {{Invitation|Ada}}

Come and ask.
"""

GETS_IT = {
    "metawiki": ["User talk:Editor 01", "User talk:Editor 04"],
    "enwiki": ["User talk:Editor 06", "User talk:Editor 07"],
    "svwiki": ["User talk:Editor 08", "User talk:Editor 09"],
}
GETS_NOTHING = {
    "metawiki": ["User talk:Editor 02", "User talk:Editor 05", "User talk:Nobody of that name"],
    "enwiki": ["User talk:Editor 01"],
    "svwiki": ["User talk:Editor 01"],
}


@pytest.fixture
def operator(
    tmp_path: Path, own_irc_server: IrcServer, own_wikis: Mapping[str, MediaWiki]
) -> Operator:
    """An operator on a network and wikis that nobody else uses."""
    home = own_wikis["metawiki"].visitor
    home.edit("Project:Invited", LIST)
    home.edit("Template:Invitation", "{{{1}}} shows how talk pages work.")
    home.edit("Project:Newsletter", MESSAGE)
    return Operator(folder=tmp_path, irc=own_irc_server, wikis=own_wikis)


@pytest.mark.timeout(240)
async def test_a_talk_is_registered_reminded_of_and_a_run_reaches_each_person_once(
    cast: Cast, own_wikis: Mapping[str, MediaWiki]
) -> None:
    await cast.start_bot()
    await register_events(cast)
    await reminders_come_on_time(cast)
    await draft_and_propose(cast)
    await two_confirm(cast)
    each_page_has_it_once(own_wikis)
    await nothing_is_lost_in_the_report(cast)
    assert cast.operator.stop() == 0
    assert "error" not in cast.operator.log
    assert "botpass" not in cast.operator.log
    assert cast.operator.does("audit", "verify").returncode == 0


async def register_events(cast: Cast) -> None:
    cast.carol.say(TALKS, "!event add tech-talk tomorrow 17:00 | Mine")
    await cast.carol.hears("I do not know who you are")
    cast.alice.say(TALKS, "!event add tech-talk in 12 seconds | How talk pages work | speaker: Ada")
    await cast.alice.hears("Event 1 is registered: How talk pages work")
    cast.alice.say(TALKS, "!event remind 1 8s 4s start")
    await cast.alice.hears("Reminders of event 1")
    cast.bob.say(TALKS, "bellringer: event add office-hours tomorrow 17:00 Europe/Stockholm | Ask")
    await cast.bob.hears("Event 2 is registered: Ask")
    cast.carol.say(TALKS, "!events")
    await cast.carol.hears("How talk pages work (tech-talk)")
    await cast.carol.hears("Ask (office-hours)")


async def reminders_come_on_time(cast: Cast) -> None:
    for wait in ("8 seconds", "4 seconds"):
        await cast.carol.hears(f"How talk pages work (tech-talk, event 1) starts in {wait}")
    await cast.carol.hears("How talk pages work (tech-talk, event 1) starts now")
    assert not [line for line in cast.carol.said_by("bellringer") if "Late" in line]


async def draft_and_propose(cast: Cast) -> None:
    cast.alice.say(DESK, "!run new Newsletter")
    await cast.alice.hears("Run 1 (Newsletter) has begun")
    cast.alice.say(DESK, "!run audience 1 [[Project:Invited]]")
    await cast.alice.hears("6 recipients")
    cast.alice.say(DESK, "!run message 1 [[Project:Newsletter]]")
    await cast.alice.hears("Tech talk on Thursday")
    cast.alice.say(DESK, "!run propose 1")
    await cast.bob.hears("run preview 1")


async def two_confirm(cast: Cast) -> None:
    alices, bobs = await code_of(cast, cast.alice), await code_of(cast, cast.bob)
    assert alices != bobs
    cast.bob.say(DESK, f"!confirm 1 {alices}")
    await cast.bob.hears("another person's")
    cast.alice.say(DESK, f"!confirm 1 {alices}")
    await cast.bob.hears("1 of 2")
    cast.carol.say(DESK, f"!confirm 1 {bobs}")
    cast.bob.say(DESK, f"!confirm 1 {bobs}")
    await cast.bob.hears("starts: two different people have confirmed it")
    await cast.alice.hears("6 delivered", within=90)


async def code_of(cast: Cast, someone: Person) -> str:
    code, shown = await cast.preview(someone)
    assert "Tech talk on Thursday" in shown
    assert "Ada shows how talk pages work." in shown
    return code


def each_page_has_it_once(wikis: Mapping[str, MediaWiki]) -> None:
    for name, titles in GETS_IT.items():
        for title in titles:
            visitor = wikis[name].visitor
            headings = [re.sub(r"<[^>]*>", "", each) for each in visitor.headings(title)]
            assert headings.count("Tech talk on Thursday") == 1, (name, title)
            text = visitor.text(title) or ""
            assert "Ada shows how talk pages work." in text
            assert "alice" in text
            (newest, *_) = visitor.history(title)
            assert re.search(r"run 1\]\] · b1-[0-9a-f]{6}-\d{4}", newest["comment"])
            assert not newest.get("minor")
    for name, titles in GETS_NOTHING.items():
        for title in titles:
            assert "Tech talk" not in (wikis[name].visitor.text(title) or ""), (name, title)


async def nothing_is_lost_in_the_report(cast: Cast) -> None:
    cast.alice.say(DESK, "!run report 1")
    await cast.alice.hears("The whole report is in")
    rows = (cast.operator.data / "reports" / "run-1.csv").read_text().splitlines()
    assert len(rows) == 1 + LIST.count("#target")
