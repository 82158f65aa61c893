"""What real wikis tell about accounts, here and on the other wikis of their farm."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.census import Account
from commands.wikis import WikiTrouble
from tests.peers.central_answers import Farm, central_id
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

_numbers = count(1)


def newcomer(*wikis: MediaWiki) -> str:
    """Return the name of an account that is new on these wikis."""
    name = f"Census {next(_numbers)}"
    for wiki in wikis:
        wiki.populate(accounts=[name])
    return name


def edited(wiki: MediaWiki, *edits: tuple[str, str]) -> None:
    """Let people edit at these times, each a page of his own."""
    wiki.populate(
        edits=[
            {"title": f"Project:Edit {next(_numbers)}", "text": at, "user": user, "at": at}
            for user, at in edits
        ]
    )


async def test_an_account_is_told_with_all_that_is_known(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    name = newcomer(metawiki)
    edited(metawiki, (name, "2021-05-01T12:00:00Z"))
    metawiki.populate(groups={name: ["bot"]}, blocked=[name])
    account = (await meta.accounts([name]))[name]
    assert (account.wiki, account.name, account.exists) == ("metawiki", name, True)
    assert (account.edits, account.blocked_indefinitely, account.emailable) == (1, True, False)
    assert "bot" in account.groups
    assert account.registered_at
    assert timedelta(0) <= datetime.now(UTC) - account.registered_at < timedelta(minutes=5)
    assert account.central_id is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nobody at all", Account("metawiki", "Nobody at all", exists=False)),
        ("192.0.2.7", Account("metawiki", "192.0.2.7", exists=False, anonymous=True)),
        ("~2026-7", Account("metawiki", "~2026-7", exists=False, anonymous=True)),
        ("A|B", Account("metawiki", "A|B", exists=False)),
        ("a#b", Account("metawiki", "a#b", exists=False)),
        ("", Account("metawiki", "", exists=False)),
        ("\ud800", Account("metawiki", "\ud800", exists=False)),
    ],
)
async def test_who_has_no_account_is_told_as_that(
    meta: PywikibotWiki, name: str, expected: Account
) -> None:
    told = await meta.accounts([name, "editor_01"])
    assert told[name] == expected
    assert (told["editor_01"].name, told["editor_01"].exists) == ("Editor 01", True)


async def test_accounts_belong_to_global_ones_where_they_are_attached(
    connect: Connect, metawiki: MediaWiki, farm: Farm
) -> None:
    attached, alone = newcomer(metawiki), newcomer(metawiki)
    farm.unattached.add(("metawiki", alone))
    told = await connect(metawiki, api=farm.api("metawiki")).accounts([attached, alone])
    assert told[attached].central_id == central_id(attached)
    assert told[alone].central_id is None


@pytest.mark.parametrize("ask", ["accounts", "last_edits"])
async def test_many_accounts_are_asked_for_at_once(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy, ask: str
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    proxy.seen.clear()
    names = [*(f"Absent {number}" for number in range(900)), "Bellringer"]
    await getattr(wiki, ask)(names)
    # Two parts; for last edits the time, and then seven periods, the shortest first.
    assert len(proxy.seen) == {"accounts": 2, "last_edits": 1 + 2 * 7}[ask]
    assert {sent["maxlag"] for sent in proxy.seen} == {"5"}


async def test_the_last_edit_is_found_however_old(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    today, last_year, long_ago, never = (newcomer(metawiki) for _ in range(4))
    now = datetime.now(UTC).replace(microsecond=0)
    at = {today: now, last_year: now - timedelta(days=200), long_ago: now - timedelta(days=4000)}
    earlier = [(name, f"{when - timedelta(hours=1):%FT%TZ}") for name, when in at.items()]
    edited(metawiki, *earlier, *((name, f"{when:%FT%TZ}") for name, when in at.items()))
    names = [*at, never, "192.0.2.1", "A/B", "\u200bC", "\ue000", ""]
    assert await meta.last_edits(names) == at


async def test_those_who_edit_much_hide_nobody(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    names = [newcomer(metawiki) for _ in range(3)]
    edited(
        metawiki, *((name, f"2022-01-{day:02}T00:00:00Z") for name in names for day in range(1, 6))
    )
    await meta.site()
    with metawiki.overridden("$wgAPIMaxResultSize = 400;"):
        told = await meta.last_edits(names)
    assert told == dict.fromkeys(names, datetime(2022, 1, 5, tzinfo=UTC))


async def test_a_wiki_without_central_accounts_knows_none(meta: PywikibotWiki) -> None:
    assert await meta.global_account("Editor 01") is None


async def test_a_global_account_tells_where_else_it_is(
    connect: Connect, wikis: Mapping[str, MediaWiki], farm: Farm
) -> None:
    name = newcomer(wikis["metawiki"], wikis["svwiki"], wikis["enwiki"])
    edited(wikis["svwiki"], (name, "2021-05-01T12:00:00Z"), (name, "2021-05-02T12:00:00Z"))
    wikis["svwiki"].populate(groups={name: ["bureaucrat"]})
    wikis["metawiki"].populate(blocked=[name])
    farm.homes[name], farm.groups[name] = "svwiki", ["steward"]
    farm.locked.add(name)
    farm.unattached.add(("enwiki", name))
    account = await connect(wikis["enwiki"], api=farm.api("enwiki")).global_account(name.lower())
    assert account is not None
    assert (account.name, account.central_id) == (name, central_id(name))
    assert (account.home, account.edits, account.locked) == ("svwiki", 2, True)
    assert account.groups == {"steward"}
    local = {each.wiki: each for each in account.attached}
    assert set(local) == {"metawiki", "svwiki"}
    assert local["svwiki"].edits == 2
    assert local["svwiki"].groups == {"bureaucrat"}
    assert [each.blocked_indefinitely for each in local.values()] == [True, False]
    assert account.registered_at in {each.registered_at for each in local.values()}


@pytest.mark.parametrize("name", ["Nobody at all", "Hidden", "A#B", "192.0.2.1", "", "A|B"])
async def test_who_has_no_global_account_has_none(
    connect: Connect, metawiki: MediaWiki, farm: Farm, name: str
) -> None:
    metawiki.populate(accounts=["Hidden"])
    farm.hidden.add("Hidden")
    assert await connect(metawiki, api=farm.api("metawiki")).global_account(name) is None


async def test_a_group_lists_its_members(meta: PywikibotWiki) -> None:
    assert "Bellringer" in await meta.in_group("bot")
    assert list(await meta.in_group("bureaucrat")) == ["Admin"]


@pytest.mark.parametrize("group", ["nosuch", "", "bot|sysop", "*"])
async def test_an_unknown_group_is_not_everybody(meta: PywikibotWiki, group: str) -> None:
    with pytest.raises(WikiTrouble) as trouble:
        await meta.in_group(group)
    assert (trouble.value.code, trouble.value.lasting) == ("unknowngroup", True)


async def test_the_renamed_are_followed_to_what_they_are_called_now(
    connect: Connect, own_wikis: Mapping[str, MediaWiki]
) -> None:
    metawiki = own_wikis["metawiki"]
    metawiki.populate(accounts=["Old", "There and back", "Reused"])
    with metawiki.overridden("wfLoadExtension( 'Renameuser' );"):
        metawiki.populate(renames=[["Reused", "Gone before"], ["Old", "Newer"]])
        metawiki.populate(renames=[["Newer", "Newest"], ["There and back", "There"]])
        metawiki.populate(renames=[["There", "There and back"]])
        names = ["old", "Newer", "There and back", "Editor 01", "Reused", "A|B", ""]
        told = await connect(metawiki).renamed(names)
    assert told == {"old": "Newest", "Newer": "Newest", "Reused": "Gone before"}


async def test_without_a_log_of_renamings_nobody_was_renamed(meta: PywikibotWiki) -> None:
    assert await meta.renamed(["Editor 01"]) == {}


async def test_a_lagging_wiki_is_left_alone_and_says_why(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    lag = {"error": {"code": "maxlag", "info": "Waiting for a database: 7 seconds", "lag": 7}}
    proxy.faults.append(Fault.saying(lag, action="query"))
    with pytest.raises(WikiTrouble, match="7 seconds") as trouble:
        await wiki.accounts(["Editor 01"])
    assert (trouble.value.code, trouble.value.lasting) == ("maxlag", False)
