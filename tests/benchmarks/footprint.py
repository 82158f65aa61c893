"""How soon a bot knocks at its network's door, and how much memory it holds.

    python -m tests.benchmarks.footprint [STARTS]

Beside ours stand Limnoria and a bot of ten lines made of the same library. A start lasts from the
creation of the process to its connection at the port of its network; files are cached by then.
Memory is what the kernel counts as resident: of ours with a wiki that is configured and not used
yet, and after a run was confirmed and delivered to it.
"""

import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.caller import Caller, calling
from tests.benchmarks.subjects import Subject, appoint, bare, bellringer, limnoria
from tests.peers.irc import running_irc
from tests.peers.mediawiki import running_wikis

REST_SECONDS = 3
UNUSED = "http://127.0.0.1:9/api.php"
STEPS = (
    ("run new Talk", "Run 1"),
    ("run audience 1 [[Project:Invited]]", "recipients"),
    ("run message 1 [[Project:Newsletter]]", "Tech talk"),
    ("run propose 1", "run preview 1"),
)


def starts(number: int) -> dict[str, float]:
    """Return the median seconds from start to connection of each bot."""
    with tempfile.TemporaryDirectory() as place, socket.create_server(("127.0.0.1", 0)) as door:
        folder, port = Path(place), door.getsockname()[1]
        subjects = (
            bellringer(folder, port, wiki_api=UNUSED),
            limnoria(folder, port),
            bare(folder, port),
        )
        appoint(subjects[0], "alice")
        for subject in subjects:
            _seconds_to_connect(subject, door)
        taken: dict[str, list[float]] = {subject.title: [] for subject in subjects}
        for _ in range(number):
            for subject in subjects:
                taken[subject.title].append(_seconds_to_connect(subject, door))
    return {title: statistics.median(seconds) for title, seconds in taken.items()}


def _seconds_to_connect(subject: Subject, door: socket.socket) -> float:
    began = time.perf_counter()
    with subject.running():
        connection, _ = door.accept()
        seconds = time.perf_counter() - began
        connection.close()
    return seconds


def memory() -> dict[str, float]:
    """Return the resident mebibytes of each bot."""
    with ExitStack() as stack:
        port = stack.enter_context(running_irc()).plain_port
        wiki = stack.enter_context(running_wikis(("metawiki",)))["metawiki"]
        invited = "".join(f"* [[User talk:Editor {number:02}]]\n" for number in range(6, 16))
        wiki.visitor.edit("Project:Invited", invited)
        wiki.visitor.edit("Project:Newsletter", "== Tech talk ==\nCome and ask.\n")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        alice = stack.enter_context(calling("alice", port=port))
        bob = stack.enter_context(calling("bob", port=port))
        ours = bellringer(folder, port, wiki_api=wiki.api)
        appoint(ours, "alice", "bob")
        others = (limnoria(folder, port), bare(folder, port))
        return _memory_of_ours(ours, alice, bob) | {
            each.title: _memory_of(each, alice) for each in others
        }


def _memory_of(subject: Subject, caller: Caller) -> float:
    _compile(subject, caller)
    with subject.running() as process:
        caller.meet(subject.nick, subject.channel)
        caller.ask(subject.question, channel=subject.channel, of=subject.nick)
        return _at_rest(process.pid)


def _memory_of_ours(ours: Subject, alice: Caller, bob: Caller) -> dict[str, float]:
    _compile(ours, alice)
    with ours.running() as process:
        for coordinator in (alice, bob):
            coordinator.meet(ours.nick, ours.channel)
        for question in ("!help", "!events", "!runs"):
            alice.ask(question, channel=ours.channel, of=ours.nick)
        unused = _at_rest(process.pid)
        _deliver_a_run(ours, alice, bob)
        return {"Bellringer": unused, "with the wiki used": _at_rest(process.pid)}


def _compile(subject: Subject, caller: Caller) -> None:
    """Run a bot once, so that its bytecode is there as it is for what is installed."""
    with subject.running():
        caller.meet(subject.nick, subject.channel)
    caller.miss(subject.nick, subject.channel)


def _deliver_a_run(ours: Subject, alice: Caller, bob: Caller) -> None:
    for command, outcome in STEPS:
        alice.send(f"PRIVMSG {ours.channel} :!{command}")
        alice.hear(outcome, of=ours.nick)
    for coordinator in (alice, bob):
        coordinator.send(f"PRIVMSG {ours.nick} :run preview 1")
        confirmation = coordinator.hear("confirm 1 [A-Z0-9]{4}-[A-Z0-9]{4}", of=ours.nick)
        coordinator.send(f"PRIVMSG {ours.channel} :!{confirmation}")
    alice.hear("10 delivered", of=ours.nick)


def _at_rest(pid: int) -> float:
    """Return the resident mebibytes of a process that has done all it was asked for."""
    time.sleep(REST_SECONDS)
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    resident = next(line for line in status if line.startswith("VmRSS:"))
    return int(resident.split()[1]) / 1024


def main(number: int = 10) -> None:
    """Print the figures, and each as a ratio of the ten lines' one."""
    _show("s to the connection", starts(number), {"Bellringer": 0.6})
    _show("MiB resident", memory(), {"Bellringer": 60, "with the wiki used": 110})


def _show(unit: str, figures: Mapping[str, float], goals: Mapping[str, float]) -> None:
    for title, figure in figures.items():
        goal = f", goal below {goals[title]:g}" if title in goals else ""
        ratio = figure / figures["bare irc client"]
        print(f"{title:20} {figure:6.2f} {unit}, ratio {ratio:.1f}{goal}")  # noqa: T201 - its result


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
