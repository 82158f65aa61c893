"""What tells the bot to stop, read from MediaWiki; the lock as CentralAuth would tell of it."""

from dataclasses import replace

from chatbot.wiki.settings import BotPassword
from chatbot.wiki.sites import PywikibotWiki
from commands.wikis import Signs
from commands.writes import Outcome, Section
from tests.peers.central_answers import Farm
from tests.peers.mediawiki import ADMIN, APPLICATION, BOT, MediaWiki
from tests.peers.wiki_fixtures import Connect

STOP_PAGE = f"User:{BOT}/Stop"


async def test_the_last_edits_are_told_of_pages_that_exist(
    metawiki: MediaWiki, meta: PywikibotWiki
) -> None:
    edit = metawiki.visitor.edit(STOP_PAGE, "Not yet.")
    signs = await meta.signs([STOP_PAGE, "User:Nobody/Stop", "not [a] title"])
    (found,) = (each for each in signs.edits if each.title == STOP_PAGE)
    assert (found.revid, found.user) == (edit["newrevid"], ADMIN)
    assert replace(signs, edits=(), now=None) == Signs(BOT)


async def test_the_wiki_tells_its_own_time_with_the_signs(
    metawiki: MediaWiki, meta: PywikibotWiki
) -> None:
    before = metawiki.visitor.time()
    told = (await meta.signs([])).now
    assert told is not None
    assert before <= told <= metawiki.visitor.time()


async def test_an_edit_is_told_of_also_when_the_bot_itself_edits_the_page_after_it(
    metawiki: MediaWiki, meta: PywikibotWiki
) -> None:
    page = f"User:{BOT}/Stop, spoken over"
    edit = metawiki.visitor.edit(page, "Stop!")
    base = (await meta.pages([page]))[page]
    saved = await meta.add_section(Section(page, "Hello", "Text", "Hello", bot=True, base=base))
    assert saved.outcome is Outcome.SAVED
    signs = await meta.signs([page])
    (found,) = (each for each in signs.edits if each.title == page)
    assert (found.revid, found.user) == (edit["newrevid"], ADMIN)


async def test_a_page_that_only_the_bot_has_edited_is_told_of_as_its_own(
    meta: PywikibotWiki,
) -> None:
    page = f"User:{BOT}/Stop, its own"
    base = (await meta.pages([page]))[page]
    await meta.add_section(Section(page, "Hello", "Text", "Hello", bot=True, base=base))
    signs = await meta.signs([page])
    assert [each.user for each in signs.edits if each.title == page] == [BOT]


async def test_a_locked_account_that_is_not_let_in_sees_that_it_is_locked(
    connect: Connect, metawiki: MediaWiki, farm: Farm
) -> None:
    known = connect(metawiki, api=farm.api("metawiki"))
    assert not (await known.signs([])).locked
    farm.locked.add(BOT)
    refused = BotPassword(APPLICATION, "refused")
    locked_out = connect(metawiki, api=farm.api("metawiki"), credentials=refused)
    assert (await locked_out.signs([])).locked
    assert (await known.signs([])).locked
