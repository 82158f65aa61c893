"""What becomes of an edit when a real wiki's answer is lost, late, strange or not its own."""

from datetime import UTC, datetime, timedelta

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.wikis import WikiTrouble
from commands.writes import Outcome, SaveResult, Section
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

MARK = "Hello · b7-3fa9c2-{}"
PAGE = b"<html><body>Our servers are currently experiencing a technical problem</body></html>"
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def wiki(connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy) -> PywikibotWiki:
    return connect(metawiki, api=proxy.api, answer=2.0)


async def attempt(wiki: PywikibotWiki, proxy: FaultyProxy, title: str, fault: Fault) -> SaveResult:
    """Save a section while the fault lies in wait, and see that it left once at most."""
    base = (await wiki.pages([title]))[title]
    proxy.faults.append(fault)
    section = Section(title, "Hello", "Text", MARK.format(title), bot=True, base=base)
    result = await wiki.add_section(section)
    assert len(proxy.edits()) == 1
    assert not proxy.faults
    return result


@pytest.mark.parametrize(
    "fault",
    [
        Fault(reaches_wiki=True),
        Fault(reaches_wiki=True, silent_seconds=30),
        Fault(reaches_wiki=True, answer=PAGE, status=503, headers=HTML),
        Fault(reaches_wiki=True, answer=PAGE, headers=HTML),
        Fault(reaches_wiki=True, answer=b'{"edit": {"result": "Succ'),
        Fault(reaches_wiki=True, answer=b"[]"),
        Fault(reaches_wiki=True, answer=b"{}"),
        Fault(reaches_wiki=True, answer=b'{"error": "odd"}'),
    ],
    ids=["dropped", "silent", "503", "html", "cut", "list", "empty", "odd"],
)
async def test_an_answer_lost_leaves_it_open_and_own_edits_tell(
    wiki: PywikibotWiki, proxy: FaultyProxy, metawiki: MediaWiki, talk_page: str, fault: Fault
) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    result = await attempt(wiki, proxy, talk_page, fault)
    assert result.outcome is Outcome.UNKNOWN
    standing = [edit for edit in await wiki.own_edits(since) if edit.title == talk_page]
    assert [edit.summary for edit in standing] == [MARK.format(talk_page)]
    assert len(metawiki.visitor.history(talk_page)) == 1


async def test_the_same_after_an_answer_was_lost_is_a_conflict(
    wiki: PywikibotWiki, proxy: FaultyProxy, metawiki: MediaWiki, talk_page: str
) -> None:
    base = (await wiki.pages([talk_page]))[talk_page]
    section = Section(talk_page, "Hello", "Text", MARK, bot=True, base=base)
    proxy.faults.append(Fault(reaches_wiki=True))
    outcomes = [(await wiki.add_section(section)).outcome for _ in range(2)]
    assert outcomes == [Outcome.UNKNOWN, Outcome.CONFLICT]
    assert metawiki.visitor.headings(talk_page) == ["Hello"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(), Outcome.UNKNOWN),
        (Fault(answer=PAGE, status=500, headers=HTML), Outcome.UNKNOWN),
        (Fault(answer=PAGE, status=403, headers=HTML), Outcome.UNKNOWN),
        (Fault(answer=b"", status=301, headers={"Location": "/"}), Outcome.UNKNOWN),
        (Fault.error("maxlag", lag=7), Outcome.LAGGED),
        (Fault.error("internal_api_error_DBQueryError"), Outcome.UNKNOWN),
        (Fault.error("assertuserfailed"), Outcome.SESSION_LOST),
        (Fault.error("mwoauth-invalid-authorization"), Outcome.SESSION_LOST),
        (Fault.error("cascadeprotected"), Outcome.PROTECTED),
        (Fault.error("abusefilter-warning"), Outcome.ABUSE_FILTERED),
        (Fault.error("titleblacklist-forbidden-edit"), Outcome.TITLE_BLACKLISTED),
        (Fault.error("spamblacklist", spamblacklist={"matches": ["x"]}), Outcome.SPAM_BLACKLISTED),
        (Fault.error("wikimedia-globalblocking-blockedtext-user"), Outcome.SENDER_BLOCKED),
        (Fault.error("never-heard-of"), Outcome.REFUSED),
        (
            Fault.saying({"edit": {"result": "Failure", "captcha": {"type": "image", "id": "1"}}}),
            Outcome.CAPTCHA,
        ),
        (
            Fault.saying({"edit": {"result": "Failure", "spamblacklist": "example.org"}}),
            Outcome.SPAM_BLACKLISTED,
        ),
        (
            Fault.saying({"edit": {"result": "Failure", "code": "abusefilter-disallowed"}}),
            Outcome.ABUSE_FILTERED,
        ),
        (Fault.saying({"edit": {"result": "Failure"}}), Outcome.HOOK_ABORTED),
    ],
)
async def test_each_fault_has_its_outcome(
    wiki: PywikibotWiki, proxy: FaultyProxy, talk_page: str, fault: Fault, outcome: Outcome
) -> None:
    assert (await attempt(wiki, proxy, talk_page, fault)).outcome is outcome


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(answer=PAGE, status=429, headers={"Retry-After": "7"}), Outcome.RATE_LIMITED),
        (Fault(answer=PAGE, status=503, headers={"Retry-After": "7"}), Outcome.UNKNOWN),
        (Fault.saying({"error": {"code": "maxlag", "info": "lag"}}, **{"Retry-After": "7"}),
            Outcome.LAGGED),
    ],
)  # fmt: skip
async def test_what_the_wiki_asks_to_wait_is_told(
    wiki: PywikibotWiki, proxy: FaultyProxy, talk_page: str, fault: Fault, outcome: Outcome
) -> None:
    result = await attempt(wiki, proxy, talk_page, fault)
    assert result.outcome is outcome
    assert result.retry_after == timedelta(seconds=7)


