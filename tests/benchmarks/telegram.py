"""How fast Bellringer is on Telegram: reminders to many chats at once, and one command's answer.

    python -m tests.benchmarks.telegram [ROUNDS]

1,000 notices that are due at once go to 200 chats while the server enforces what Telegram allows,
30 messages a second: the quickest that it can be is 33.3 s. Each round of the second part has one
person ask our bot and another ask a bot that is nothing but two calls, each on a server of its
own; what our answer takes longer is ours. Ours reads an event from the database.
"""

import asyncio
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands.messages import kept, line, reply
from storage import events, notices, people, runs  # noqa: F401 - a notice's table names a run's
from storage.database import Database
from storage.values import Destination, Event, Identity, NoticeKind, Place
from tests.benchmarks.subjects import PROGRAM, Subject, environment
from tests.peers.telegram import TOKEN, Telegram, running_telegram

CHATS, EACH = 200, 5
MOST_A_SECOND = 30
WARM_UP = 20
PAUSE_SECONDS = (0.045, 0.075)
PATIENCE_SECONDS = 120

_CONFIG = """
[limits]
commands = 1000000
[telegram]
api = "{api}"
chats = [{chats}]
"""


def notices_seconds() -> tuple[float, int]:
    """Return how long the notices took from the first to the last, and how many were refused."""
    with ExitStack() as stack:
        telegram = stack.enter_context(running_telegram())
        telegram.enforce_limits = True
        chats = [telegram.supergroup(f"Chat {n}").id for n in range(CHATS)]
        subject = _bellringer(_folder(stack), telegram, *chats)
        asyncio.run(_plan(_database(subject), chats))
        stack.enter_context(subject.running())
        first = _said(telegram, 1)
        last = _said(telegram, CHATS * EACH)
        tried = len(telegram.calls_of("sendMessage"))
    return last - first, tried - CHATS * EACH


def round_trips(rounds: int) -> dict[str, list[float]]:
    """Return the seconds of the answers."""
    with ExitStack() as stack:
        folder = _folder(stack)
        servers = [stack.enter_context(running_telegram()) for _ in range(2)]
        ours = _bellringer(folder, servers[0])
        asyncio.run(_register(_database(ours)))
        stack.enter_context(ours.running())
        stack.enter_context(_bare(servers[1]))
        taken: dict[str, list[float]] = {"ours": [], "bare": []}
        for number in range(WARM_UP + rounds):
            for title, server in zip(taken, servers, strict=True):
                time.sleep(random.uniform(*PAUSE_SECONDS))
                taken[title].append(_ask(server, 1000 + number))
    return {title: seconds[WARM_UP:] for title, seconds in taken.items()}


def _ask(telegram: Telegram, user: int) -> float:
    asker = telegram.user(user, "Asker")
    began = time.perf_counter()
    asker.say("/event 1")
    telegram.hears(asker.private, ".", timeout=PATIENCE_SECONDS)
    return time.perf_counter() - began


def _said(telegram: Telegram, messages: int) -> float:
    """Wait until so many messages were said, and return when that was."""
    chats = telegram.world.chats.values()

    def enough() -> bool | None:
        return sum(len(chat.history) for chat in chats) >= messages or None

    found = telegram.world.bell.wait(enough, PATIENCE_SECONDS)
    assert found, "not all was said"
    return time.monotonic()


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory()))


def _bellringer(folder: Path, telegram: Telegram, *chats: int) -> Subject:
    home = folder / "bellringer"
    home.mkdir()
    config = home / "bellringer.toml"
    named = ", ".join(f'"{chat}"' for chat in chats)
    (token := home / "token").touch(mode=0o600)
    token.write_text(TOKEN)
    text = _CONFIG.format(api=telegram.base_url, chats=named)
    config.write_text(f'{text}token_file = "{token}"\n')
    command = (*PROGRAM, "run", "--config", str(config))
    return Subject("bellringer", "Bellringer", command, home, "/event 1")


def _database(subject: Subject) -> Path:
    """Have the bot make its database, and return its file."""
    subprocess.run(
        [*PROGRAM, "coordinator", "add", "1@telegram", *subject.command[-2:]],
        env=environment(subject.folder),
        check=True,
        capture_output=True,
    )
    return subject.folder / "data" / "bellringer.db"


async def _plan(file: Path, chats: list[int]) -> None:
    said = kept(reply(line("dispatch.fault", reference="due")))
    database = Database.open(f"sqlite+aiosqlite:///{file}")
    async with database.transaction() as session:
        for _ in range(EACH):
            for chat in chats:
                await notices.plan(
                    session,
                    kind=NoticeKind.ANNOUNCEMENT,
                    due_at=datetime.now(UTC),
                    destination=Destination("telegram", Place.CHANNEL, str(chat)),
                    reply=said,
                )
    await database.close()


async def _register(file: Path) -> None:
    now = datetime.now(UTC)
    talk = Event(
        number=0,
        uid="talk",
        kind="tech-talk",
        title="A talk",
        starts_at=now + timedelta(days=30),
        zone="UTC",
        duration=timedelta(hours=1),
    )
    database = Database.open(f"sqlite+aiosqlite:///{file}")
    async with database.transaction() as session:
        person = await people.ensure(session, Identity("telegram", "1"), now)
        await events.add(session, talk, created_by=person.key, now=now)
    await database.close()


@contextmanager
def _bare(telegram: Telegram) -> Iterator[None]:
    script = str(Path(__file__).with_name("bare_telegram_subject.py"))
    command = ["setpriv", "--pdeathsig", "KILL", sys.executable, script, telegram.base_url, TOKEN]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main(rounds: int = 300) -> None:
    """Print both, beside their goals."""
    best = CHATS * EACH / MOST_A_SECOND
    seconds, refused = notices_seconds()
    print(  # noqa: T201 - its result
        f"{CHATS * EACH} notices to {CHATS} chats: {seconds:.1f} s, {seconds / best:.2f} of "
        f"{best:.1f} s (goal at most 1.1); {refused} refused with 429"
    )
    taken = round_trips(rounds)
    for title, each in taken.items():
        p95 = statistics.quantiles(each, n=20)[-1]
        median = statistics.median(each)
        print(f"{title}: median {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")  # noqa: T201 - its result
    ours, bare = (statistics.median(each) for each in taken.values())
    print(f"beyond the server's own: {(ours - bare) * 1000:.1f} ms (goal below 15)")  # noqa: T201 - its result


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
