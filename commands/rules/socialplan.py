"""Which posts an event wants on an account, and whether one is still true when it goes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from commands.rules.schedule import occurrences, takes_place
from commands.rules.showcase import Choice
from commands.rules.socialhours import Hours
from storage.postvalues import Post
from storage.values import Event, EventState

_MOST_OCCURRENCES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How one account posts.

    `name` is what coordinators call it. It posts about what `wanted` takes, in the first of its
    `languages` (RFC 5646) or in the event's where that is among them, so long before each start
    as `before` says, within its `hours`; at most `most` a week, and `target` are wished for.
    `tags` are its hashtags.
    """

    name: str
    languages: tuple[str, ...]
    before: tuple[timedelta, ...]
    hours: Hours
    wanted: Choice = field(default_factory=Choice)
    most: int = 5
    target: int = 3
    tags: tuple[str, ...] = ()

    def language(self, event: Event) -> str:
        """Return in which language it posts about an event."""
        spoken = event.language in self.languages
        return event.language if spoken and event.language else self.languages[0]

    def wants(self, event: Event) -> bool:
        """Return whether it posts about an event."""
        standing = event.public and event.state is EventState.SCHEDULED
        return standing and self.wanted.takes(event)


@dataclass(frozen=True, slots=True)
class Wish:
    """A post that is to go out at `due_at`, about the occurrence, `offset` before its start."""

    occurrence: datetime
    offset: timedelta
    due_at: datetime


class Verdict(StrEnum):
    """What is to be done with an approved post whose time has come."""

    SEND = "send"
    WAIT = "wait"
    """It is night where the account's readers are."""
    CHANGED = "changed"
    """What it says is not so any more."""
    GONE = "gone"
    """Its event does not take place at that time any more."""
    LATE = "late"
    """Its event has begun."""


def wishes(event: Event, account: Account, *, now: datetime, ahead: timedelta) -> tuple[Wish, ...]:
    """Return the posts that an event wants on an account, due after `now` and before then.

    What would have been due already is left out: too short notice.
    """
    if not account.before or not account.wants(event):
        return ()
    before = now + ahead + max(account.before) + timedelta(days=1)
    starts = occurrences(event, after=now, before=before, limit=_MOST_OCCURRENCES)
    found = (
        Wish(start, offset, account.hours.at_latest(start - offset))
        for start in starts
        for offset in account.before
    )
    return tuple(sorted((each for each in found if now < each.due_at <= now + ahead), key=_by_time))


def still_wanted(post: Post, event: Event, account: Account) -> bool:
    """Return whether an event, as it is now, has the occurrence that a post is about."""
    return account.wants(event) and takes_place(event, post.occurrence)


def facts(event: Event, occurrence: datetime, link: str | None) -> str:
    """Return a digest of what a post says of an event: another one when it is not true any more."""
    said = (event.title, occurrence.isoformat(), event.zone, event.speakers, event.host, link)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def judge(
    post: Post, event: Event | None, account: Account, *, link: str | None, now: datetime
) -> Verdict:
    """Return what to do with a post at the moment of sending, by the event as it is then."""
    if event is None or not still_wanted(post, event, account):
        return Verdict.GONE
    if now >= post.occurrence:
        return Verdict.LATE
    if facts(event, post.occurrence, link) != post.facts:
        return Verdict.CHANGED
    return Verdict.SEND if account.hours.are_on(now) else Verdict.WAIT


def moved(
    left: Iterable[Post], new: Iterable[Wish]
) -> tuple[tuple[tuple[Post, Wish], ...], tuple[Post, ...], tuple[Wish, ...]]:
    """Return which posts follow their event to another time; posts and wishes that are left.

    Of those with the same offset the first goes with the first.
    """
    pairs, waiting = [], sorted(new, key=_by_time)
    dropped = []
    for post in sorted(left, key=lambda each: each.occurrence):
        wish = next((each for each in waiting if each.offset == post.offset), None)
        if wish is None:
            dropped.append(post)
        else:
            waiting.remove(wish)
            pairs.append((post, wish))
    return tuple(pairs), tuple(dropped), tuple(waiting)


def code(post: Post) -> str:
    """Return a few letters that are others when a post's words or its picture's are."""
    return hashlib.sha256(f"{post.language}\n{post.text}\n{post.alt}".encode()).hexdigest()[:8]


def _by_time(wish: Wish) -> tuple[datetime, datetime]:
    return wish.due_at, wish.occurrence
