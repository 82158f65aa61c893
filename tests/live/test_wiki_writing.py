"""Sections that the bot adds to real wikis, and the refusals of real wikis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.wiki.settings import BotPassword
from chatbot.wiki.sites import PywikibotWiki
from commands.writes import Outcome, Section
from tests.peers.faulty_proxy import FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

MARK = "[[m:Runs|run 7]] · b7-3fa9c2-0042"


async def section_for(wiki: PywikibotWiki, title: str, **different: object) -> Section:
    """Return a section as the engine makes it: on the facts of the moment before."""
    base = (await wiki.pages([title]))[title]
    section = Section(base.title, "Tech talk", "Come and see.", MARK, bot=True, base=base)
    return replace(section, **different)  # type: ignore[arg-type] # checked at run time


async def test_a_section_stands_as_asked(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    metawiki.populate(pages={talk_page: "Welcome."})
    result = await meta.add_section(await section_for(meta, talk_page))
    assert result.outcome is Outcome.SAVED
    text = "Welcome.\n\n== Tech talk ==\n\nCome and see."
    assert metawiki.visitor.text(talk_page) == text
    edit = metawiki.visitor.history(talk_page)[0]
    assert (edit["revid"], edit["user"], edit["comment"]) == (result.revid, "Bellringer", MARK)
    assert result.title == talk_page
    assert result.saved_at is not None
    assert abs(result.saved_at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("bot", [True, False])
async def test_an_edit_is_flagged_as_told_and_never_minor(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str, bot: bool
) -> None:
    result = await meta.add_section(await section_for(meta, talk_page, bot=bot))
    assert result.revid is not None
    change = metawiki.visitor.recent_change(result.revid)
    assert (change["bot"], change["minor"], change["new"]) == (bot, False, True)


@pytest.mark.parametrize("before", [None, "Welcome."])
async def test_a_section_sent_twice_stands_once(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str, before: str | None
) -> None:
    metawiki.populate(pages={talk_page: before} if before else {})
    section = await section_for(meta, talk_page)
    outcomes = [(await meta.add_section(section)).outcome for _ in range(2)]
    assert outcomes == [Outcome.SAVED, Outcome.CONFLICT]
    assert metawiki.visitor.headings(talk_page) == ["Tech talk"]


async def test_somebody_else_s_edit_between_is_no_conflict(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    metawiki.populate(pages={talk_page: "Welcome."})
    section = await section_for(meta, talk_page)
    metawiki.populate(pages={talk_page: "Welcome, you."})
    assert (await meta.add_section(section)).outcome is Outcome.SAVED
    assert str(metawiki.visitor.text(talk_page)).startswith("Welcome, you.")


async def test_text_stays_text(meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str) -> None:
    subject, body = "A | B & C=D + ü😀", "x|y&z=1\n#REDIRECT [[Z]] + 100%\x1f"
    result = await meta.add_section(
        await section_for(meta, talk_page, subject=subject, body=body.rstrip("\x1f"))
    )
    assert result.outcome is Outcome.SAVED
    expected = f"== {subject} ==\n\n{body}".rstrip("\x1f")
    assert metawiki.visitor.text(talk_page) == expected


async def test_a_save_is_one_request_once_the_session_is_warm(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy, talk_page: str
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    await wiki.add_section(await section_for(wiki, "User talk:Editor 19"))
    section = await section_for(wiki, talk_page)
    proxy.seen.clear()
    await wiki.add_section(section)
    assert [sent["action"] for sent in proxy.seen] == ["edit"]
    sent = proxy.edits()[0]
    assert (sent["assert"], sent["assertuser"], sent["maxlag"]) == ("user", "Bellringer", "5")
    assert sent["watchlist"] == "nochange"


HOOK = """
$wgHooks['EditFilterMergedContent'][] = static function ( $context, $content, $status ) {
  $status->fatal( ApiMessage::create( [ 'rawmessage', 'Not here' ], '%s' ) );
  return false;
};
"""


@pytest.mark.parametrize(
    ("php", "outcome", "code"),
    [
        ("$wgReadOnly = 'moving house';", Outcome.READ_ONLY, "readonly"),
        ("$wgMaxArticleSize = 0;", Outcome.TOO_BIG, "contenttoobig"),
        ("$wgSpamRegex = [ '/Come and see/' ];", Outcome.SPAM_BLACKLISTED, "spamprotectionmatch"),
        (
            "$wgNamespaceProtection[NS_USER_TALK] = [ 'editinterface' ];",
            Outcome.PROTECTED,
            "protectednamespace",
        ),
        ("$wgGroupPermissions['*']['createtalk'] = $wgGroupPermissions['user']['createtalk'] = "
            "$wgGroupPermissions['bot']['createtalk'] = false;",
            Outcome.PERMISSION_DENIED, "cantcreate"),
        (HOOK % "titleblacklist-forbidden", Outcome.TITLE_BLACKLISTED, "titleblacklist-forbidden"),
        (HOOK % "abusefilter-disallowed", Outcome.ABUSE_FILTERED, "abusefilter-disallowed"),
        (HOOK % "hookaborted", Outcome.HOOK_ABORTED, "hookaborted"),
    ],
)  # fmt: skip
async def test_a_refusal_is_named_and_nothing_is_saved(
    meta: PywikibotWiki,
    metawiki: MediaWiki,
    talk_page: str,
    php: str,
    outcome: Outcome,
    code: str,
) -> None:
    section = await section_for(meta, talk_page)
    with metawiki.overridden(php):
        result = await meta.add_section(section)
    assert (result.outcome, result.code) == (outcome, code)
    assert result.detail
    assert metawiki.visitor.text(talk_page) is None
    assert (await meta.add_section(section)).outcome is Outcome.SAVED


async def test_the_wiki_s_rate_limit_is_named(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    with metawiki.overridden("$wgRateLimits['edit'] = [ 'user' => [ 1, 60 ] ];"):
        sections = [await section_for(meta, title) for title in (talk_page, "User talk:Editor 19")]
        outcomes = [(await meta.add_section(section)).outcome for section in sections]
    assert outcomes == [Outcome.SAVED, Outcome.RATE_LIMITED]


async def test_a_protected_page_is_named(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    metawiki.populate(pages={talk_page: "Welcome."})
    metawiki.visitor.change(action="protect", title=talk_page, protections="edit=sysop")
    result = await meta.add_section(await section_for(meta, talk_page))
    assert (result.outcome, result.code) == (Outcome.PROTECTED, "protectedpage")


@pytest.mark.parametrize(
    ("different", "code"),
    [({"title": "A|B"}, "invalidtitle"), ({"tags": ("no such tag",)}, "badtags")],
)
async def test_a_request_that_is_wrong_is_named(
    meta: PywikibotWiki, talk_page: str, different: dict[str, object], code: str
) -> None:
    section = replace(await section_for(meta, talk_page), **different)  # type: ignore[arg-type]
    result = await meta.add_section(section)
    assert (result.outcome, result.code) == (Outcome.INVALID, code)


async def test_a_blocked_sender_is_named(
    connect: Connect, metawiki: MediaWiki, talk_page: str
) -> None:
    metawiki.populate(bot_passwords={"Editor 10": {"tests": "b" * 32}})
    wiki = connect(metawiki, username="Editor 10", credentials=BotPassword("tests", "b" * 32))
    section = await section_for(wiki, talk_page)
    metawiki.populate(blocked=["Editor 10"])
    assert (await wiki.add_section(section)).outcome is Outcome.SENDER_BLOCKED


async def test_a_lost_session_is_told_and_the_next_edit_logs_in_anew(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    section = await section_for(meta, talk_page)
    metawiki.stop()
    metawiki.start()
    outcomes = [(await meta.add_section(section)).outcome for _ in range(2)]
    assert outcomes == [Outcome.SESSION_LOST, Outcome.SAVED]


async def test_reading_survives_a_lost_session(meta: PywikibotWiki, metawiki: MediaWiki) -> None:
    await meta.account()
    metawiki.stop()
    metawiki.start()
    assert (await meta.pages(["User talk:Editor 01"]))["User talk:Editor 01"].revid


async def test_a_token_gone_bad_is_told_and_the_next_edit_has_a_fresh_one(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    await meta.add_section(await section_for(meta, "User talk:Editor 19"))
    section = await section_for(meta, talk_page)
    with metawiki.overridden(
        "$wgHooks['ApiCheckCanExecute'][] = static function ( $module, $user, &$message ) {\n"
        "  if ( $module->getModuleName() !== 'edit' ) { return true; }\n"
        "  $user->getRequest()->getSession()->resetAllTokens();\n"
        "  return true;\n"
        "};"
    ):
        assert (await meta.add_section(section)).outcome is Outcome.SAVED
    section = await section_for(meta, "User talk:Editor 20")
    outcomes = [(await meta.add_section(section)).outcome for _ in range(2)]
    assert outcomes == [Outcome.BAD_TOKEN, Outcome.SAVED]


async def test_a_wiki_that_is_down_got_nothing(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    section = await section_for(meta, talk_page)
    metawiki.stop()
    try:
        result = await meta.add_section(section)
    finally:
        metawiki.start()
    assert result.outcome is Outcome.UNREACHABLE
    assert "Connection refused" in result.detail
