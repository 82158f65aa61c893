"""Runs as coordinators would have prepared and confirmed them, made directly in the database."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from storage import deliveries, people, runs
from storage.database import Database
from storage.values import Delivery, Identity, Recipient, Run, RunState

TALK = {"svwiki": "Användardiskussion"}


def recipients(pages: Iterable[tuple[str, str]]) -> list[Recipient]:
    """Return recipients of (wiki, user), numbered in this order."""
    return [
        Recipient(
            number,
            wiki,
            f"{TALK.get(wiki, 'User talk')}:{user}",
            user,
            f"{user}@{wiki}",
            "you gave a talk",
        )
        for number, (wiki, user) in enumerate(pages, start=1)
    ]


async def confirmed(database: Database, audience: Sequence[Recipient], **different: object) -> Run:
    """Return a run that two have confirmed just now, with a digest like no other."""
    now = datetime.now(UTC)
    usual: dict[str, object] = {
        "state": RunState.CANARY,
        "subject": "Tech talk in December",
        "body": "There will be a talk.",
        "footer": "<small>Sent on behalf of Alice, because {reason}.</small>",
        "digest": secrets.token_hex(32),
        "proposed_at": now,
        "started_at": now,
    }
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), now)
        run = await runs.add(session, "December", created_by=alice.key, now=now)
        await deliveries.freeze(session, run.number, audience)
        run = replace(run, proposed_by=alice.key, **(usual | different))  # type: ignore[arg-type]
        await runs.save(session, run)
    return run


async def stands(database: Database, run: Run) -> RunState:
    """Return the state in which a run is by now."""
    async with database.reading() as session:
        found = await runs.get(session, run.number)
    assert found is not None
    return found.state


async def all_deliveries(database: Database, run: Run) -> tuple[Delivery, ...]:
    """Return what became of all recipients of a run by now."""
    async with database.reading() as session:
        return await deliveries.of_run(session, run.number)
