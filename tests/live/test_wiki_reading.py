"""What else the bot reads from real wikis, and what they make of a text."""

from datetime import UTC, datetime, timedelta

import pytest

from chatbot.wiki.account import edits_per_minute
from chatbot.wiki.settings import BotPassword
from chatbot.wiki.sites import PywikibotWiki
from commands.wikis import LanguageFacts, WikiTrouble
from commands.writes import Section
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import APPLICATION, MediaWiki
from tests.peers.wiki_fixtures import Connect


async def test_a_wiki_tells_its_names_and_namespaces(connect: Connect, svwiki: MediaWiki) -> None:
    site = await connect(svwiki).site()
    assert (site.wiki, site.language) == ("svwiki", "sv")
    assert set(site.server_names) == {f"127.0.0.1:{svwiki.port}", "127.0.0.1", "svwiki"}
    talk = next(each for each in site.namespaces if each.number == 3)
    assert (talk.name, talk.aliases) == ("Användardiskussion", ("User talk",))
    assert site.interwiki_hosts["wikidata"] == "www.wikidata.org"
    assert "wikidata" in site.interwiki_prefixes


async def test_the_opt_out_category_has_a_default(meta: PywikibotWiki) -> None:
    assert (await meta.site()).optout_categories == ("Opted-out of message delivery",)


async def test_the_account_is_known_with_its_rights(meta: PywikibotWiki) -> None:
    account = await meta.account()
    assert account.name == "Bellringer"
    assert {"bot", "apihighlimits", "edit"} <= account.rights
    assert (account.blocked, account.edits_per_minute) == (None, None)


async def test_the_wiki_s_own_limit_is_told(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    with metawiki.overridden("$wgRateLimits['edit'] = [ 'user' => [ 3, 10 ] ];"):
        assert (await meta.account()).edits_per_minute == 18


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, None),
        ({"move": {"user": {"hits": 1, "seconds": 60}}}, None),
        ({"edit": {"user": {"hits": 90, "seconds": 60}}}, 90),
        (
            {"edit": {"user": {"hits": 8, "seconds": 60}, "bot": {"hits": 4, "seconds": 1}}},
            240,
        ),
        (
            {"edit": {"user": {"hits": 90, "seconds": 60}, "newbie": {"hits": 8, "seconds": 60}}},
            8,
        ),
    ],
)
def test_of_several_limits_the_binding_one_counts(
    limits: dict[str, dict[str, dict[str, int]]], expected: float | None
) -> None:
    assert edits_per_minute(limits) == expected


async def test_a_blocked_account_says_why(connect: Connect, metawiki: MediaWiki) -> None:
    metawiki.populate(bot_passwords={"Editor 09": {APPLICATION: "a" * 32}})
    wiki = connect(metawiki, username="Editor 09", credentials=BotPassword(APPLICATION, "a" * 32))
    await wiki.account()
    metawiki.populate(blocked=["Editor 09"])
    assert (await wiki.account()).blocked == "not here to edit"


async def test_a_wrong_password_is_told_as_lasting(connect: Connect, metawiki: MediaWiki) -> None:
    wiki = connect(metawiki, credentials=BotPassword(APPLICATION, "wrong" * 7))
    with pytest.raises(WikiTrouble) as trouble:
        await wiki.account()
    assert (trouble.value.code, trouble.value.lasting) == ("login-failed", True)


async def test_nobody_there_is_told_in_plain_words(connect: Connect, metawiki: MediaWiki) -> None:
    wiki = connect(metawiki, api="http://127.0.0.1:9/api.php")
    with pytest.raises(WikiTrouble, match="Connection refused") as trouble:
        await wiki.account()
    assert not trouble.value.lasting


async def test_a_page_is_read_through_redirects(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    metawiki.populate(pages={"Project:List": "#REDIRECT [[Project:Delivery list]]"})
    page = await meta.read("Project:List")
    assert page.title == "metawiki:Delivery list"
    assert (page.namespace, page.content_model) == (4, "wikitext")
    assert page.text == metawiki.visitor.text("Project:Delivery list")
    assert page.revid == metawiki.visitor.history("Project:Delivery list")[0]["revid"]


async def test_the_content_model_is_kept(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    metawiki.visitor.edit("Project:Data.json", '{"targets": []}', contentmodel="json")
    assert (await meta.read("Project:Data.json")).content_model == "json"


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Project:Absent", "missingtitle"),
        ("A|B", "invalidtitle"),
        ("", "invalidtitle"),
        ("wikidata:Q1", "invalidtitle"),
    ],
)
async def test_what_cannot_be_read_is_lasting(meta: PywikibotWiki, title: str, code: str) -> None:
    with pytest.raises(WikiTrouble) as trouble:
        await meta.read(title)
    assert (trouble.value.code, trouble.value.lasting) == (code, True)


async def test_languages_are_known_as_mediawiki_has_them(meta: PywikibotWiki) -> None:
    told = await meta.languages(["pt-br", "sv", "en", "ar", "xx-unknown", "", "a|b", "zh-hant"])
    assert told["sv"] == LanguageFacts("sv", ("en",), right_to_left=False, autonym="svenska")
    assert told["pt-br"].fallbacks == ("pt", "en")
    assert told["en"].fallbacks == ()
    assert told["ar"].right_to_left
    assert told["zh-hant"].fallbacks[0] == "zh-tw"
    assert set(told) == {"pt-br", "sv", "en", "ar", "zh-hant"}


