"""What each recipient of the runs under way gets; a run's texts are read once, not each time."""

from __future__ import annotations

from chatbot.delivery.holding import Holding
from commands.rules.letter import Letter, letter
from storage import texts
from storage.runvalues import Delivery, Run, Text


class Letters:
    """Makes letters. What a digest stands for never changes, so that texts are kept by it."""

    def __init__(self, *, holding: Holding) -> None:
        self._holding = holding
        self._texts: dict[int, tuple[str | None, tuple[Text, ...]]] = {}

    async def of(self, delivery: Delivery, run: Run) -> Letter:
        """Return what a delivery's recipient gets."""
        digest, found = self._texts.get(run.number, (None, ()))
        if digest is None or digest != run.digest:
            async with self._holding.reading() as session:
                found = await texts.of_run(session, run.number)
            self._texts[run.number] = run.digest, found
        return letter(run, found, delivery.recipient)
