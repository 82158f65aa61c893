"""What is handed to the MassMessage extension, and how those end who are seen or never seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
_NAMED = re.compile(r"\{\{#target:([^{}]+)\}\} (<!-- b\d+-[0-9a-f]{6}-\d+ -->)")
_DRAWN_UP = re.compile(r"<!-- (\d{4}-\d\d-\d\dT[\d:.]+\+00:00) -->", re.ASCII)


def lists_page(own: str) -> str:
    """Return the page whose subpages are the delivery lists of the account `own`."""
    return f"User:{own}/Delivery lists"


def list_title(run: Run, first: int, *, own: str) -> str:
    """Return the page on which the targets of one batch stand, `first` of which is its first."""
    return f"{lists_page(own)}/{mark(run.number, run.digest or '', first)}"


def is_list_of(title: str, run: Run) -> bool:
    """Return whether a page is a delivery list of a run."""
    return f"/{mark(run.number, run.digest or '', 0).removesuffix('0000')}" in title


def list_text(run: Run, batch: Sequence[Delivery]) -> str:
    """Return a delivery list as the extension reads it, empty for nobody.

    It bears the run's mark and each recipient's, and when the batch was claimed (UTC): by that
    one attempt is told from another. See
    https://www.mediawiki.org/wiki/Help:Extension:MassMessage, "Delivery lists".
    """
    attempts = dict.fromkeys(f"<!-- {_attempt(each)} -->" for each in batch)
    targets = (f"* {{{{#target:{_target(each)}}}}} {_mark(run, each)}" for each in batch)
    return "\n".join([_mark(run), *attempts, *targets])


def stands_on(text: str, waiting: Iterable[Delivery], run: Run, *, now: datetime) -> list[Delivery]:
    """Return, as handed over, those of who wait whom a list names.

    They were handed over by it, or nobody knows better: the database may be one from before. Not
    so those who remember that this very attempt was refused.
    """
    named = {marked: target for target, marked in _NAMED.findall(text)}
    drawn_up = _DRAWN_UP.search(text)
    attempt = drawn_up[1] if drawn_up else ""
    at = datetime.fromisoformat(attempt) if attempt else now
    return [
        replace(
            each,
            state=DeliveryState.CLAIMED,
            claimed_at=at,
            saved_title=named[_mark(run, each)],
        )
        for each in waiting
        if _mark(run, each) in named and not _refused_at(each, attempt)
    ]


def handed_body(run: Run, letter: Letter) -> str:
    """Return the text that is handed over: it bears the run's mark, as no summary will."""
    return f"{with_signature(letter.body)}\n{_mark(run)}"


def seen(
    handed: Sequence[Delivery], edits: Iterable[OwnEdit], texts: Mapping[int, PageText], run: Run
) -> list[Delivery]:
    """Return the deliveries that stand, of those handed over with `saved_title` for a target.

    `edits` are the extension's, `texts` what they saved, by revision.
    """
    by_title = {_target(each): each for each in handed}
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
        replace(each, state=DeliveryState.FAILED, outcome=UNSEEN, detail="", retriable=False)
        for each in handed
        if each.claimed_at is not None and now - each.claimed_at > limit
    ]


def refused(delivery: Delivery, outcome: Outcome) -> Delivery:
    """Return a claimed delivery put back that certainly was not handed over.

    It remembers which attempt that was, so that a later one is not taken for it.
    """
    return replace(waiting(delivery), detail=f"{outcome} {_attempt(delivery)}")


def _refused_at(delivery: Delivery, attempt: str) -> bool:
    outcome, _, remembered = delivery.detail.partition(" ")
    return outcome in _OUTCOMES and remembered == attempt


def _attempt(delivery: Delivery) -> str:
    """Return what tells a claim from all others."""
    return delivery.claimed_at.astimezone(UTC).isoformat() if delivery.claimed_at else ""


def _target(delivery: Delivery) -> str:
    return delivery.saved_title or delivery.recipient.title


def _mark(run: Run, delivery: Delivery | None = None) -> str:
    number = delivery.recipient.number if delivery else 0
    return hidden_mark(run.number, run.digest or "", number)


def _sent(delivery: Delivery, edit: OwnEdit) -> Delivery:
    return replace(
        delivery,
        state=DeliveryState.SENT,
        revid=edit.revid,
        saved_title=edit.title,
        saved_at=edit.saved_at,
        verified=True,
        detail="",
    )
