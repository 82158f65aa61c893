"""The notice of an event on a wiki: its text, and whether a page still gets it when it is sent.

A notice is a message run like any other. Its text is the catalogue's until somebody edits it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from commands.messages import Line, Moment, line
from commands.rules.audience import Step
from commands.rules.delivery import EVENT_CHANGED, Settled
from commands.rules.drafts import Draft
from commands.rules.recipe import SourceKind
from commands.rules.schedule import current
from commands.rules.subscriptions import as_typed, takes
from commands.rules.wikitext import escaped, literal
from storage.runvalues import Delivery, DeliveryState, Run
from storage.values import Event, EventState, Subscription

_LONGEST_TITLE = 160
"""In bytes of UTF-8: a heading also has the date and words around the title."""
_ODD_IN_ADDRESS = re.compile(r"""[\s\[\]<>"'{}|~\\^`]|&(?=#|\w+;)""")


def invitation(event: Event, now: datetime, words: Callable[[Line], str]) -> Draft:
    """Return an event's default notice; `words` puts sentences into the language it is in.

    What people have said of the event becomes text that does nothing else.
    """
    starts = Moment(current(event, now) or event.starts_at, event.zone)
    subject = words(line("notice.subject", title=_heading(event.title), starts=starts))
    first = line("notice.body", title=_text(event.title), kind=_text(event.kind), starts=starts)
    paragraphs = [words(first)]
    if event.description:
        paragraphs.append(_text(event.description))
    if more := _details(event, words):
        paragraphs.append("\n".join(f"* {each}" for each in more))
    paragraphs.append(words(line("notice.welcome")))
    return Draft(subject, "\n\n".join(paragraphs))


def invites_to(run: Run) -> int | None:
    """Return the event of whose notice a run is; None where it is none."""
    sources = run.recipe.get("sources", ())
    found = (each.get("number") for each in sources if each["kind"] == SourceKind.SUBSCRIBED)
    return next(found, None)


def no_longer(
    delivery: Delivery,
    run: Run,
    event: Event | None,
    subscription: Subscription | None,
    *,
    now: datetime,
) -> Settled | None:
    """Return the end of a delivery to a page that does not want it now, None where it does.

    A notice of an event that was moved or called off since it was confirmed goes to nobody.
    """
    if event is None or event.state is EventState.CANCELLED or not _same_time(run, event, now):
        end = replace(delivery, state=DeliveryState.SKIPPED, outcome=EVENT_CHANGED, detail="")
        return Settled(end)
    if subscription is not None and takes(subscription, event):
        return None
    detail = as_typed(subscription) if subscription else ""
    outcome = Step.NOT_WANTED
    return Settled(replace(delivery, state=DeliveryState.SKIPPED, outcome=outcome, detail=detail))


def _same_time(run: Run, event: Event, now: datetime) -> bool:
    """Return whether an event starts when the run said that it does, as it was frozen."""
    if run.event != event.number or not run.particulars.event:
        return True
    starts = current(event, now) or event.starts_at
    return f"({starts:%Y-%m-%d %H:%M} UTC)" in run.particulars.event


def _details(event: Event, words: Callable[[Line], str]) -> list[str]:
    found: list[str] = []
    if event.speakers:
        speakers = tuple(_text(each) for each in event.speakers)
        found.append(words(line("notice.speakers", speakers=speakers)))
    if event.host:
        found.append(words(line("notice.host", host=_text(event.host))))
    if event.language:
        found.append(words(line("notice.language", language=_text(event.language))))
    if event.link:
        found.append(_linked(event.link, words(line("notice.link"))))
    if event.stream:
        found.append(_linked(event.stream, words(line("notice.stream"))))
    return found


def _linked(address: str, label: str) -> str:
    sound = _ODD_IN_ADDRESS.sub(lambda odd: f"%{ord(odd[0]):02X}", address)
    return f"[{_unfilled(sound)} {label}]"


def _text(text: str) -> str:
    return _unfilled(literal(text))


def _unfilled(text: str) -> str:
    """Return text in which a dollar sign is one, and begins no parameter of the message."""
    return text.replace("$", "$$")


def _heading(title: str) -> str:
    """Return as much of a title as a heading has room for, as wikitext that does nothing."""
    shown, whole = title, _unfilled(escaped(title))
    while len(whole.encode()) > _LONGEST_TITLE:
        shown = shown[: len(shown) * 3 // 4].rstrip()
        whole = _unfilled(escaped(f"{shown}…"))
    return whole
