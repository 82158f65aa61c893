"""What real wikis tell about topics: where they reach, in all languages, and their histories."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.census import Contribution, Revision, Window
from commands.rules.contributions import contributions
from commands.wikis import PageText, WikiTrouble
from tests.peers.central_answers import Farm
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

_numbers = count(1)

INTERWIKI = """$wgHooks['InterwikiLoadPrefix'][] = static function ( $prefix, &$data ) {
  if ( !in_array( $prefix, [ 'sv', 'de' ] ) ) { return true; }
  $data = [ 'iw_prefix' => $prefix, 'iw_url' => "https://$prefix.example.org:8080/wiki/$1",
    'iw_local' => 1, 'iw_trans' => 0, 'iw_api' => '', 'iw_wikiid' => '' ];
  return false;
};"""


@pytest.mark.parametrize(
    "name", ["WikiProject Clocks", "Template:wikiProject_Clocks", "Clocks project"]
)
async def test_a_banner_tells_where_it_stands(
    meta: PywikibotWiki, metawiki: MediaWiki, name: str
) -> None:
    pages = {"Template:WikiProject Clocks": "A project.", "Talk:Watch": "{{WikiProject Clocks}}"}
    pages |= {"Template:Clocks project": "#REDIRECT [[Template:WikiProject Clocks]]"}
    pages |= {"Talk:Hand": "{{Clocks project}}", "Talk:Dog": "{{Unrelated}}"}
    metawiki.populate(pages=pages)
    standing = [title for title in await meta.embedding(name) if title.startswith("Talk:")]
    assert sorted(standing) == ["Talk:Hand", "Talk:Watch"]


async def test_a_banner_that_is_nowhere_stands_nowhere(meta: PywikibotWiki) -> None:
    assert list(await meta.embedding("No such banner")) == []


async def test_a_category_is_read_so_deep_and_each_page_once(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    metawiki.populate(
        pages={
            "Category:Time": "[[Category:Clocks]]",
            "Category:Clocks": "[[Category:Time]]",
            "Category:Sundials": "[[Category:Clocks]]",
            "Second": "[[Category:Time]]",
            "Hour": "[[Category:Time]] [[Category:Clocks]]",
            "Pendulum: a part": "[[Category:Clocks]]",
            "Gnomon": "[[Category:Sundials]]",
            "Talk:Minute": "[[Category:Time]]",
            "User:Editor 01": "[[Category:Time]]",
            "User talk:Editor 19": "[[Category:Clocks]]",
            "User:Editor 20/Draft": "[[Category:Time]]",
        }
    )
    time = {"Second", "Hour", "Minute"}
    assert sorted(await meta.articles_in("Time", depth=0)) == sorted(time)
    clocks = time | {"Pendulum: a part"}
    assert sorted(await meta.articles_in("category:time", depth=1)) == sorted(clocks)
    assert sorted(await meta.articles_in("Time", depth=7)) == sorted(clocks | {"Gnomon"})
    assert list(await meta.users_in("Time", depth=0)) == ["Editor 01"]
    assert sorted(await meta.users_in("Time", depth=1)) == ["Editor 01", "Editor 19"]


@pytest.mark.parametrize("name", ["", "User:A", "A|B", "[["])
async def test_what_is_no_category_is_refused(meta: PywikibotWiki, name: str) -> None:
    with pytest.raises(WikiTrouble) as trouble:
        await meta.articles_in(name, depth=1)
    assert (trouble.value.code, trouble.value.lasting) == ("invalidtitle", True)


async def test_articles_are_found_in_all_languages(
    connect: Connect, wikis: Mapping[str, MediaWiki], farm: Farm
) -> None:
    articles = ["Cat", "Dog (animal)", "No item", "Split"]
    redirect = {"Hound": "#REDIRECT [[Dog (animal)]]"}
    wikis["enwiki"].populate(pages=dict.fromkeys(articles, "An animal.") | redirect)
    farm.items = {
        "Q146": {"enwiki": "Cat", "svwiki": "Katt", "dewiki": "Hauskatze"},
        "Q144": {"enwiki": "Dog (animal)", "svwiki": "Hund"},
        "Q5": {"enwiki": "Split"},
    }
    wiki = connect(wikis["enwiki"], api=farm.api("enwiki"))
    told = await wiki.sitelinks(["Cat", "hound", "No item", "Split", "Absent", "A|B", ""])
    assert told == {
        "Cat": {"svwiki": "Katt", "dewiki": "Hauskatze"},
        "hound": {"svwiki": "Hund"},
        "Split": {},
    }


async def test_items_that_were_merged_or_deleted_break_nothing(
    connect: Connect, wikis: Mapping[str, MediaWiki], farm: Farm
) -> None:
    wikis["enwiki"].populate(pages=dict.fromkeys(["Merged", "Deleted"], "Text."))
    # What the wiki knows of items is older than what the repository knows.
    merged, kept = {"enwiki": "Merged"}, {"svwiki": "Sammanslagen"}
    farm.items = {"Q11": merged, "Q10": kept, "Q12": {"enwiki": "Deleted"}}
    farm.redirects, farm.deleted = {"Q11": "Q10"}, {"Q12"}
    told = await connect(wikis["enwiki"], api=farm.api("enwiki")).sitelinks(["Merged", "Deleted"])
    assert told == {"Merged": {"svwiki": "Sammanslagen"}, "Deleted": {}}


async def test_items_are_asked_for_fifty_at_a_time(
    connect: Connect, wikis: Mapping[str, MediaWiki], farm: Farm
) -> None:
    titles = [f"Article {number}" for number in range(1, 121)]
    wikis["enwiki"].populate(pages=dict.fromkeys(titles, "Text."))
    farm.items = {
        f"Q{number}": {"enwiki": title, "svwiki": f"Artikel {number}"}
        for number, title in enumerate(titles, start=1)
    }
    wiki = connect(wikis["enwiki"], api=farm.api("enwiki"))
    await wiki.site()
    farm.proxies["enwiki"].seen.clear()
    told = await wiki.sitelinks(titles)
    assert [told[title] for title in titles[::40]] == [
        {"svwiki": f"Artikel {number}"} for number in (1, 41, 81)
    ]
    assert len(farm.proxies["enwiki"].seen) == 2
    repository = [sent["action"] for sent in farm.proxies["metawiki"].seen]
    assert repository == ["wbgetentities"] * 3


async def test_nobody_is_told_who_asks_the_repository(
    connect: Connect, wikis: Mapping[str, MediaWiki], farm: Farm
) -> None:
    wikis["enwiki"].populate(pages={"Cat": "An animal."})
    farm.items = {"Q146": {"enwiki": "Cat"}}
    await connect(wikis["enwiki"], api=farm.api("enwiki")).sitelinks(["Cat"])
    (sent,) = farm.proxies["metawiki"].seen
    assert set(sent) == {"action", "format", "formatversion", "ids", "props"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.saying({"error": {"code": "ratelimited", "info": "Not so fast"}}), "Not so fast"),
        (Fault(answer=b"<html>", status=503), "HTTP 503"),
        (Fault(), "RemoteDisconnected|ConnectionError|Remote end"),
        (Fault.saying({"success": 1}), "makes no sense"),
    ],
    ids=["error", "gate", "dropped", "odd"],
)
async def test_a_repository_in_trouble_is_told_as_that(
    connect: Connect, wikis: Mapping[str, MediaWiki], farm: Farm, fault: Fault, reason: str
) -> None:
    wikis["enwiki"].populate(pages={"Cat": "An animal."})
    farm.items = {"Q146": {"enwiki": "Cat"}}
    farm.proxies["metawiki"].faults.append(replace(fault, action="wbgetentities"))
    with pytest.raises(WikiTrouble, match=reason) as trouble:
        await connect(wikis["enwiki"], api=farm.api("enwiki")).sitelinks(["Cat"])
    assert not trouble.value.lasting


async def test_without_items_the_languages_in_the_text_are_followed(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    with metawiki.overridden(INTERWIKI):
        metawiki.populate(
            pages={
                "Horse": "[[sv:Häst]] [[de:Pferd]]",
                "Foal": "#REDIRECT [[Horse]]",
                "Cow": "[[sv:Ko]]",
                "Pig": "",
            }
        )
        await meta.site()
        with metawiki.overridden("$wgAPIMaxResultSize = 350;"):
            told = await meta.sitelinks(["Foal", "Cow", "Pig", "Absent", ""])
    horse = {"sv.example.org:8080": "Häst", "de.example.org:8080": "Pferd"}
    assert told == {"Foal": horse, "Cow": {"sv.example.org:8080": "Ko"}}


async def test_texts_are_read_many_at_once(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy
) -> None:
    titles = [f"Project:Text {number}" for number in range(120)]
    metawiki.populate(pages={title: f"This is {title}" for title in titles})
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    proxy.seen.clear()
    told = await wiki.texts([*titles, "Project:Absent", "A|B", "Special:Version", ""])
    assert {title: page.text for title, page in told.items()} == {
        title: f"This is {title}" for title in titles
    }
    assert len(proxy.seen) == 3


async def test_texts_that_come_in_parts_are_all_read(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    titles = [f"Project:Long {number}" for number in range(5)]
    metawiki.populate(pages=dict.fromkeys(titles, "x" * 300))
    await meta.site()
    with metawiki.overridden("$wgAPIMaxResultSize = 1000;"):
        told = await meta.texts(titles)
    assert {len(page.text) for page in told.values()} == {300}
    assert len(told) == 5


async def test_a_redirect_s_own_text_is_read(meta: PywikibotWiki) -> None:
    text = "#REDIRECT [[User talk:Editor 04]]"
    (page,) = (await meta.texts(["user_talk:editor 03"])).values()
    assert page == PageText("User talk:Editor 03", 3, page.revid, "wikitext", text)


def edits(title: str, *edits: tuple[str, str, bool]) -> list[dict[str, object]]:
    """Return edits for a wiki to make, an hour apart: who, which text, and whether minor."""
    begun = datetime(2024, 3, 1, tzinfo=UTC)
    return [
        {
            "title": title,
            "user": user,
            "text": text,
            "minor": minor,
            "at": f"{begun + timedelta(hours=hour):%FT%TZ}",
        }
        for hour, (user, text, minor) in enumerate(edits)
    ]


async def test_a_history_is_told_from_the_first_revision_on(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    begun = ("Editor 01", "a", False), ("192.0.2.1", "ab", False), ("Editor 02", "a", True)
    metawiki.populate(edits=edits("Clock", *begun))
    first, second, third = await meta.history("clock")
    assert (first.user, first.size, first.minor, first.parent) == ("Editor 01", 1, False, None)
    assert (second.user, second.anonymous, second.parent) == ("192.0.2.1", True, first.revid)
    assert (third.minor, third.sha1, third.parent) == (True, first.sha1, second.revid)
    assert first.saved_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert contributions("metawiki", "Clock", [first, second, third], Window()) == (
        Contribution("metawiki", "Editor 01", "Clock", 1, 1, 1, first.saved_at),
    )


async def test_a_history_that_comes_in_parts_is_whole(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    metawiki.populate(edits=edits("Year", *(("Editor 01", "x" * n, False) for n in range(1, 31))))
    await meta.site()
    with metawiki.overridden("$wgAPIMaxResultSize = 900;"):
        history = await meta.history("Year")
    assert [revision.size for revision in history] == list(range(1, 31))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(),
        Fault.saying({"error": {"code": "maxlag", "info": "Waiting"}}),
        Fault(answer=b'{"query": {"pages"'),
    ],
    ids=["dropped", "lagging", "cut"],
)
async def test_half_a_history_is_none(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy, fault: Fault
) -> None:
    title = f"Month {next(_numbers)}"
    metawiki.populate(edits=edits(title, *(("Editor 01", "x" * n, False) for n in range(1, 9))))
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    with metawiki.overridden("$wgAPIMaxResultSize = 500;"):
        assert len(await wiki.history(title)) == 8
        # The first part comes, the second does not.
        proxy.faults.append(replace(fault, action="query", passing=1))
        with pytest.raises(WikiTrouble):
            await wiki.history(title)


async def test_what_is_hidden_stays_hidden(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    written = ("Editor 01", "a", False), ("Editor 02", "abuse", False), ("Editor 01", "abc", False)
    metawiki.populate(edits=edits("Calendar", *written))
    hidden = metawiki.visitor.history("Calendar")[1]["revid"]
    with metawiki.overridden("$wgGroupPermissions['sysop']['deleterevision'] = true;"):
        metawiki.visitor.change(
            action="revisiondelete", type="revision", ids=hidden, hide="content|user|comment"
        )
    history = await meta.history("Calendar")
    assert [(each.user, each.sha1 is None) for each in history] == [
        ("Editor 01", False),
        (None, True),
        ("Editor 01", False),
    ]
    assert [each.change for each in contributions("", "", history, Window())] == [1]
    assert (await meta.texts(["Calendar"]))["Calendar"].text == "abc"


@pytest.mark.parametrize("title", ["No such article", "A|B", "", "Special:Version"])
async def test_what_does_not_exist_has_no_history(meta: PywikibotWiki, title: str) -> None:
    assert list[Revision](await meta.history(title)) == []
