"""How fast messages are delivered, as ratios of a bare HTTP loop on the same wikis.

    python -m tests.benchmarks.delivering [MESSAGES] [ROUNDS] [apart]

Each round delivers the same number of messages in each way, one way after the other, to new
accounts: by bare requests with the same text (one thread a wiki, no checks, no records), by bare
requests with a look at each page before its save, by pywikibot page by page in one thread, by the
engine with a look at each page, and by the engine that looks at several pages at once. The second
is what no engine that looks at each page can exceed where the wikis have the processor to
themselves: a look costs MediaWiki a third of a save.

Wikis and writer share the processors of the machine, so that all that a writer computes slows
its wikis down, as it would not in life. With `apart` the wikis have one processor, and whoever
writes another. Beside the rates stand the milliseconds of the processor that the writer took for
a message, with all that it did before the first.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import requests
import structlog
from structlog.typing import EventDict

from chatbot.delivery.settings import LaneSettings
from chatbot.wiki.library import Library
from chatbot.wiki.sites import PywikibotWiki
from commands.wikis import Wiki
from storage.database import Database
from storage.runvalues import Recipient
from tests.delivering import QUICK, delivering
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.mediawiki import APPLICATION, BOT, SECRET, MediaWiki, running_wikis
from tests.peers.wiki_fixtures import settings_for
from tests.prepared import confirmed

AHEAD = 20
SUBJECT = "Tech talk in December"
BODY = (
    "There will be a talk.\n\n"
    "<small>Sent on behalf of Alice, because you gave a talk.</small>\n\n~~~~"
)
"""What the engine saves: links and a signature give a wiki work."""
SUMMARY = f"{SUBJECT}: [[User:Bellringer|run 1]] · b1-e545dc-0002"

COMPARED = (
    ("checked ahead", "bare requests", 0.9),
    ("checked ahead", "pywikibot", 3),
    ("checked one by one", "bare, with looks", 0.9),
)

Peers = Mapping[str, MediaWiki]
Way = Callable[[Peers, list[Recipient], Path], float]


@dataclass(frozen=True, slots=True)
class Taken:
    """Messages a second, and milliseconds of the processor that the writer took for each."""

    rate: float
    processor: float


def bare(*, look: bool) -> Way:
    """Return the way of three threads with nothing but requests."""

    def way(wikis: Peers, audience: list[Recipient], _folder: Path) -> float:
        loops = {wiki.name: _Loop(wiki.api) for wiki in wikis.values()}
        began = time.monotonic()
        with ThreadPoolExecutor(len(wikis)) as threads:
            for name, loop in loops.items():
                titles = [each.title for each in audience if each.wiki == name]
                threads.submit(loop.save_all, titles, look=look)
        return time.monotonic() - began

    return way


class _Loop:
    """One wiki's bare loop, logged in."""

    def __init__(self, api: str) -> None:
        self._api = api
        self._http = requests.Session()
        login = self._ask(action="query", meta="tokens", type="login")["query"]["tokens"]
        self._ask(
            action="login",
            lgname=f"{BOT}@{APPLICATION}",
            lgpassword=SECRET,
            lgtoken=login["logintoken"],
        )
        self._token = self._ask(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]

    def _ask(self, **parameters: str) -> dict[str, dict[str, dict[str, str]]]:
        answer: dict[str, dict[str, dict[str, str]]] = self._http.post(
            self._api, data={"format": "json", **parameters}
        ).json()
        return answer

    def save_all(self, titles: Sequence[str], *, look: bool) -> None:
        for title in titles:
            if look:
                self._ask(
                    action="query",
                    titles=title,
                    redirects="1",
                    prop="info|categories",
                    clcategories="Category:Opted-out of message delivery",
                    list="users",
                    ususers=title.partition(":")[2],
                    usprop="blockinfo|groups",
                )
            self._ask(
                action="edit",
                title=title,
                section="new",
                sectiontitle=SUBJECT,
                text=BODY,
                summary=SUMMARY,
                bot="1",
                token=self._token,
            )


