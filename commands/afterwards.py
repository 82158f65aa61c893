"""The desk for hosts after an event: recording, slides, notes, how many came, open questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import (
    MOST_OF_DESCRIPTION,
    MOST_PLACES,
    MOST_VALUES,
    Unfit,
    fit_link,
    fit_text,
)
from commands.eventdesk import EVENT, holds, record
from commands.grammar import excerpt, plain
from commands.messages import Line, Reply, line, reply
from commands.planning import Planning
from commands.rules.followup import meant, missing, phrases, to_look_back
from commands.spreading import tell
from storage import events, followups, occurrences, wishes
from storage.values import Event, Occurrence

_NOTHING = frozenset({"nothing", "none", "no", "done"})
_FIELDS = ("recording", "slides", "notes", "attended", "question", "on")


class Afterwards:
    """What hosts tell of what is over; it goes wherever the event is shown."""

    def __init__(self, *, planning: Planning) -> None:
        self._planning = planning

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "recording",
                Who.IDENTIFIED,
                "help.recording",
                "recording 7 https://commons.wikimedia.org/wiki/File:Talk.webm",
                self.recording,
                (EVENT, Argument("link", Kind.TEXT)),
                writes=True,
            ),
            Command(
                "followup",
                Who.IDENTIFIED,
                "help.followup",
                "followup 7 | slides: https://example.org/slides | attended: 23"
                " | question: Will there be a second part?",
                self.follow_up,
                (
                    EVENT,
                    Argument("word", Kind.TEXT, optional=True),
                    Argument(
                        "fields",
                        Kind.FIELDS,
                        optional=True,
                        choices=_FIELDS,
                        repeatable=frozenset({"question"}),
                    ),
                ),
                aliases=("follow up", "event after"),
                writes=True,
                pressable=True,
                form="followup N [nothing] [| recording/slides/notes/attended/question: …]…",
            ),
        )

    async def recording(self, call: Call) -> Reply:
        """Keep where the recording of an event's last occurrence is."""
        return await self._told(call, {"recording": (call.text("link"),)})

    async def follow_up(self, call: Call) -> Reply:
        """Keep what a host tells of an occurrence, or say what is known and what is missing."""
        word = plain(call.text("word", ""))
        if word and word not in _NOTHING:
            return reply(line("followup.misread", given=excerpt(word), prefix=call.prefix))
        return await self._told(call, call.fields, ends=bool(word))

    async def _told(
        self, call: Call, fields: Mapping[str, Sequence[str]], *, ends: bool = False
    ) -> Reply:
        found = await _occurrence(call, fields)
        if isinstance(found, Line):
            return reply(found)
        event, known = found
        if known.at > call.now and "attended" in fields:
            return reply(line("followup.not_begun", number=event.number, title=event.title))
        told = _with(known, {name: each for name, each in fields.items() if name != "on"})
        if isinstance(told, Unfit):
            return reply(told.problem)
        if told == known and not ends:
            return reply(*_standing(call, event, known), private=True)
        await occurrences.save(call.session, told, now=call.now)
        await followups.answer(call.session, event.number, told.at, call.now)
        await record(call, "event.followed_up", event, fields=sorted(fields))
        new = await self._announce(call, event, known, told)
        said = line("followup.kept", number=event.number, title=event.title)
        return reply(said, *new, *(() if ends else _missing(event, told)))

    async def _announce(
        self, call: Call, event: Event, before: Occurrence, after: Occurrence
    ) -> tuple[Line, ...]:
        """Tell the channels what can be looked at now, and return which were told."""
        new = to_look_back(after, before)
        if not new or event.test or after.at > call.now:
            return ()
        told = line("followup.announced", number=event.number, title=event.title, links=new)
        told_already = (call.where, wishes.told(call.identity))
        audience = [
            each
            for each in await self._planning.audience(call.session, event)
            if each not in told_already
        ]
        await tell(call.session, audience, reply(told), now=call.now)
        return (line("followup.told"),) if audience else ()


async def _occurrence(
    call: Call, fields: Mapping[str, Sequence[str]]
) -> tuple[Event, Occurrence] | Line:
    """Return the occurrence that is told of, the event locked, or why there is none."""
    number = call.number(EVENT.name)
    event = await events.get(call.session, number, lock=True)
    if event is None:
        return line("event.no_such", number=number, prefix=call.prefix)
    if not await holds(call, event):
        return line("followup.not_yours", number=number, title=event.title)
    day = _day(fields)
    if isinstance(day, Line):
        return day
    at = meant(event, call.now, day)
    if at is None:
        return line("followup.not_that_day", number=number, title=event.title)
    return event, await occurrences.get(call.session, number, at)


def _day(fields: Mapping[str, Sequence[str]]) -> date | Line | None:
    given = next(iter(fields.get("on", ())), "").strip()
    if not given:
        return None
    try:
        return datetime.strptime(given, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return line("followup.no_day", given=excerpt(given))


def _with(known: Occurrence, fields: Mapping[str, Sequence[str]]) -> Occurrence | Unfit:
    """Return what is known with these facts; an empty one is taken away."""
    changes: dict[str, object] = {}
    for name, values in fields.items():
        given = [each for each in values if each.strip()]
        read = _questions(known, given) if name == "question" else _read(name, given)
        if isinstance(read, Unfit):
            return read
        changes["questions" if name == "question" else name] = read
    return replace(known, **changes)  # type: ignore[arg-type]


def _read(name: str, values: Sequence[str]) -> str | int | Unfit | None:
    first = values[0] if values else ""
    if name == "attended":
        return _count(first)
    text = fit_text(name, first, MOST_OF_DESCRIPTION) if name == "notes" else fit_link(name, first)
    return text or None


def _questions(known: Occurrence, values: Sequence[str]) -> tuple[str, ...] | Unfit:
    found = list(known.questions) if values else []
    for each in values:
        text = fit_text("question", each, MOST_OF_DESCRIPTION)
        if isinstance(text, Unfit):
            return text
        found.append(text)
    return tuple(dict.fromkeys(found))[:MOST_VALUES]


def _count(given: str) -> int | Unfit | None:
    text = given.strip()
    if not text:
        return None
    if not text.isdecimal() or int(text[:9]) > MOST_PLACES:
        return Unfit(line("followup.no_count", given=excerpt(text)))
    return int(text)


def _standing(call: Call, event: Event, known: Occurrence) -> tuple[Line, ...]:
    """Say what is known of an occurrence, and how to tell the rest."""
    came = (line("followup.came", count=known.attended),) if known.attended is not None else ()
    asked = (line("followup.asked", questions=known.questions),) if known.questions else ()
    told = (*to_look_back(known), *came, *asked)
    heading = (
        line("followup.known", number=event.number, title=event.title, known=told)
        if told
        else line("followup.nothing", number=event.number, title=event.title)
    )
    how = line("followup.how", number=event.number, prefix=call.prefix)
    return (heading, *_missing(event, known), how)


def _missing(event: Event, known: Occurrence) -> tuple[Line, ...]:
    lacks = missing(known)
    return (line("followup.missing", missing=phrases(lacks)),) if lacks else ()
