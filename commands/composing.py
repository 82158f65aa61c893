"""The words about an event for those who do not know of it yet: posts, and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commands.grammar import straight
from commands.messages import Line, Moment, line
from commands.postpolicy import PostPolicy
from commands.rules.socialplan import Account
from commands.rules.socialtext import Parts, fitted, within
from storage.values import Event


@dataclass(frozen=True, slots=True)
class Composed:
    """A post's words: all of its text, and what its picture shows."""

    language: str
    text: str
    alt: str
    link: str | None


def composed(event: Event, at: datetime, account: Account, policy: PostPolicy) -> Composed:
    """Return the post about an event's occurrence on an account, made to fit."""
    language, link = account.language(event), policy.address(event, at)
    outlet = policy.outlets[account.name]
    parts = Parts(
        title=plain(event.title),
        when=policy.words(starting(event, at), language=language),
        people=" ".join(policy.words(each, language=language) for each in people(event)),
        link=link,
        tags=policy.hashtags(event, account.tags),
    )
    text = fitted(parts, outlet.measure, escaped=outlet.literal)
    alt = within(policy.alt(event, at, language), outlet.measure.alt)
    return Composed(language, text, alt, link)


def plain(text: str) -> str:
    """Return somebody's text in one line, without what turns it around."""
    return " ".join(straight(text).split())


def starting(event: Event, at: datetime) -> Line:
    """Say when an occurrence starts, in UTC and in the event's zone."""
    return line("post.text.when", starts=Moment(at, event.zone))


def people(event: Event) -> tuple[Line, ...]:
    """Say who speaks, or else who is the host."""
    if event.speakers:
        return (line("post.text.speakers", speakers=event.speakers),)
    return (line("post.text.host", host=event.host),) if event.host else ()
