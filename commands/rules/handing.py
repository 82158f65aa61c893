"""What is handed to the MassMessage extension, and how those end who are seen or never seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from commands.rules.delivery import waiting
from commands.rules.letter import Letter
from commands.rules.marks import hidden_mark, mark
from commands.rules.signing import with_signature
from commands.wikis import OwnEdit, PageText
from commands.writes import Outcome
from storage.runvalues import Delivery, DeliveryState, Run

UNSEEN = "handed-over-unseen"
"""It was handed over, and nobody ever saw it delivered. It is never sent again by itself."""
_OUTCOMES = frozenset(map(str, Outcome))


def list_title(run: Run, first: int, *, own: str) -> str:
    """Return the page on which the targets of one batch stand, `first` of which is its first."""
    return f"User:{own}/Delivery lists/{mark(run.number, run.digest or '', first)}"


def list_text(run: Run, titles: Iterable[str]) -> str:
    """Return a delivery list as the extension reads it, with the run's mark.

    See https://www.mediawiki.org/wiki/Help:Extension:MassMessage, "Delivery lists".
    """
    targets = "\n".join(f"* {{{{#target:{title}}}}}" for title in titles)
    return f"{_mark(run)}\n{targets}"


def handed_body(run: Run, letter: Letter) -> str:
    """Return the text that is handed over: it bears the run's mark, as no summary will."""
    return f"{with_signature(letter.body)}\n{_mark(run)}"


def seen(
    handed: Sequence[Delivery], edits: Iterable[OwnEdit], texts: Mapping[int, PageText], run: Run
) -> list[Delivery]:
    """Return the deliveries that stand, of those handed over with `saved_title` for a target.

    `edits` are the extension's, `texts` what they saved, by revision.
    """
    by_title = {each.saved_title or each.recipient.title: each for each in handed}
    found: dict[int, Delivery] = {}
    for edit in edits:
        delivery, text = by_title.get(edit.title), texts.get(edit.revid)
        if delivery and text and _mark(run) in text.text:
            number = delivery.recipient.number
            found.setdefault(number, _sent(delivery, edit))
    return list(found.values())


def given_up(handed: Iterable[Delivery], *, now: datetime, limit: timedelta) -> list[Delivery]:
    """Return how those end that were handed over longer ago than `limit`."""
    return [
        replace(each, state=DeliveryState.FAILED, outcome=UNSEEN, retriable=False)
        for each in handed
        if each.claimed_at is not None and now - each.claimed_at > limit
    ]


def refused(delivery: Delivery, outcome: Outcome) -> Delivery:
    """Return a claimed delivery put back that certainly was not handed over, which it remembers."""
    return replace(waiting(delivery), detail=outcome)


def was_refused(delivery: Delivery) -> bool:
    """Return whether a delivery that waits remembers that it was not handed over."""
    return delivery.detail in _OUTCOMES


def _mark(run: Run) -> str:
    return hidden_mark(run.number, run.digest or "", 0)


def _sent(delivery: Delivery, edit: OwnEdit) -> Delivery:
    return replace(
        delivery,
        state=DeliveryState.SENT,
        revid=edit.revid,
        saved_title=edit.title,
        saved_at=edit.saved_at,
        detail="",
    )
