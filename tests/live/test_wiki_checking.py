"""What an operator is told of a wiki."""

from pathlib import Path

import pytest

from chatbot.clock import utc_now
from chatbot.wiki.checking import check
from chatbot.wiki.dry.wiki import DryWiki
from chatbot.wiki.settings import BotPassword
from commands.messages import line
from tests.peers.mediawiki import APPLICATION, MediaWiki
from tests.peers.wiki_fixtures import Connect

SECRET = "c" * 32
PRELOAD = "User:Bellringer/Opt-out"


async def test_what_works_is_told(connect: Connect, metawiki: MediaWiki) -> None:
    checked = await check(connect(metawiki), preload="")
    assert checked.works
    host = f"127.0.0.1:{metawiki.port}"
    categories = ("Opted-out of message delivery",)
    assert checked.lines == (
        line("check.wiki.account", wiki="metawiki", account="Bellringer", host=host),
        line("check.wiki.optout", wiki="metawiki", categories=categories),
    )


async def test_whether_who_stops_finds_a_text_ready_is_told(
    connect: Connect, metawiki: MediaWiki
) -> None:
    wiki, page = connect(metawiki), f"{PRELOAD}, checked"
    before = await check(wiki, preload=page)
    metawiki.visitor.edit(page, "~~<noinclude/>~~")
    after = await check(wiki, preload=page)
    assert before.works
    assert before.lines[-1] == line("check.wiki.no_preload", wiki="metawiki", page=page)
    assert after.lines[-1] == line("check.wiki.preload", wiki="metawiki", page=page)


@pytest.mark.parametrize(
    ("different", "key"),
    [
        ({"api": "http://127.0.0.1:9/api.php"}, "check.wiki.unreachable"),
        ({"api": "http://no-such-host.invalid/api.php"}, "check.wiki.unreachable"),
        ({"credentials": BotPassword(APPLICATION, "d" * 32)}, "check.wiki.refused"),
        ({"username": "Nobody"}, "check.wiki.refused"),
    ],
)
async def test_what_does_not_work_is_told(
    connect: Connect, metawiki: MediaWiki, different: dict[str, object], key: str
) -> None:
    checked = await check(connect(metawiki, **different), preload=PRELOAD)
    assert (checked.works, [each.key for each in checked.lines]) == (False, [key])
    assert checked.lines[0].values["reason"]


async def test_an_ordinary_account_is_told_what_it_lacks(
    connect: Connect, metawiki: MediaWiki
) -> None:
    metawiki.populate(bot_passwords={"Editor 08": {APPLICATION: SECRET}})
    wiki = connect(metawiki, username="Editor 08", credentials=BotPassword(APPLICATION, SECRET))
    with metawiki.overridden("$wgRateLimits['edit'] = [ 'user' => [ 8, 60 ] ];"):
        checked = await check(wiki, preload="")
    keys = [each.key.removeprefix("check.wiki.") for each in checked.lines]
    assert (checked.works, keys) == (True, ["account", "no_bot", "pace", "optout"])


async def test_a_blocked_account_is_told(connect: Connect, metawiki: MediaWiki) -> None:
    metawiki.populate(bot_passwords={"Editor 07": {APPLICATION: SECRET}})
    wiki = connect(metawiki, username="Editor 07", credentials=BotPassword(APPLICATION, SECRET))
    await wiki.account()
    metawiki.populate(blocked=["Editor 07"])
    checked = await check(wiki, preload="")
    assert not checked.works
    assert checked.lines[0].key == "check.wiki.blocked"


async def test_a_dry_wiki_works(tmp_path: Path) -> None:
    checked = await check(DryWiki(name="drywiki", folder=tmp_path, clock=utc_now), preload=PRELOAD)
    assert checked.works
    assert checked.lines == (line("check.wiki.dry", wiki="drywiki"),)
