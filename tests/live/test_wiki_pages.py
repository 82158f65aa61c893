"""What the bot sees of talk pages and their owners, on real wikis."""

import unicodedata
from collections.abc import Mapping

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.wikis import PageFacts, UserFacts
from tests.peers.faulty_proxy import FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

OPTED_OUT = "[[Category:Opted-out of message delivery]]"


async def look(wiki: PywikibotWiki, title: str) -> PageFacts:
    return (await wiki.pages([title]))[title]


async def test_a_talk_page_tells_its_revision_and_owner(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    facts = await look(meta, "User talk:Editor 01")
    last = metawiki.visitor.history("User talk:Editor 01")[0]["revid"]
    assert facts == PageFacts(
        asked="User talk:Editor 01",
        title="User talk:Editor 01",
        namespace=3,
        revid=last,
        opted_out=False,
        owner=UserFacts("Editor 01", exists=True),
        language="en",
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("User talk:Editor 02", {"opted_out": True}),
        ("User talk:Editor 03", {"title": "User talk:Editor 04", "revid": None}),
        ("user_talk: editor_01", {"title": "User talk:Editor 01", "namespace": 3}),
        ("Project:Delivery list", {"title": "metawiki:Delivery list", "owner": None}),
        ("Special:Version", {"namespace": -1}),
        ("User talk:Editor 01/Archive", {"owner": UserFacts("Editor 01", exists=True)}),
    ],
)
async def test_pages_are_seen_as_the_wiki_has_them(
    meta: PywikibotWiki, title: str, expected: dict[str, object]
) -> None:
    facts = await look(meta, title)
    assert {key: getattr(facts, key) for key in expected} == expected
    assert facts.invalid is None


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Editor 05", UserFacts("Editor 05", exists=True, blocked_indefinitely=True)),
        ("Bellringer", UserFacts("Bellringer", exists=True, bot=True)),
        ("Nobody at all", UserFacts("Nobody at all", exists=False)),
        ("192.0.2.7", UserFacts("192.0.2.7", exists=False, anonymous=True)),
        ("2001:db8::1", UserFacts("2001:DB8:0:0:0:0:0:1", exists=False, anonymous=True)),
        ("~2024-77", UserFacts("~2024-77", exists=False, anonymous=True)),
    ],
)
async def test_owners_are_known_for_what_they_are(
    meta: PywikibotWiki, name: str, owner: UserFacts
) -> None:
    assert (await look(meta, f"User talk:{name}")).owner == owner
    assert (await meta.users([name])) == {name: owner}


async def test_a_redirect_leads_to_its_target_s_owner_and_opt_out(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    metawiki.populate(
        pages={
            "User talk:Editor 11": "#REDIRECT [[User talk:Editor 12]]",
            "User talk:Editor 12": f"#REDIRECT [[{talk_page}]]",
            talk_page: OPTED_OUT,
        }
    )
    facts = await look(meta, "User talk:Editor 11")
    assert facts.title == talk_page
    assert facts.opted_out
    assert facts.owner == UserFacts(talk_page.removeprefix("User talk:"), exists=True)


async def test_redirects_in_a_circle_lead_nowhere(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    metawiki.populate(
        pages={
            "User talk:Editor 13": "#REDIRECT [[User talk:Editor 14]]",
            "User talk:Editor 14": "#REDIRECT [[User talk:Editor 13]]",
        }
    )
    assert (await look(meta, "User talk:Editor 13")).invalid == "redirects in a circle"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("", "not a title"),
        ("a\x1fb", "not a title"),
        ("User talk:\x00", "not a title"),
        ("User talk:\ud800", "not a title"),
        ("User talk:A|User talk:Editor 01", "invalid characters"),
        ("User talk:[[A]]", "invalid characters"),
        ("wikipedia:User talk:A", "a page of another wiki"),
    ],
)
async def test_what_is_no_title_breaks_out_of_nothing(
    meta: PywikibotWiki, title: str, reason: str
) -> None:
    found = await meta.pages([title, "User talk:Editor 01"])
    assert list(found) == [title, "User talk:Editor 01"]
    assert reason in (found[title].invalid or "")
    assert found["User talk:Editor 01"].revid is not None


