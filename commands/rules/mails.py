"""What a mail about our messages says: its own words, and which run it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from commands.rules.plainwords import MOST, first_words
from commands.rules.unsubscribing import StopWords, asks_to_stop
from storage.heard import Reaction, ReactionKind, Sent, Suggestion
from storage.runvalues import Run

_MARK = re.compile(r"\bb(\d{1,9})-([0-9a-f]{6})-(\d{4,9})\b", re.ASCII)
_ANSWERED = re.compile(r"^(?:\s*[^\W\d_]{2,6}(?:\[\d+\])?\s*[:：])+\s*")
# Where the quotation begins: "On … wrote:" of many languages, or a ruler.
_QUOTATION = re.compile(
    r"^(?:[-_]{5,}.*|[^\n>]{0,200}(?:<[^\s<>@]++@[^\s<>@]++>|\d{1,2}:\d{2})[^\n]{0,60}[:：])"
    r"[ \t]*$",
    re.MULTILINE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is of use: `name` is what it shows of its sender, never an address.

    `key` is the same however often the mail is read. `automatic` ones nobody has written.
    """

    key: str
    name: str
    subject: str
    text: str
    at: datetime
    automatic: bool = False


def heard_by_mail(
    letter: Letter, runs: Iterable[Run], sent: Iterable[Sent], stop: Iterable[StopWords]
) -> Reaction:
    """Return what a mail says. `runs` and `sent` are those that are listened to.

    The run and its recipient are known by the mark if the mail has it, else by the subject.
    """
    run, recipient = _meant(letter, tuple(runs))
    numbers = {each.number for each in sent if run and each.run == run.number}
    words = own_words(letter.text)
    ours = f"{run.subject}\n{run.body}\n{run.footer}" if run else ""
    asks = asks_to_stop(f"{_topic(letter.subject)}\n{words}", stop, ours=ours)
    subject, text = first_words(letter.subject, MOST // 2), first_words(words)
    return Reaction(
        once=f"{ReactionKind.MAIL}:{letter.key}",
        kind=ReactionKind.MAIL,
        at=letter.at,
        run=run.number if run else None,
        recipient=recipient if recipient in numbers else None,
        who=letter.name,
        words=f"{subject} / {text}" if text else subject,
        suggestion=Suggestion.OPEN if asks else Suggestion.NONE,
    )


def own_words(text: str) -> str:
    """Return what the sender himself wrote, without signature and quotations."""
    text = _SIGNATURE.split(text.replace("\r\n", "\n"), maxsplit=1)[0]
    text = _QUOTATION.split(text, maxsplit=1)[0] or text
    return _QUOTED_LINE.sub("", text).strip()


def _meant(letter: Letter, runs: tuple[Run, ...]) -> tuple[Run | None, int | None]:
    known = {run.number: run for run in runs}
    for number, digest, recipient in _marks(letter):
        run = known.get(number)
        if run is not None and (run.digest or "").startswith(digest):
            return run, recipient
    topic = _topic(letter.subject)
    same = [run for run in runs if run.subject and run.subject.strip().casefold() == topic]
    return (same[-1] if same else None), None


def _marks(letter: Letter) -> Iterator[tuple[int, str, int]]:
    for number, digest, recipient in _MARK.findall(f"{letter.subject}\n{letter.text}"):
        yield int(number), digest, int(recipient)


def _topic(subject: str) -> str:
    """Return a subject without `Re:` and its like."""
    return _ANSWERED.sub("", subject).strip().casefold()
