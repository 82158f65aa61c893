"""Slow work that a command asks for on a run: kept as an errand, answered by a notice."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from commands.declaration import Call
from commands.messages import Line, line
from commands.rules.lifecycle import EDITABLE
from commands.rundesk import not_now, run_meant
from storage import errands
from storage.runvalues import ErrandKind, Run, RunKind
from storage.values import Destination, Place


async def run_to_draft(call: Call, *, but: Collection[RunKind] = ()) -> Run | Line:
    """Return the run of the argument RUN, locked, or a sentence that it cannot be changed now.

    `but` are the kinds of run that have nothing of what is to be changed.
    """
    run = await run_meant(call)
    if isinstance(run, Run) and run.kind in but:
        return line("right.fixed", run=run.number, name=run.name, of=run.of_run or 0)
    if isinstance(run, Line) or run.state in EDITABLE:
        return run
    return not_now(run)


async def ask(
    call: Call,
    kind: ErrandKind,
    run: Run,
    arguments: Mapping[str, str],
    *,
    private: bool = False,
) -> None:
    """Have an errand done and answered where it was asked for; `private`: to the speaker alone."""
    alone = Destination(call.identity.network, Place.PERSON, call.identity.account)
    await errands.ask(
        call.session,
        kind,
        run=run.number,
        person=call.person.key,
        identity=call.identity,
        answer_to=alone if private or call.where is None else call.where,
        now=call.now,
        arguments=arguments,
    )