async def test_a_language_is_asked_for_once(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    await wiki.languages(["sv", "xx-unknown"])
    proxy.seen.clear()
    assert list(await wiki.languages(["xx-unknown", "sv"])) == ["sv"]
    assert proxy.seen == []


@pytest.mark.parametrize("category", ["Ringers", "Category:Ringers", "category: ringers"])
async def test_a_category_lists_its_members(
    meta: PywikibotWiki, metawiki: MediaWiki, category: str
) -> None:
    pages = [f"User talk:Editor 18/{number:03}" for number in range(12)]
    metawiki.populate(pages=dict.fromkeys(pages, "[[Category:Ringers]]"))
    with metawiki.overridden("$wgAPIMaxResultSize = 8000;"):
        assert await meta.members(category) == pages


async def test_revisions_are_those_of_pages_that_stand(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    last = metawiki.visitor.history("User talk:Editor 01")[0]["revid"]
    titles = ["user talk:Editor 01", "Project:Absent", "A|B", ""]
    assert await meta.revisions(titles) == {"user talk:Editor 01": last}


async def test_templates_are_substituted_as_on_the_page(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    metawiki.populate(pages={"Template:Greet": "Dear {{PAGENAME}}, {{{1}}}"})
    text = "{{Greet|hello}} {{subst:Greet|again}} <!-- kept --> ~~~~ [[Help (wiki)|]]"
    assert await meta.expand("User talk:Editor 01", text) == (
        "Dear Editor 01, hello Dear Editor 01, again <!-- kept --> ~~~~ [[Help (wiki)|Help]]"
    )


async def test_a_rendered_section_tells_what_it_brings_along(
    meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    metawiki.populate(pages={"Template:Known": "known"})
    known = metawiki.visitor.history("Template:Known")[0]["revid"]
    body = (
        "{{Known}} {{Unknown}} [[User:Editor 01]] [[user talk:editor_02/x|y]] [[Help:A]]"
        " [[Category:Leaked thing]] {{subst:PAGENAME}}"
    )
    rendered = await meta.render("User talk:Editor 04", "Come and see", body)
    assert (
        rendered.text == f"== Come and see ==\n\n{body.replace('{{subst:PAGENAME}}', 'Editor 04')}"
    )
    assert rendered.categories == ("Leaked thing",)
    assert rendered.missing == ("Template:Unknown",)
    assert rendered.transcluded == {"Template:Known": known}
    assert rendered.users == ("Editor 01", "Editor 02")
    assert metawiki.visitor.text("User talk:Editor 04") is None


async def test_language_links_that_leak_are_seen(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    with metawiki.overridden(
        "$wgHooks['InterwikiLoadPrefix'][] = static function ( $prefix, &$data ) {\n"
        "  if ( $prefix !== 'sv' ) { return true; }\n"
        "  $data = [ 'iw_prefix' => 'sv', 'iw_url' => 'https://sv.example.org/$1',\n"
        "    'iw_local' => 1, 'iw_trans' => 0, 'iw_api' => '', 'iw_wikiid' => '' ];\n"
        "  return false;\n"
        "};"
    ):
        rendered = await meta.render("Project:Page", "Hello", "[[sv:Sida]]")
    assert rendered.language_links == ("sv:Sida",)


async def test_an_answer_without_end_is_given_up(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    await wiki.site()
    part = {"query": {"usercontribs": []}, "continue": {"uccontinue": "x", "continue": "-||"}}
    proxy.faults += [Fault.saying(part, action="query")] * 3
    with pytest.raises(WikiTrouble, match="continued by itself"):
        await wiki.own_edits(datetime(2001, 1, 15, tzinfo=UTC))


async def test_own_edits_are_found_after_the_page_was_moved(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    await meta.site()
    since = datetime.now(UTC) - timedelta(seconds=1)
    summaries = [f"Hello · b7-3fa9c2-{number:04}" for number in range(1, 4)]
    for summary in summaries:
        await meta.add_section(Section(talk_page, "Hello", "Text", summary, bot=True))
    metawiki.visitor.move(talk_page, f"{talk_page}/Archive 1")
    with metawiki.overridden("$wgAPIMaxResultSize = 150;"):
        edits = [edit for edit in await meta.own_edits(since) if edit.summary in summaries]
    assert [edit.summary for edit in edits] == summaries
    assert {edit.title for edit in edits} == {f"{talk_page}/Archive 1"}
    assert all(since <= edit.saved_at <= datetime.now(UTC) for edit in edits)


async def test_a_page_s_subpages_are_found(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    for name in ("Letters", "Letters/sv", "Letters/pt-br/old", "Lettersx/de"):
        metawiki.visitor.edit(f"Project:{name}", "x")
    metawiki.visitor.edit("Project:Letters/fi", "#REDIRECT [[Project:Letters]]")
    found = await meta.subpages("metawiki:letters")
    assert found == ["metawiki:Letters/pt-br/old", "metawiki:Letters/sv"]
    assert await meta.subpages("[[no title]]") == []
    assert (await meta.site()).sitename == "metawiki"