async def test_letters_and_accents_count_as_one_however_they_are_written(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    metawiki.populate(accounts=["Épée 😀"])
    title = unicodedata.normalize("NFD", "User talk:épée 😀")
    facts = await look(meta, title)
    assert facts.title == "User talk:Épée 😀"
    assert facts.owner == UserFacts("Épée 😀", exists=True)


async def test_the_opt_out_category_is_the_wiki_s_own(
    connect: Connect, own_wikis: Mapping[str, MediaWiki]
) -> None:
    # A wiki that nobody asked for the message before remembers no lack of it.
    svwiki = own_wikis["svwiki"]
    svwiki.visitor.edit("MediaWiki:Massmessage-optout-category", "Vill inte ha utskick")
    svwiki.populate(
        pages={
            "User talk:Editor 06": "[[Kategori:Vill inte ha utskick]]",
            "User talk:Editor 07": "[[Kategori:Lämna mig ifred]]",
            "User talk:Editor 08": "[[Kategori:Något annat]]",
        }
    )
    wiki = connect(svwiki, optout_categories=("Lämna mig ifred",))
    titles = [f"Användardiskussion:Editor {number:02}" for number in (6, 7, 8)]
    seen = await wiki.pages(titles)
    assert [seen[title].opted_out for title in titles] == [True, True, False]
    assert (await wiki.site()).optout_categories == ("Vill inte ha utskick", "Lämna mig ifred")


@pytest.mark.parametrize(
    ("text", "opted_out"),
    [
        ("{{nobots}}", True),
        ("Hello. {{ NoBots }}", True),
        ("{{bots|deny=Bellringer}}", True),
        ("{{bots|deny=all}}", True),
        ("{{bots|allow=Other bot}}", True),
        ("{{bots|optout=all}}", True),
        ("{{bots|optout=MassMessage}}", True),
        ("{{bots|deny=Other bot}}", False),
        ("{{bots|optout=nosource}}", False),
        ("{{bots}}", False),
        ("<nowiki>{{nobots}}</nowiki>", False),
    ],
)
async def test_bots_are_kept_away_by_template(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str, text: str, opted_out: bool
) -> None:
    metawiki.populate(
        pages={
            "Template:Bots": "",
            "Template:Nobots": "",
            "Template:NoBots": "#REDIRECT [[Template:Nobots]]",
            talk_page: text,
        }
    )
    assert (await look(meta, talk_page)).opted_out is opted_out


async def test_a_template_that_a_redirect_leads_to_keeps_bots_away(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    # A template need not exist to be put on a page.
    redirect = {f"{talk_page}/Old": f"#REDIRECT [[{talk_page}]]"}
    metawiki.populate(pages={talk_page: "{{bots|deny=all}}", **redirect})
    assert (await look(meta, f"{talk_page}/Old")).opted_out


@pytest.mark.parametrize(("text", "requests"), [("{{Welcome}}", 1), ("{{bots|deny=Other}}", 2)])
async def test_the_text_is_read_only_where_a_template_asks_for_it(
    connect: Connect,
    metawiki: MediaWiki,
    proxy: FaultyProxy,
    talk_page: str,
    text: str,
    requests: int,
) -> None:
    metawiki.populate(pages={talk_page: text})
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    proxy.seen.clear()
    await wiki.pages([talk_page, "User talk:Editor 01"])
    assert len(proxy.seen) == requests


async def test_a_page_has_a_language_of_its_own(
    connect: Connect, metawiki: MediaWiki, svwiki: MediaWiki, talk_page: str
) -> None:
    title = f"{talk_page}/Seite"
    metawiki.populate(pages={title: "Text"})
    rights = "$wgPageLanguageUseDB = true; $wgGroupPermissions['sysop']['pagelang'] = true;"
    with metawiki.overridden(rights):
        metawiki.visitor.change(action="setpagelanguage", title=title, lang="de")
        facts = await connect(metawiki).pages([title, talk_page])
    assert [each.language for each in facts.values()] == ["de", "en"]
    swedish = (await connect(svwiki).pages(["User talk:Editor 01"])).values()
    assert [each.language for each in swedish] == ["sv"]


async def test_one_page_costs_one_request(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    proxy.seen.clear()
    await wiki.pages(["User talk:Editor 01"])
    assert len(proxy.seen) == 1


@pytest.mark.parametrize(("number", "requests"), [(120, 1), (600, 2)])
async def test_many_pages_are_asked_for_at_once(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy, number: int, requests: int
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    proxy.seen.clear()
    titles = ["User talk:Editor 02", *(f"User talk:Absent {each}" for each in range(1, number))]
    seen = await wiki.pages(titles)
    assert list(seen) == titles
    assert [title for title in titles if seen[title].opted_out] == ["User talk:Editor 02"]
    assert len(proxy.seen) == requests


async def test_an_account_without_high_limits_asks_in_smaller_parts(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    with metawiki.overridden("$wgGroupPermissions['bot']['apihighlimits'] = false;"):
        await wiki.site()
        proxy.seen.clear()
        assert len(await wiki.pages([f"User talk:Absent {each}" for each in range(120)])) == 120
    assert len(proxy.seen) == 3


async def test_categories_that_come_in_parts_are_put_together(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    titles = [f"User talk:Editor {number:02}" for number in (15, 16, 17)]
    metawiki.populate(pages=dict.fromkeys(titles, OPTED_OUT))
    await meta.site()
    with metawiki.overridden("$wgAPIMaxResultSize = 700;"):
        seen = await meta.pages(titles)
    assert [seen[title].opted_out for title in titles] == [True, True, True]
