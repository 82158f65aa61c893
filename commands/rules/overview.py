"""What coordinators are told of an audience: how many, where, and who was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from commands.messages import Line, line
from commands.rules.audience import Step
from commands.rules.subscriptions import listed_page
from storage.runvalues import FunnelStep, LeftOut, Recipient, Way

_UNUSUAL = {
    Way.TOPIC: "ways.topic",
    Way.EMAIL: "ways.email",
    Way.MASS_MESSAGE: "ways.mass_message",
}
_MOST_EXAMPLES = 3
_MOST_PAGES = 10
_SLIPS = frozenset({Step.UNREADABLE, Step.SITE_UNKNOWN, Step.INVALID_TITLE, Step.NO_ACCOUNT})
"""Steps that more often take a slip in the list than somebody who is meant.

The others say all there is to say by themselves.
"""


def funnel_lines(steps: Sequence[FunnelStep], left_out: Sequence[LeftOut]) -> tuple[Line, ...]:
    """Return how many were listed and what each step took, with examples of what nobody meant.

    Empty where nobody was left out.
    """
    taken = tuple(
        line("funnel.step", count=step.taken, why=line(f"funnel.{step.step}"))
        for step in steps
        if step.taken
    )
    if not taken:
        return ()
    listed = steps[0].taken + steps[0].left
    told = line("funnel.left_out", listed=listed, count=steps[-1].left, steps=taken)
    return (told, *_examples(left_out))


def by_wiki(recipients: Iterable[Recipient]) -> tuple[Line, ...]:
    """Return how many recipients there are on each wiki, as phrases."""
    counts = Counter(each.wiki for each in recipients)
    return tuple(line("audience.on_wiki", wiki=wiki, count=n) for wiki, n in counts.items())


def ways_lines(recipients: Iterable[Recipient]) -> tuple[Line, ...]:
    """Return how many are reached otherwise than by a section, and what cannot be halted."""
    counts = Counter(each.way for each in recipients)
    return tuple(line(key, count=counts[way]) for way, key in _UNUSUAL.items() if counts[way])


def samples(recipients: Sequence[Recipient]) -> tuple[Recipient, ...]:
    """Return three recipients: the first, the one in the middle, and the last."""
    places = sorted({0, len(recipients) // 2, len(recipients) - 1})
    return tuple(recipients[place] for place in places if 0 <= place < len(recipients))


def _examples(left_out: Sequence[LeftOut]) -> list[Line]:
    """Name some of what was not understood, often slips in the list, and pages that subscribed."""
    slips = [each for each in left_out if each.step in _SLIPS]
    pages = [each for each in left_out if each.step not in _SLIPS and listed_page(each.as_listed)]
    named = (*slips[:_MOST_EXAMPLES], *pages[:_MOST_PAGES])
    return [line("funnel.example", listed=each.as_listed, why=_why(each)) for each in named]


def _why(left: LeftOut) -> Line:
    number, _, reason = left.detail.partition(": ")
    if left.step == Step.UNREADABLE and reason:
        return line("funnel.in_line", number=number, why=line(f"funnel.unread.{reason}"))
    if left.step == Step.INVALID_TITLE and " " not in left.detail:
        # One of our own reasons; a wiki's are sentences.
        return line(f"funnel.title.{left.detail}")
    if left.step == Step.NOT_WANTED and left.detail:
        return line("funnel.wants", what=left.detail)
    return line(f"funnel.{left.step}")
