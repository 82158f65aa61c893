"""The calendar and the list of the next events as wikitext.

Each function returns the same text for the same events at the same moment, and nothing that
changes for another reason than an event, the day, or a page: whatever changes here is an edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from chatbot.publish.wikipages_wording import Wording, details
from commands.rules.showcase import Entry, Stage

_MOST_COMING, _MOST_PAST = 150, 50


@dataclass(frozen=True, slots=True)
class Around:
    """What a list needs to know beside the events: `now`, and what there is of each by number.

    `pages` are the titles of events' own pages, `moved_from` the starts from which they moved.
    """

    now: datetime
    pages: Mapping[int, str] = field(default_factory=dict)
    moved_from: Mapping[int, datetime] = field(default_factory=dict)


def upcoming(
    entries: Sequence[Entry], around: Around, wording: Wording, *, page: str, most: int
) -> str:
    """Return the list of the next events, made to be transcluded: nothing else of it is."""
    coming = _coming(entries, around.now)
    points = [f"* {_point(each, around, wording)}" for each in coming[:most]]
    if not points:
        points = [f"* {wording.say('wikipages.none')}"]
    listed = "\n".join(points)
    box = f'<div class="bellringer-upcoming" {_language(wording)}>\n{listed}\n</div>'
    code = f"<code><nowiki>{{{{{page if ':' in page else ':' + page}}}}}</nowiki></code>"
    # Where there is an <onlyinclude>, what stands outside of it stays on its own page.
    use = f"{wording.say('wikipages.use')} {code}"
    return f"<onlyinclude>{box}</onlyinclude>\n<noinclude>{use}</noinclude>"


def calendar(entries: Sequence[Entry], around: Around, wording: Wording) -> str:
    """Return the calendar: what comes, month by month, and what can be looked back on."""
    coming = _coming(entries, around.now)
    over = [each for each in entries if each.stage(around.now) is Stage.OVER][::-1]
    parts = [
        f'<div class="bellringer-calendar" {_language(wording)}>',
        wording.say("wikipages.intro"),
        f"== {wording.say('wikipages.coming')} ==",
        *_months(coming[:_MOST_COMING], around, wording),
    ]
    if not coming:
        parts.append(wording.say("wikipages.none"))
    if (more := len(coming) - _MOST_COMING) > 0:
        parts.append(wording.say("wikipages.more", count=more))
    if over:
        parts.append(f"== {wording.say('wikipages.past')} ==")
        parts.append(_looked_back(over[:_MOST_PAST], around, wording))
    return "\n\n".join([*parts, "</div>"])


def turns_at(entries: Sequence[Entry], now: datetime) -> datetime:
    """Return when time alone may change what these lists say: what begins or ends, or a day."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    instants = [each.starts_at for each in entries] + [each.ends_at for each in entries]
    later = [each for each in instants if each > now]
    return min([*later, midnight + timedelta(days=1)])


