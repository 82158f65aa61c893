"""Three real wikis for a test session, and the bot's way to them."""

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count

import pytest

from chatbot.wiki.library import Library
from chatbot.wiki.settings import BotPassword, WikiSettings
from chatbot.wiki.sites import PywikibotWiki
from tests.peers.central_answers import Farm
from tests.peers.faulty_proxy import FaultyProxy
from tests.peers.mediawiki import APPLICATION, BOT, SECRET, MediaWiki, running_wikis

_people = count(1)


@pytest.fixture(scope="session")
def wikis() -> Iterator[dict[str, MediaWiki]]:
    """The wikis by name, shared by all tests: write only to pages of your own."""
    with running_wikis() as running:
        yield running


@pytest.fixture
def metawiki(wikis: dict[str, MediaWiki]) -> MediaWiki:
    """The wiki of the bot's home."""
    return wikis["metawiki"]


@pytest.fixture
def svwiki(wikis: dict[str, MediaWiki]) -> MediaWiki:
    """A wiki whose content language is Swedish."""
    return wikis["svwiki"]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Pywikibot, imported once."""
    return Library(folder=tmp_path_factory.mktemp("library") / "pywikibot")


def settings_for(wiki: MediaWiki, **different: object) -> WikiSettings:
    """Return what an operator would have configured for a wiki."""
    usual: dict[str, object] = {
        "name": wiki.name,
        "api": wiki.api,
        "username": BOT,
        "credentials": BotPassword(APPLICATION, SECRET),
        "contact": "https://example.org/bellringer",
    }
    return WikiSettings(**(usual | different))  # type: ignore[arg-type] # checked at run time


Connect = Callable[..., PywikibotWiki]


@pytest.fixture
async def connect(library: Library) -> AsyncIterator[Connect]:
    """Return the bot's access to a wiki; settings by name where they differ from the usual."""
    opened: list[PywikibotWiki] = []

    def connected(wiki: MediaWiki, **different: object) -> PywikibotWiki:
        opened.append(PywikibotWiki(settings=settings_for(wiki, **different), library=library))
        return opened[-1]

    yield connected
    for wiki in opened:
        await wiki.close()


@pytest.fixture
def meta(connect: Connect, metawiki: MediaWiki) -> PywikibotWiki:
    """The bot on metawiki."""
    return connect(metawiki)


@pytest.fixture
def proxy(metawiki: MediaWiki) -> Iterator[FaultyProxy]:
    """Metawiki behind a proxy that can be made faulty."""
    with FaultyProxy(wiki_api=metawiki.api).running() as running:
        yield running


@pytest.fixture
def farm(wikis: dict[str, MediaWiki]) -> Iterator[Farm]:
    """The wikis with global accounts and items, which a real wiki would not warn the bot about."""
    with Farm(wikis=wikis).running() as running:
        yield running
    assert running.complaints == []


@pytest.fixture
def talk_page(metawiki: MediaWiki) -> str:
    """The talk page, not yet made, of a new account on metawiki."""
    name = f"Newcomer {next(_people)}"
    metawiki.populate(accounts=[name])
    return f"User talk:{name}"


@pytest.fixture
def own_wikis() -> Iterator[dict[str, MediaWiki]]:
    """Three wikis for one test alone."""
    with running_wikis() as running:
        yield running