async def test_a_date_to_wait_for_is_told_as_a_span(
    wiki: PywikibotWiki, proxy: FaultyProxy, talk_page: str
) -> None:
    date = (datetime.now(UTC) + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    fault = Fault(answer=PAGE, status=429, headers={"Retry-After": date})
    result = await attempt(wiki, proxy, talk_page, fault)
    assert result.outcome is Outcome.RATE_LIMITED
    assert result.retry_after is not None
    assert timedelta(minutes=110) < result.retry_after <= timedelta(hours=2)


async def test_waiting_asked_for_delays_no_later_request(
    wiki: PywikibotWiki, proxy: FaultyProxy, talk_page: str
) -> None:
    fault = Fault(answer=PAGE, status=503, headers={"Retry-After": "600"})
    await attempt(wiki, proxy, talk_page, fault)
    assert (await wiki.pages([talk_page]))[talk_page].revid is None


@pytest.mark.parametrize(
    "fault",
    [
        Fault("query"),
        Fault("query", answer=PAGE, status=502, headers=HTML),
        Fault.saying({"query": {"pages": [{}]}}, action="query"),
        Fault.saying({"query": {"pages": "odd"}}, action="query"),
        Fault.saying({"query": None}, action="query"),
    ],
    ids=["dropped", "502", "bare", "odd", "null"],
)
async def test_trouble_in_reading_is_passing_trouble(
    wiki: PywikibotWiki, proxy: FaultyProxy, fault: Fault
) -> None:
    await wiki.site()
    proxy.faults.append(fault)
    with pytest.raises(WikiTrouble) as trouble:
        await wiki.pages(["User talk:Editor 01"])
    assert not trouble.value.lasting
    assert (await wiki.pages(["User talk:Editor 01"]))["User talk:Editor 01"].revid


@pytest.mark.parametrize("action", ["login", "query"])
async def test_an_edit_that_never_left_is_known_not_to_stand(
    wiki: PywikibotWiki, proxy: FaultyProxy, talk_page: str, action: str
) -> None:
    proxy.faults.append(Fault(action))
    result = await wiki.add_section(Section(talk_page, "Hello", "Text", MARK, bot=True))
    assert result.outcome is Outcome.UNREACHABLE
    assert proxy.edits() == []


async def test_a_wiki_that_takes_us_for_another_is_not_written_to(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy, talk_page: str
) -> None:
    wiki = connect(metawiki, api=proxy.api)
    success = {"login": {"result": "Success", "lgusername": "Editor 20"}}
    proxy.faults.append(Fault.saying(success, action="login"))
    result = await wiki.add_section(Section(talk_page, "Hello", "Text", MARK, bot=True))
    assert (result.outcome, result.code) == (Outcome.SESSION_LOST, "login-wrong-account")
    assert proxy.edits() == []
