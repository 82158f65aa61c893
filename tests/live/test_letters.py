"""Messages in the readers' languages on real wikis: what stands there, and what readers can do."""

import html
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chatbot.clock import utc_now
from chatbot.errands.footers import Footers
from chatbot.errands.freezing import Freezing, Frozen
from chatbot.text import Texts
from chatbot.wiki.sites import PywikibotWiki
from storage import texts
from storage.database import Database
from storage.runvalues import Recipient, Run, RunState, Text
from tests.delivering import delivering, policy, until_state
from tests.peers.delivery_fixtures import newcomers
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_visitor import Visitor
from tests.prepared import confirmed, page

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

SWEDISH = Text("sv", "Föredrag", "Hej $user på $wiki!", "")
PORTUGUESE = Text("pt", "Palestra", "Olá!", "")
ARABIC = Text("ar", "محاضرة", "مرحبا $user!", "")
BRAZILIAN = """
$wgHooks['PageContentLanguage'][] = static function ( $title, &$language ) {
	if ( $title->getText() === %r ) {
		$language = 'pt-br';
	}
};"""

Sites = dict[str, PywikibotWiki]
Peers = dict[str, MediaWiki]


async def frozen(
    sites: Sites, audience: Sequence[Recipient], *others: Text, **different: str
) -> Frozen:
    """Freeze a run as a proposal does, with the pages' languages as they are."""
    decided = replace(policy(sites), home=min(sites, key=lambda name: name != "metawiki"))
    words = Texts()
    freezing = Freezing(
        wikis=sites,
        policy=replace(decided, optout_preload="User:Bellringer/Opt-out"),
        footers=Footers(words=words.words, spoken=words.languages, policy=decided),
        clock=utc_now,
    )
    message = {"subject": "Talk", "draft": "Hello $user on $wiki!", **different}
    run = Run(1, "Medicine", RunState.PROPOSED, 1, **message)  # type: ignore[arg-type] # all text
    there = [
        replace(
            each, page_language=(await sites[each.wiki].pages([each.title]))[each.title].language
        )
        for each in audience
    ]
    return await freezing.frozen(run, others, there, event=None, sender="Alice", live=False)


async def deliver(database: Database, sites: Sites, folder: Path, message: Frozen) -> None:
    """Deliver what was frozen."""
    run = message.run
    kept = {
        name: getattr(run, name)
        for name in ("subject", "body", "footer", "language", "particulars")
    }
    started = await confirmed(database, message.recipients, **kept)
    async with database.transaction() as session:
        await texts.keep(session, started.number, message.texts)
    async with delivering(database, sites, folder=folder):
        await until_state(database, started)


def rendered(wiki: MediaWiki, title: str) -> str:
    """Return the HTML of a page's text."""
    answer = wiki.visitor.ask(action="parse", page=title, prop="text", disableeditsection=True)
    return str(answer["parse"]["text"])


async def test_each_reads_his_own_language_and_others_are_marked(
    database: Database, wikis: Peers, connected: Sites, tmp_path: Path
) -> None:
    audience = newcomers(wikis, 3)
    message = await frozen(connected, audience, SWEDISH, ARABIC)
    await deliver(database, connected, tmp_path, message)
    stands = {each.wiki: wikis[each.wiki].visitor.text(each.title) or "" for each in audience}
    names = {each.wiki: each.user for each in audience}
    assert stands["enwiki"].startswith(
        f"== Talk ==\n\nHello {names['enwiki']} on enwiki!\n\n<small>"
    )
    assert stands["svwiki"].startswith(
        f"== Föredrag ==\n\nHej {names['svwiki']} på svwiki!\n\n<small>"
    )
    assert "lang=" not in "".join(stands.values())


async def test_a_page_s_own_language_counts_and_not_its_wiki_s(
    database: Database, svwiki: MediaWiki, connected: Sites, tmp_path: Path
) -> None:
    [only] = newcomers({"svwiki": svwiki}, 1)
    with svwiki.overridden(BRAZILIAN % only.user):
        message = await frozen(connected, [only], PORTUGUESE, SWEDISH)
        [recipient] = message.recipients
        assert (recipient.page_language, recipient.language) == ("pt-br", "pt")
        await deliver(database, connected, tmp_path, message)
        text = svwiki.visitor.text(only.title) or ""
        assert '== <span lang="pt" dir="ltr">Palestra</span> ==' in text
        assert '<div lang="pt" dir="ltr" class="mw-content-ltr">\nOlá!' in text
        # The tag is no part of what links and the contents know the section by.
        assert 'id="Palestra"' in rendered(svwiki, only.title)


