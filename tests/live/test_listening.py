"""Listening to real wikis: people answer, take back, call us, move pages, and opt out."""

from datetime import UTC, datetime, timedelta

import pytest

from chatbot.wiki.sites import PywikibotWiki
from storage import editors, people
from storage.database import Database
from storage.heard import ReactionKind, Suggestion
from storage.values import Identity
from tests.listening import Listening, Person, listening, only, sent
from tests.peers.mediawiki import BOT, MediaWiki

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def ada(metawiki: MediaWiki) -> Person:
    return Person(metawiki)


@pytest.fixture
async def ears(database: Database, meta: PywikibotWiki, ada: Person) -> Listening:
    """What listens after a run that has written to Ada."""
    await sent(database, meta, ada)
    return listening(database, {"metawiki": meta})


async def nothing(ears: Listening) -> None:
    await ears.look()
    assert await ears.heard() == []


async def test_a_reply_in_our_section_is_told_with_a_link_and_its_first_words(
    ears: Listening, ada: Person
) -> None:
    revid = ada.answers("'''Yes''', I'll [[Help:Contents|come]]!")
    found = await only(ears)
    assert (found.kind, found.run, found.recipient) == (ReactionKind.REPLY, 1, 1)
    assert (found.who, found.revid, found.words) == (ada.name, revid, "Yes, I'll come!")
    assert (found.suggestion, ears.stops) == (Suggestion.NONE, [])
    assert await ears.told() == [
        f"{ada.name} answers on metawiki about run 1 (December): “Yes, I'll come!” "
        f"https://metawiki.example/?diff={revid}"
    ]


async def test_a_wish_for_no_more_becomes_a_suggestion_that_one_word_confirms(
    ears: Listening, ada: Person
) -> None:
    revid = ada.answers("Bitte keine weiteren Nachrichten.")
    found = await only(ears)
    assert found.suggestion is Suggestion.OPEN
    (told,) = await ears.said()
    assert [each.command for each in told.buttons] == [
        f"optout {found.number}",
        f"no {found.number}",
    ]
    assert f"!optout {found.number}; if not, !no {found.number}" in (await ears.told())[0]
    assert ears.stops == [(1, "metawiki", f"https://metawiki.example/?diff={revid}")]


async def test_our_own_words_quoted_are_no_wish(ears: Listening, ada: Person) -> None:
    ada.answers("{{tq|To get no more of these messages, unsubscribe.}} How?")
    assert (await only(ears)).suggestion is Suggestion.NONE


@pytest.mark.parametrize(
    "text",
    [
        "Hello, all!\n\n{ours}",
        "{ours}\n\n== Something else ==\n\nHello ~~~~",
        "== Above ==\n\nunsubscribe ~~~~\n\n{ours}",
    ],
)
async def test_what_is_said_elsewhere_on_the_page_is_not_meant_for_us(
    ears: Listening, ada: Person, text: str
) -> None:
    ada.writes(text.format(ours=ada.text()))
    await nothing(ears)


async def test_whoever_calls_us_elsewhere_on_his_page_is_heard(
    ears: Listening, ada: Person
) -> None:
    ada.writes(ada.text() + f"\n\n== Mail ==\n\n[[User:{BOT}]], please stop sending these. ~~~~")
    found = await only(ears)
    assert (found.kind, found.suggestion) == (ReactionKind.TALK, Suggestion.OPEN)


async def test_a_stranger_in_our_section_is_heard_too(
    ears: Listening, ada: Person, metawiki: MediaWiki
) -> None:
    other = Person(metawiki)
    other.writes(f"{ada.text()}\n: I come as well ~~~~", title=ada.talk)
    found = await only(ears)
    assert (found.kind, found.who, found.recipient) == (ReactionKind.REPLY, other.name, 1)


async def test_a_revert_is_told_as_one(ears: Listening, ada: Person) -> None:
    history = ada.wiki.visitor.history(ada.talk)
    ada.browser.change(action="edit", title=ada.talk, undo=history[0]["revid"])
    found = await only(ears)
    assert (found.kind, found.who) == (ReactionKind.REVERT, ada.name)
    assert "takes our message back on metawiki" in (await ears.told())[0]


async def test_an_admins_rollback_is_a_revert(ears: Listening, ada: Person) -> None:
    visitor = ada.wiki.visitor
    visitor.edit("Project:Sandbox", "Only somebody logged in gets a token.")
    answer = visitor.ask(action="query", meta="tokens", type="rollback")
    token = answer["query"]["tokens"]["rollbacktoken"]
    visitor.ask(action="rollback", title=ada.talk, user=BOT, token=token)
    assert (await only(ears)).kind is ReactionKind.REVERT


async def test_archiving_is_no_revert(ears: Listening, ada: Person) -> None:
    ours = ada.text()
    ada.writes(ours, title=f"{ada.talk}/Archive")
    ada.writes("Archived.")
    await nothing(ears)


async def test_our_section_is_followed_when_its_page_moves(
    ears: Listening, ada: Person, meta: PywikibotWiki
) -> None:
    await ears.look()
    ada.wiki.visitor.move(ada.talk, f"{ada.talk}/Archive 1")
    archive = f"{ada.talk}/Archive 1"
    before = ada.wiki.visitor.text(archive)
    ada.writes(f"{before}\n: From the archive ~~~~", title=archive)
    await ears.jump(MINUTE)
    assert [each.words for each in await ears.heard()] == ["From the archive"]
    fresh = listening(ears.database, {"metawiki": meta})
    ada.writes(f"{ada.wiki.visitor.text(archive)}\n: Again ~~~~", title=archive)
    await fresh.look()
    assert [each.words for each in await fresh.heard()] == ["From the archive", "Again"]


async def test_the_mark_of_those_who_want_none_is_seen(ears: Listening, ada: Person) -> None:
    ada.writes(f"{ada.text()}\n\n[[Category:Opted-out of message delivery]]")
    await ears.look()
    assert {each.kind for each in await ears.heard()} >= {ReactionKind.OPT_OUT}
    assert "wants no messages any more" in (await ears.told())[0]


async def test_recipients_are_heard_on_the_bots_and_the_coordinators_talk_pages(
    ears: Listening, ada: Person, metawiki: MediaWiki
) -> None:
    coordinator, stranger = Person(metawiki), Person(metawiki)
    async with ears.database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), datetime.now(UTC))
        await people.appoint(session, alice.key, datetime.now(UTC))
        await editors.set_name(session, alice.key, coordinator.name)
    ada.writes("Thanks for your mail. ~~~~", title=coordinator.talk)
    stranger.writes("Buy this. ~~~~", title=coordinator.talk)
    stranger.writes("What is this bot? ~~~~", title=f"User talk:{BOT}")
    await ears.look()
    assert [(each.kind, each.who, each.run) for each in await ears.heard()] == [
        (ReactionKind.TALK, ada.name, 1),
        (ReactionKind.TALK, stranger.name, None),
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script> & <b>{run}</b> %s",
        "\u202e\u2066evil\u200f \u0007",
        "[[" * 300 + "x",
        "{{{{" * 300 + "x",
        "== x ==\n" * 50,
        "'" * 3000,
        "~~~~~ ${jndi:ldap://x} `rm -rf`",
    ],
)
async def test_hostile_answers_are_plain_text(ears: Listening, ada: Person, hostile: str) -> None:
    ada.writes(f"{ada.text()}\n: {hostile}")
    await ears.look()
    (found,) = await ears.heard()
    assert len(found.words) <= 160
    (told,) = await ears.told()
    assert "\u202e" not in told
    assert len(told.splitlines()) == 1
