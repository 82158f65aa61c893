"""How a run ended: counted on the wikis and on record, and one held against the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.runvalues import Delivery, DeliveryState, Recipient
from tests.peers.delivery_fixtures import newcomers
from tests.peers.mediawiki import BOT, MediaWiki

_OPTED_OUT = "[[Category:Opted-out of message delivery]]"


@dataclass(frozen=True, slots=True)
class Ends:
    """How many recipients came to which end, and the numbers of those wronged.

    `twice` have the message more than once, `lost` have come to no end or should have it and have
    it not, `unrecorded` have it though the record denies it, `unreasoned` did not get it and
    nobody knows why.
    """

    counts: Counter[str]
    twice: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    unrecorded: tuple[int, ...] = ()
    unreasoned: tuple[int, ...] = ()

    @property
    def right(self) -> bool:
        """Whether nobody was wronged."""
        return not (self.twice or self.lost or self.unrecorded or self.unreasoned)

    def __str__(self) -> str:
        counted = ", ".join(f"{count} {end}" for end, count in sorted(self.counts.items()))
        wronged = (
            f"{len(self.twice)} twice, {len(self.lost)} lost, {len(self.unrecorded)} unrecorded, "
            f"{len(self.unreasoned)} without a reason"
        )
        return f"{self.counts.total()} recipients: {counted}; {wronged}"


def counted(wikis: Mapping[str, MediaWiki], settled: Sequence[Delivery]) -> Ends:
    """Look at each recipient's page, and say how a run has ended."""
    written = {each: _written(wikis, each.recipient) for each in settled}
    sent = [each for each in settled if each.state is DeliveryState.SENT]
    open_ = [each for each in settled if each.state in {"pending", "claimed"}]
    unsent = [each for each in settled if each.state in {"skipped", "failed"}]
    return Ends(
        Counter(": ".join(filter(None, (each.state, each.outcome))) for each in settled),
        twice=_numbers(each for each in settled if len(written[each]) > 1),
        lost=_numbers([*open_, *(each for each in sent if each.revid not in written[each])]),
        unrecorded=_numbers(each for each in [*open_, *unsent] if written[each]),
        unreasoned=_numbers(each for each in unsent if not each.outcome),
    )


def crowd(wikis: Mapping[str, MediaWiki], number: int) -> list[Recipient]:
    """Make an audience of whom, on each wiki, one in ten opted out and one in ten is blocked."""
    audience = newcomers(wikis, number)
    for name, wiki in wikis.items():
        here = [each for each in audience if each.wiki == name]
        pages = {each.title: _OPTED_OUT for each in here[3::10]}
        wiki.populate(pages=pages, blocked=[each.user for each in here[7::10]])
    return audience


def _written(wikis: Mapping[str, MediaWiki], recipient: Recipient) -> list[int]:
    history = wikis[recipient.wiki].visitor.history(recipient.title)
    return [revision["revid"] for revision in history if revision["user"] == BOT]


def _numbers(deliveries: Iterable[Delivery]) -> tuple[int, ...]:
    return tuple(each.recipient.number for each in deliveries)