async def test_a_text_from_right_to_left_runs_so_on_a_page_that_does_not(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, talk_page: str, tmp_path: Path
) -> None:
    sites = {"metawiki": meta}
    message = await frozen(
        sites, [page(talk_page)], subject=ARABIC.subject, draft=ARABIC.draft, language="ar"
    )
    await deliver(database, sites, tmp_path, message)
    found = rendered(metawiki, talk_page)
    assert '<div lang="ar" dir="rtl" class="mw-content-rtl">' in found
    assert '<span lang="ar" dir="rtl">محاضرة</span>' in found
    # All that was opened is closed: the next section is not drawn in.
    assert found.count("<div") == found.count("</div>")


@pytest.mark.parametrize(
    "name", ["O'Brien ''x'' {n}", "RFC 822 {n}", "A & B; {n}", "-- {n} =", "* {n}", "!$user $$ {n}"]
)
async def test_a_name_is_shown_as_it_is_and_nothing_more(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path, name: str
) -> None:
    user = name.format(n=time.time_ns())
    user = user[0].upper() + user[1:]
    metawiki.populate(accounts=[user])
    title = f"User talk:{user}"
    message = await frozen(
        {"metawiki": meta},
        [page(title)],
        subject="For $user",
        draft="$user\n\n[[User talk:$user|me]] {{lc:$user}} <nowiki>$user</nowiki>",
    )
    await deliver(database, {"metawiki": meta}, tmp_path, message)
    answer = metawiki.visitor.ask(action="parse", page=title, prop="links|externallinks|text")
    parsed = answer["parse"]
    text = html.unescape(re.sub(r"<[^>]*>", "", parsed["text"]))
    assert text.count(user) == 4
    assert f"For {user}" in [html.unescape(each) for each in metawiki.visitor.headings(title)]
    assert "<i>" not in parsed["text"]
    assert not [each for each in parsed["externallinks"] if "MyTalk" not in each]
    [edit] = metawiki.visitor.history(title)
    assert html.unescape(edit["comment"]).startswith("For ")


class Form(HTMLParser):
    """What a browser would send of the edit form."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._inside = given.get("id") == "editform"
        if not self._inside or not given.get("name"):
            return
        if tag == "textarea":
            self._area = given["name"]
            self.fields[self._area] = ""
        elif tag == "input" and given.get("type") not in {"submit", "checkbox"}:
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


@pytest.mark.parametrize(("preloaded", "written"), [(True, "~~~~"), (False, "")])
async def test_one_follows_the_link_saves_and_gets_no_more(
    database: Database,
    own_wikis: Peers,
    connect: object,
    tmp_path: Path,
    preloaded: bool,
    written: str,
) -> None:
    svwiki = own_wikis["svwiki"]
    sites = {"svwiki": connect(svwiki)}  # type: ignore[operator] # the fixture's own type
    svwiki.populate(passwords={"Ada": "AdaPass-12345"})
    svwiki.visitor.edit("MediaWiki:Massmessage-optout-category", "Inga utskick, tack")
    if preloaded:
        svwiki.visitor.edit("User:Bellringer/Opt-out", "~~<noinclude/>~~")
    ada = page("Användardiskussion:Ada", wiki="svwiki", user="Ada")
    await deliver(database, sites, tmp_path, await frozen(sites, [ada], SWEDISH))
    [address] = re.findall(r'href="([^"]*MyTalk[^"]*)"', rendered(svwiki, ada.title))
    browser = Visitor(api=svwiki.api, name="Ada", password="AdaPass-12345")
    form = Form()
    where = html.unescape(address)
    form.feed(browser.browse(f"http:{where}" if where.startswith("//") else where))
    assert form.fields["wpTextbox1"].strip() == written
    assert "[[Kategori:Inga utskick, tack]]" in form.fields["wpSummary"]
    text = form.fields["wpTextbox1"].strip() or "Tack"
    index = svwiki.api.replace("api.php", "index.php")
    browser.browse(
        f"{index}?title={ada.title}&action=submit",
        **(form.fields | {"wpTextbox1": text, "wpSave": "1"}),
    )
    [facts] = (await sites["svwiki"].pages([ada.title])).values()
    assert facts.opted_out
