"""All desks put together: every command that there is, in the order of the help."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from commands import codes
from commands.afterwards import Afterwards
from commands.agenda import Agenda
from commands.answering import Answering
from commands.approving import Approving
from commands.attending import Attending
from commands.confirming import Confirming
from commands.coordinators import Coordinators
from commands.declaration import Command
from commands.drafting import Drafting
from commands.editors import Editors
from commands.eventcard import EventCard
from commands.events import Events
from commands.goingon import GoingOn
from commands.halting import Halting
from commands.helping import Help
from commands.optingout import OptingOut
from commands.people import People
from commands.planning import Planning
from commands.policy import EventPolicy, RunPolicy
from commands.recruiting import Recruiting
from commands.reminding import Reminding
from commands.repeating import Repeating
from commands.reporting import Reporting
from commands.righting import Righting
from commands.runcard import RunCard
from commands.rundesk import Records
from commands.runs import Runs
from commands.standing import Standing
from commands.stopping import Stopping
from commands.windows import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What the desks are given.

    `write_report` writes a run's report and returns its files. `languages` are those that the
    bot speaks, the configured one first. `deep_link` returns the address that says a code to
    the bot on Telegram, None while there is none. `change_link` returns the address of an edit
    by wiki and revision. `listens` is how long answers are listened for after a run.
    """

    events: EventPolicy
    runs: RunPolicy
    networks: tuple[str, ...]
    languages: tuple[str, ...]
    word_holds: timedelta
    write_report: Callable[[int], Awaitable[Sequence[Path]]]
    deep_link: Callable[[str], str | None] = lambda _code: None
    change_link: Callable[[str, int | None], str] = lambda _wiki, _revid: ""
    listens: timedelta = timedelta(days=14)


def all_commands(settings: DeskSettings) -> tuple[Command, ...]:
    """Return every command."""
    planning = Planning(policy=settings.events)
    records = Records(policy=settings.runs)
    standing = Standing(policy=settings.runs, records=records)
    stopping = Stopping(records=records)
    card = RunCard(policy=settings.runs, standing=standing)
    desks = (
        Agenda(policy=settings.events, card=EventCard(planning=planning)),
        People(
            new_code=_new_code,
            linked=standing.linked,
            languages=settings.languages,
            deep_link=settings.deep_link,
            coordinators=settings.runs.coordinators,
        ),
        Editors(),
        Events(policy=settings.events, planning=planning, new_uid=_new_uid),
        Repeating(planning=planning),
        Reminding(planning=planning),
        Attending(),
        Afterwards(planning=planning),
        Runs(policy=settings.runs, records=records, card=card),
        Reporting(card=card, write_report=settings.write_report),
        Recruiting(policy=settings.runs, records=records),
        Drafting(records=records),
        Windows(records=records),
        Approving(policy=settings.runs),
        Confirming(policy=settings.runs, records=records, standing=standing, stopping=stopping),
        Halting(policy=settings.runs, records=records, standing=standing, stopping=stopping),
        Righting(records=records),
        GoingOn(policy=settings.runs, records=records),
        Answering(records=records, link=settings.change_link, usual=settings.listens),
        OptingOut(policy=settings.runs),
        Coordinators(networks=settings.networks, word_holds=settings.word_holds),
    )
    commands = tuple(command for desk in desks for command in desk.commands())
    return (*Help(commands=commands).commands(), *commands)


def _new_code() -> str:
    return codes.spelled(secrets.randbits(64))


def _new_uid() -> str:
    """Return a UID for an event (RFC 7986, section 5.3)."""
    return str(uuid.uuid4())
