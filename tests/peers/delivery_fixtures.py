"""Processes that deliver, started and killed, and what then stands on the wikis."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count, cycle
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from storage.runvalues import Recipient
from tests.peers.mediawiki import BOT, MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import recipients

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 30

_people = count(1)


class Deliverer:
    """One process that delivers. Its log is in `log`."""

    def __init__(self, *, told: Mapping[str, object], log: Path) -> None:
        self.log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                [
                    # It ends with the tests, however they do.
                    *("setpriv", "--pdeathsig", "KILL"),
                    *(sys.executable, "-m", "tests.faults.deliverer", json.dumps(told)),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )

    @property
    def ended(self) -> bool:
        """Whether it is no more."""
        return self._process.poll() is not None

    def wait_until_it_delivers(self) -> None:
        """Return once it has delivered something, or has ended."""
        deadline = time.monotonic() + START_SECONDS
        while b"delivery.settled" not in self.log.read_bytes() and not self.ended:
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill it where it stands."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stand_still(self) -> None:
        """Let it do nothing, as a machine that is suspended."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on as if nothing had been."""
        self._process.send_signal(signal.SIGCONT)

    def wait(self, seconds: float = 120) -> None:
        """Wait until it has delivered all. Fails when it ends otherwise."""
        assert self._process.wait(seconds) == 0, self.log.read_text()


class Deliverers:
    """Starts processes on one database and the wikis."""

    def __init__(self, *, folder: Path, wikis: Mapping[str, str]) -> None:
        self._folder = folder
        self._wikis = wikis
        self._started: list[Deliverer] = []

    def start(self, database_url: str, **different: object) -> Deliverer:
        """Start a process that delivers."""
        told = {
            "database": database_url,
            "folder": str(self._folder),
            "wikis": self._wikis,
            **different,
        }
        log = self._folder / f"deliverer-{len(self._started)}.log"
        self._started.append(Deliverer(told=told, log=log))
        return self._started[-1]

    def kill_all(self) -> None:
        """Leave nothing behind."""
        for each in self._started:
            each.kill()


@pytest.fixture
def deliverers(tmp_path: Path, wikis: dict[str, MediaWiki]) -> Iterator[Deliverers]:
    """What starts processes that deliver to the three wikis."""
    started = Deliverers(folder=tmp_path, wikis={name: wiki.api for name, wiki in wikis.items()})
    yield started
    started.kill_all()


@pytest.fixture
def connected(wikis: dict[str, MediaWiki], connect: Connect) -> dict[str, PywikibotWiki]:
    """The bot on all three wikis."""
    return {name: connect(wiki) for name, wiki in wikis.items()}


def newcomers(wikis: Mapping[str, MediaWiki], number: int) -> list[Recipient]:
    """Make accounts, `number` on all wikis together, and return them as recipients.

    The wikis take turns, so that all lanes are busy from the first to the last.
    """
    people = [f"Person {next(_people)}" for _ in range(number)]
    homes = list(zip(cycle(wikis), people, strict=False))
    for name, wiki in wikis.items():
        wiki.populate(accounts=[person for home, person in homes if home == name])
    return recipients(homes)


def messages(wikis: Mapping[str, MediaWiki], audience: Sequence[Recipient]) -> Counter[int]:
    """Count on the wikis, by recipient's number, the revisions that the bot made."""
    found = Counter({each.number: 0 for each in audience})
    for each in audience:
        history = wikis[each.wiki].visitor.history(each.title)
        found[each.number] += sum(revision["user"] == BOT for revision in history)
    return found
