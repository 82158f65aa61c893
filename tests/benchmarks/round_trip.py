"""How long a command takes on IRC, side by side with Limnoria and with a client of ten lines.

    python -m tests.benchmarks.round_trip [ROUNDS]

Each round asks every bot once, each in its own channel. Ours reads an event from the database for
its answer, and the person too when who asks is logged in; the others answer `pong`. A pause of 45
to 75 ms comes before each question: a server that still waits for the acknowledgement of an
earlier line would otherwise be what is measured.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.caller import Caller, calling
from tests.benchmarks.subjects import Subject, appoint, bare, bellringer, limnoria
from tests.peers.irc import running_irc

WARM_UP = 20
PAUSE_SECONDS = (0.045, 0.075)

Asked = Mapping[str, tuple[Caller, Subject]]


def measure(rounds: int) -> dict[str, list[float]]:
    """Return the seconds of the answers."""
    with ExitStack() as stack:
        port = stack.enter_context(running_irc()).plain_port
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours, *others = (make(folder, port) for make in (bellringer, limnoria, bare))
        appoint(ours, "alice")
        alice = stack.enter_context(calling("alice", port=port))
        guest = stack.enter_context(calling("guest", port=port))
        for subject in (ours, *others):
            stack.enter_context(subject.running())
            guest.meet(subject.nick, subject.channel)
        alice.meet(ours.nick, ours.channel)
        _register_an_event(alice, ours)
        asked: Asked = {
            ours.title: (guest, ours),
            **{subject.title: (guest, subject) for subject in others},
            f"{ours.title}, logged in": (alice, ours),
        }
        _ask_all(asked, WARM_UP)
        return _ask_all(asked, rounds)


def _ask_all(asked: Asked, rounds: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {title: [] for title in asked}
    for _ in range(rounds):
        for title, (caller, subject) in asked.items():
            caller.settle()
            time.sleep(random.uniform(*PAUSE_SECONDS))
            seconds = caller.ask(subject.question, channel=subject.channel, of=subject.nick)
            taken[title].append(seconds)
    return taken


def _register_an_event(caller: Caller, subject: Subject) -> None:
    start = datetime.now(UTC) + timedelta(days=30)
    question = f"!event add tech-talk {start:%Y-%m-%d} 17:00 UTC | A talk | speaker: Alice"
    caller.ask(question, channel=subject.channel, of=subject.nick)


def main(rounds: int = 300) -> None:
    """Print the medians and their ratios."""
    taken = measure(rounds)
    medians = {title: statistics.median(seconds) for title, seconds in taken.items()}
    for title, seconds in taken.items():
        p95 = statistics.quantiles(seconds, n=20)[-1]
        ratio = medians[title] / medians["Limnoria"]
        goal = ", goal below 1" if title.startswith("Bellringer") else ""
        print(  # noqa: T201 - its result
            f"{title:21} median {medians[title] * 1000:5.2f} ms, p95 {p95 * 1000:5.2f} ms, "
            f"{ratio:.2f} of Limnoria{goal}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