def page_by_page(wikis: Peers, audience: list[Recipient], folder: Path) -> float:
    """The way of pywikibot itself, in a process and a folder of its own."""
    task = {
        "wikis": {wiki.name: wiki.api for wiki in wikis.values()},
        "user": BOT,
        "application": APPLICATION,
        "secret": SECRET,
        "subject": SUBJECT,
        "body": BODY,
        "summary": SUMMARY,
        "pages": [(each.wiki, each.title) for each in audience],
    }
    script = Path(__file__).with_name("page_by_page.py")
    done = subprocess.run(
        [sys.executable, script],
        input=json.dumps(task),
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def engine(ahead: int) -> Way:
    """Return the way of the engine that looks at so many pages at once."""

    def way(wikis: Peers, audience: list[Recipient], folder: Path) -> float:
        return asyncio.run(_deliver(wikis, audience, folder, ahead))

    return way


async def _deliver(wikis: Peers, audience: list[Recipient], folder: Path, ahead: int) -> float:
    database = Database.open(f"sqlite+aiosqlite:///{folder / 'bellringer.sqlite'}")
    await database.upgrade()
    library = Library(folder=folder / "pywikibot")
    sites: dict[str, Wiki] = {
        name: PywikibotWiki(settings=settings_for(wiki), library=library)
        for name, wiki in wikis.items()
    }
    for site in sites.values():
        # As it is after an audience was built: pywikibot is loaded, and the account logged in.
        await site.account()
    await confirmed(database, audience)
    done = _heard("run.done")
    began = time.monotonic()
    settings = replace(QUICK, check_ahead=ahead, often=LaneSettings().often)
    async with delivering(database, sites, folder=folder, settings=settings):
        await done.wait()
    seconds = time.monotonic() - began
    for site in sites.values():
        await site.close()
    await database.close()
    return seconds


def _heard(event: str) -> asyncio.Event:
    """Return what is set when this is logged. To ask the database for it would cost the engine."""
    heard = asyncio.Event()

    def listen(_logger: object, _level: str, said: EventDict) -> EventDict:
        if said["event"] == event:
            heard.set()
        raise structlog.DropEvent

    structlog.configure(processors=[listen])
    return heard


WAYS: dict[str, Way] = {
    "bare requests": bare(look=False),
    "bare, with looks": bare(look=True),
    "pywikibot": page_by_page,
    "checked one by one": engine(1),
    "checked ahead": engine(AHEAD),
}


def measure(number: int, rounds: int, *, apart: bool) -> dict[str, list[Taken]]:
    """Return what each way took in each round, each on wikis that are new."""
    taken: dict[str, list[Taken]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            taken[name].append(_taken(way, number, apart=apart))
    return taken


def _taken(way: Way, number: int, *, apart: bool) -> Taken:
    everywhere = os.sched_getaffinity(0)
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        stack.callback(os.sched_setaffinity, 0, everywhere)
        if apart:
            os.sched_setaffinity(0, {min(everywhere)})
        wikis = stack.enter_context(running_wikis())
        if apart:
            os.sched_setaffinity(0, everywhere - {min(everywhere)})
        # PHP compiles what it has not met yet.
        bare(look=True)(wikis, newcomers(wikis, 48), Path(folder))
        audience = newcomers(wikis, number)
        before = _processor()
        seconds = way(wikis, audience, Path(folder))
        processor = _processor() - before
        assert set(messages(wikis, audience).values()) == {1}
    return Taken(number / seconds, 1000 * processor / number)


def _processor() -> float:
    """Return the seconds of the processor that this process and those it waited for have taken."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main(number: int = 500, rounds: int = 3, *, apart: bool = False) -> None:
    """Print the rates and their ratios. The goals are those of the engine that looks ahead."""
    taken = measure(number, rounds, apart=apart)
    for name, each in taken.items():
        shown = " ".join(f"{one.rate:.1f}" for one in each)
        processor = statistics.median(one.processor for one in each)
        print(f"{name:20} {shown} a second, {processor:.1f} ms of the processor each")  # noqa: T201 - its result
    for name, base, goal in COMPARED:
        pairs = zip(taken[name], taken[base], strict=True)
        ratio = statistics.median(one.rate / other.rate for one, other in pairs)
        print(f"{name} against {base}: {ratio:.2f} (goal {goal})")  # noqa: T201 - its result


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each != "apart"]
    main(*numbers, apart="apart" in sys.argv)