def _coming(entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """Return what is not over; what was called off stays until it would have been."""
    return [
        each
        for each in entries
        if each.stage(now) is not Stage.OVER
        and not (each.stage(now) is Stage.CANCELLED and each.ends_at <= now)
    ]


def _months(entries: Sequence[Entry], around: Around, wording: Wording) -> list[str]:
    found = groupby(entries, key=lambda each: each.starts_at.astimezone(UTC).strftime("%Y-%m"))
    return [_month(list(each), around, wording) for _, each in found]


def _month(entries: Sequence[Entry], around: Around, wording: Wording) -> str:
    lines = [
        *_table(wording.month(entries[0].starts_at)),
        f'! scope="col" style="width: 8.5em" | {wording.say("wikipages.when")}',
        f'! scope="col" | {wording.say("wikipages.event")}',
    ]
    for each in entries:
        hours = wording.local(each.starts_at, wording.hours(each.starts_at, each.ends_at))
        when = wording.at(each.starts_at, f"{wording.day(each.starts_at)}<br>{hours}")
        lines += [
            '|- class="h-event"',
            f'! scope="row" style="text-align: start; font-weight: normal" | {when}',
            f"| {'<br>'.join(filter(None, _cell(each, around, wording)))}",
        ]
    return "\n".join([*lines, "|}"])


def _looked_back(entries: Sequence[Entry], around: Around, wording: Wording) -> str:
    lines = [
        *_table(""),
        f'! scope="col" style="width: 6em" | {wording.say("wikipages.date")}',
        f'! scope="col" | {wording.say("wikipages.event")}',
        f'! scope="col" | {wording.say("wikipages.look_back")}',
    ]
    for each in entries:
        event, known = each.event, each.known
        when = wording.at(each.starts_at, wording.day(each.starts_at))
        about = details([wording.kind(event.kind), wording.names(event.speakers)])
        left = details(
            [
                wording.link(known.recording, "wikipages.recording"),
                wording.link(known.slides, "wikipages.slides"),
                wording.link(known.notes, "wikipages.notes"),
            ]
        )
        lines += [
            '|- class="h-event"',
            f'! scope="row" style="text-align: start; font-weight: normal" | {when}',
            f"| {_title(each, around, wording)}<br>{about}",
            f"| {left or '–'}",
        ]
    return "\n".join([*lines, "|}"])


def _table(caption: str) -> list[str]:
    head = '{| class="wikitable" style="width: 100%; max-width: 60em"'
    return [head, f"|+ {caption}"] if caption else [head]


def _cell(entry: Entry, around: Around, wording: Wording) -> list[str]:
    """Return the lines on an event in the calendar."""
    event = entry.event
    stage = entry.stage(around.now)
    topics = " ".join(wording.short(f"#{topic}") for topic in event.topics)
    ways = []
    if stage is not Stage.CANCELLED:
        ways = [wording.link(event.link, "wikipages.join")]
        if event.stream != event.link:
            ways.append(wording.link(event.stream, "wikipages.watch"))
    spoken = wording.tongue(event.language) if event.language else ""
    return [
        _title(entry, around, wording),
        details(_standing(entry, around, wording)),
        details([wording.kind(event.kind), wording.names(event.speakers), spoken, topics]),
        details(ways),
    ]


def _point(entry: Entry, around: Around, wording: Wording) -> str:
    """Return an event in the short list."""
    event = entry.event
    start = f"{wording.day(entry.starts_at)}, {wording.hours(entry.starts_at, entry.ends_at)} UTC"
    when = wording.at(entry.starts_at, wording.local(entry.starts_at, start))
    about = details([wording.kind(event.kind), wording.names(event.speakers)])
    standing = details(_standing(entry, around, wording))
    told = f" {standing}" if standing else ""
    return (
        f'<span class="h-event">{when}: {_title(entry, around, wording)}{told}'
        f" <small>({about})</small></span>"
    )


def _title(entry: Entry, around: Around, wording: Wording) -> str:
    event = entry.event
    words = f'<span class="p-name">{wording.short(event.title)}</span>'
    page = around.pages.get(event.number)
    shown = f"[[:{page}|{words}]]" if page else words
    if entry.stage(around.now) is Stage.CANCELLED:
        return f"<s>{shown}</s>"
    return f"'''{shown}'''"


def _standing(entry: Entry, around: Around, wording: Wording) -> list[str]:
    """Return what is out of the ordinary about an event."""
    event = entry.event
    stage = entry.stage(around.now)
    if stage is Stage.CANCELLED:
        return [cancelled(event.cancel_reason, wording)]
    said = [f"'''{wording.say('wikipages.running')}'''"] if stage is Stage.RUNNING else []
    if before := around.moved_from.get(event.number):
        said.append(wording.say("wikipages.moved", before=before))
    return said


def cancelled(reason: str | None, wording: Wording) -> str:
    """Return the words for an event that was called off."""
    if not reason:
        return f"'''{wording.say('wikipages.cancelled')}'''"
    return f"'''{wording.say('wikipages.cancelled')}''': {wording.short(reason)}"


def _language(wording: Wording) -> str:
    return f'lang="{wording.language}" dir="{wording.direction}"'
