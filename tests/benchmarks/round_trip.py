"""How long a command takes on IRC, side by side with Limnoria and with a client of ten lines.

    python -m tests.benchmarks.round_trip [ROUNDS]

Each round asks every bot once, each in its own channel. Ours reads the database for its answer;
the others answer `pong`. A pause of 45 to 75 ms comes before each question: a server that still
waits for the acknowledgement of an earlier line would otherwise be what is measured.
"""

import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.caller import Caller, calling
from tests.benchmarks.subjects import Subject, appoint, bare, bellringer, limnoria
from tests.peers.irc import running_irc

WARM_UP = 20
PAUSE_SECONDS = (0.045, 0.075)


def measure(rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each bot's answers, by its title."""
    with ExitStack() as stack:
        server = stack.enter_context(running_irc())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        subjects = [make(folder, server.plain_port) for make in (bellringer, limnoria, bare)]
        appoint(subjects[0], "alice")
        caller = stack.enter_context(calling("alice", port=server.plain_port))
        for subject in subjects:
            stack.enter_context(subject.running())
            caller.meet(subject.nick, subject.channel)
        _register_an_event(caller, subjects[0])
        ask_all(caller, subjects, WARM_UP)
        return ask_all(caller, subjects, rounds)


def ask_all(caller: Caller, subjects: list[Subject], rounds: int) -> dict[str, list[float]]:
    """Ask each bot its question in turn."""
    taken: dict[str, list[float]] = {subject.title: [] for subject in subjects}
    for _ in range(rounds):
        for subject in subjects:
            caller.settle()
            time.sleep(random.uniform(*PAUSE_SECONDS))
            taken[subject.title].append(
                caller.ask(subject.question, channel=subject.channel, of=subject.nick)
            )
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
        goal = "  goal below 1" if title == "Bellringer" else ""
        print(  # noqa: T201 - its result
            f"{title:16} median {medians[title] * 1000:5.2f} ms, p95 {p95 * 1000:5.2f} ms, "
            f"{ratio:.2f} of Limnoria{goal}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
