"""An issue of the digest as a chat is told it: a few lines, and a link to all the rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commands.grammar import excerpt
from commands.messages import Button, Line, Moment, Value, line
from commands.rules.digestissuecontents import Contents, materials
from commands.rules.showcase import Entry, Stage
from storage.issuevalues import HeldWhy, Issue

MOST_COMING = 5
MOST_MISSED = 3
LONGEST_TITLE = 120
LONGEST_NAMES = 80


def short(
    contents: Contents, *, notes: Iterable[str], now: datetime, zone: str | None, address: str
) -> tuple[Line, ...]:
    """Return what a channel is told. `zone` is what its clock shows, `address` the calendar's."""
    coming, missed = contents.coming, contents.missed
    said = [line("issue.note", note=note) for note in notes]
    if count := sum(each.stage(now) is not Stage.CANCELLED for each in coming):
        said.append(line("issue.coming", count=count, until=contents.until))
    said += [_coming(each, now, zone) for each in coming[:MOST_COMING]]
    if (more := len(coming) - MOST_COMING) > 0:
        said.append(line("issue.more", count=more))
    if missed:
        said.append(line("issue.missed"))
    said += [_missed(each) for each in missed[-MOST_MISSED:]]
    if (more := len(missed) - MOST_MISSED) > 0:
        said.append(line("issue.more", count=more))
    if address:
        said.append(line("issue.calendar", link=address))
    return tuple(said)


def preview(issue: Issue, *, now: datetime, goes_to: Iterable[str]) -> tuple[Line, ...]:
    """Return when an issue goes out and where to; for the open issue, held or not."""
    due: dict[str, Value] = {"due": issue.due_at, "wait": abs(issue.due_at - now)}
    where = tuple(goes_to)
    if issue.held_why is not None:
        return (line(f"issue.held.{issue.held_why}", **due),)
    return (
        line("issue.due", **due),
        line("issue.goes_to", where=where) if where else line("issue.goes_nowhere"),
    )


def words(issue: Issue, prefix: str) -> Line:
    """Return what coordinators can do about the open issue."""
    return line("issue.words_held" if issue.held_why else "issue.words", prefix=prefix)


def buttons(issue: Issue) -> tuple[Button, ...]:
    """Return what coordinators can press."""
    if issue.held_why is not None:
        pressed = Button(line("issue.button.go"), "digest go")
    else:
        pressed = Button(line("issue.button.hold"), "digest hold")
    return (pressed, Button(line("button.preview"), "digest preview"))


def held(issue: Issue) -> Line:
    """Return why an issue waits, to be said when it begins to."""
    if issue.held_why is HeldWhy.FOUND:
        return line("issue.found", due=issue.due_at)
    return line("issue.late", due=issue.due_at)


def _coming(entry: Entry, now: datetime, zone: str | None) -> Line:
    event = entry.event
    facts: dict[str, Value] = {
        "title": excerpt(event.title, LONGEST_TITLE),
        "kind": event.kind,
        "starts": Moment(entry.starts_at, zone or event.zone),
    }
    if entry.stage(now) is Stage.CANCELLED:
        return line("issue.event_cancelled", **facts)
    if event.speakers:
        names = excerpt(", ".join(event.speakers), LONGEST_NAMES)
        return line("issue.event_by", speakers=names, **facts)
    return line("issue.event", **facts)


def _missed(entry: Entry) -> Line:
    links = tuple(
        line("issue.material", what=line(f"issue.material.{name}"), link=address)
        for name, address in materials(entry.known)
    )
    return line("issue.look_back", title=excerpt(entry.event.title, LONGEST_TITLE), links=links)
