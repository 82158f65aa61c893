"""All desks together, as the bot has them, with settings that harm nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from chatbot.desks import DeskSettings, all_commands
from commands.declaration import Command
from tests.commands import event_desks, rundesks


async def _nowhere(run: int) -> tuple[Path, ...]:
    return (Path(f"reports/run-{run}.html"),)


def every_command() -> tuple[Command, ...]:
    """Return every command that there is, in the order of the help."""
    return all_commands(
        DeskSettings(
            events=replace(event_desks.POLICY, channels=(event_desks.TALKS,)),
            runs=rundesks.POLICY,
            networks=("libera", "oftc"),
            languages=("en", "ar", "es", "sv"),
            word_holds=timedelta(hours=72),
            write_report=_nowhere,
        )
    )
