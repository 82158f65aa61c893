"""Listening over time: restarts, gaps, how long, how often, and what is only counted."""

from datetime import UTC, datetime, timedelta

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.outcomes import outcomes_of
from commands.rules.effect import Share
from storage import funnels, watermarks
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.heard import ReactionKind
from storage.runvalues import LeftOut, RunState
from tests.listening import Listening, Person, listening, only, sent
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect

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


async def test_nothing_is_told_twice_also_not_after_a_restart(
    ears: Listening, ada: Person, meta: PywikibotWiki
) -> None:
    ada.answers("Hello")
    await ears.look()
    await ears.jump(MINUTE)
    again = listening(ears.database, {"metawiki": meta})
    await again.look()
    await again.jump(MINUTE)
    assert len(await again.told()) == 1


async def test_what_was_said_while_nobody_listened_is_heard_later(
    ears: Listening, ada: Person, meta: PywikibotWiki
) -> None:
    await ears.look()
    ada.answers("One")
    ada.answers("Two")
    again = listening(ears.database, {"metawiki": meta})
    await again.look()
    assert [each.words for each in await again.heard()] == ["One", "Two"]


async def test_several_answers_are_told_at_once_and_not_too_often(
    database: Database, meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    crowd = [Person(metawiki) for _ in range(8)]
    await sent(database, meta, *crowd)
    ears = listening(database, {"metawiki": meta})
    for each in crowd:
        each.answers("Fine")
    await ears.look()
    (told,) = await ears.told()
    assert told.count("answers on metawiki") == 6
    assert told.endswith("And 2 more about run 1: !run answers 1")
    crowd[0].answers("Still fine")
    await ears.jump(timedelta(milliseconds=0))
    assert len(await ears.told()) == 1
    await ears.jump(MINUTE)
    assert len(await ears.told()) == 2


THANKS = """
$wgLogTypes[] = 'thanks';
$wgLogActionsHandlers['thanks/*'] = LogFormatter::class;
$wgHooks['ParserFirstCallInit'][] = static function () {
	if ( ( $_POST['preview'] ?? '' ) !== 'thank' ) {
		return;
	}
	$entry = new ManualLogEntry( 'thanks', 'thank' );
	$entry->setPerformer( User::newFromName( $_POST['by'] ) );
	$entry->setTarget( Title::newFromText( 'User:Bellringer' ) );
	$entry->publish( $entry->insert(), 'udp' );
};
"""
"""The log that the Thanks extension writes, which Debian's MediaWiki does not have."""


async def test_thanks_are_heard_where_the_wiki_has_them(
    database: Database, meta: PywikibotWiki, ada: Person
) -> None:
    with ada.wiki.overridden(THANKS):
        await sent(database, meta, ada)
        ada.wiki.visitor.ask(action="parse", text="x", preview="thank", by=ada.name)
        ada.wiki.visitor.ask(action="parse", text="y", preview="thank", by="Admin")
        ears = listening(database, {"metawiki": meta})
        found = await only(ears)
        assert (found.kind, found.who, found.run) == (ReactionKind.THANKS, ada.name, 1)
        assert await ears.told() == [f"{ada.name} thanks us on metawiki (about run 1 (December))."]
        again = listening(database, {"metawiki": meta})
        assert await only(again) == found


async def test_a_gap_tells_of_itself_once(
    ears: Listening, ada: Person, meta: PywikibotWiki
) -> None:
    await ears.look()
    old = datetime(2001, 1, 15, tzinfo=UTC)
    async with ears.database.transaction() as session:
        await watermarks.put(session, "changes:metawiki", old.isoformat())
        row = await session.get_one(DeliveryRow, (1, 1))
        row.saved_at = old
    ada.answers("After the gap")
    again = listening(ears.database, {"metawiki": meta})
    await again.look()
    await again.jump(MINUTE)
    told = await again.told()
    assert told[0].startswith("metawiki does not tell any more what happened there between Mon 15")
    assert sum("does not tell any more" in each for each in told) == 1
    assert (await again.heard())[-1].words == "After the gap"


@pytest.mark.parametrize(
    ("different", "hears"),
    [
        ({"state": RunState.RUNNING, "finished_at": None}, True),
        ({"state": RunState.HALTED, "finished_at": None}, True),
        ({"finished_at": datetime.now(UTC) - timedelta(days=13)}, True),
        ({"finished_at": datetime.now(UTC) - timedelta(days=15)}, False),
        ({"finished_at": datetime.now(UTC) - timedelta(days=15), "listens": 30 * DAY}, True),
        ({"finished_at": datetime.now(UTC) - timedelta(days=2), "listens": DAY}, False),
        ({"listens": timedelta(0)}, False),
    ],
)
async def test_it_listens_for_the_time_set(
    database: Database,
    meta: PywikibotWiki,
    ada: Person,
    different: dict[str, object],
    hears: bool,
) -> None:
    await sent(database, meta, ada, **different)
    ada.answers("Hello")
    ears = listening(database, {"metawiki": meta})
    await ears.look()
    assert bool(await ears.heard()) is hears


async def test_a_wiki_that_is_away_is_asked_again(
    database: Database, connect: Connect, ada: Person
) -> None:
    meta = connect(ada.wiki)
    await sent(database, meta, ada)
    gone = connect(ada.wiki, api="http://127.0.0.1:9/api.php")
    ada.answers("Hello")
    deaf = listening(database, {"metawiki": gone})
    await deaf.look()
    assert await deaf.heard() == []
    ears = listening(database, {"metawiki": meta})
    assert (await only(ears)).words == "Hello"


async def test_those_who_sign_up_are_counted_and_those_held_out_too(
    database: Database, meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    ada, bo, cleo, dora = (Person(metawiki) for _ in range(4))
    page = f"Project:Talks {ada.name}"
    run = await sent(database, meta, ada, bo, signup=f"[[{page}]]")
    out = [LeftOut("metawiki", each.talk, each.name, "held-out", "") for each in (cleo, dora)]
    async with database.transaction() as session:
        await funnels.keep(session, run.number, [], out)
    for each in (ada, cleo):
        text = metawiki.visitor.text(page) or ""
        each.writes(f"{text}\n* ~~~~", title=page)
    ears = listening(database, {"metawiki": meta})
    await ears.look()
    found = [each for each in await ears.heard() if each.kind is ReactionKind.SIGN_UP]
    assert [(each.who, each.recipient) for each in found] == [(ada.name, 1), (cleo.name, None)]
    assert await ears.told() == []
    async with database.reading() as session:
        came = await outcomes_of(session, run)
    assert (came.total.delivered, came.total.signed_up) == (2, 1)
    assert came.effect is not None
    assert (came.effect.written, came.effect.held_out) == (Share(1, 2), Share(1, 2))
    await ears.jump(timedelta(minutes=11))
    assert len(await ears.heard()) == 2
