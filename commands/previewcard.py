"""What stands under a preview: how to confirm exactly what was shown, or what became of it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from commands.changes import since_then
from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.buttons import confirming, objecting
from commands.rules.confirmation import HUMANS_NEEDED, Grounds, Why, counting, unfit
from commands.rules.digest import digest_code, personal_code
from commands.rundesk import state_line
from commands.standing import Standing
from storage import people
from storage.runvalues import Run, RunState
from storage.values import Card, CardKind


class PreviewCard:
    """Composes the short message at the end of a preview in which a code was given."""

    def __init__(self, *, policy: RunPolicy, standing: Standing) -> None:
        self._policy = policy
        self._standing = standing

    async def under(self, session: AsyncSession, run: Run, *, digest: str, person: int) -> Reply:
        """Return what stands under the preview of `digest` that a person was given.

        Without buttons, nothing more becomes of it.
        """
        card = Card(CardKind.PREVIEW, run.number, digest, person)
        if run.digest != digest:
            return reply(await since_then(session, run), card=card)
        if run.state is not RunState.PROPOSED:
            settled = line("preview.settled", run=run.number, name=run.name, state=state_line(run))
            return reply(settled, card=card)
        grounds = await self._standing.grounds(session, run)
        if any(each.person == person for each in grounds.confirmations):
            return reply(_confirmed(grounds), buttons=(objecting(run),), card=card)
        if why := await _unfit(session, person, grounds):
            refused = line("confirm.refused", run=run.number, why=line(f"confirm.why.{why}"))
            return reply(refused, card=card)
        code = personal_code(self._policy.secret, digest, person)
        return reply(
            line("preview.digest", digest=digest_code(digest)),
            line("preview.code", run=run.number, code=code),
            buttons=(confirming(run, code), objecting(run)),
            card=card,
        )


def _confirmed(grounds: Grounds) -> Line:
    run = grounds.run
    humans = len(counting(grounds))
    return line(
        "preview.confirmed", run=run.number, name=run.name, humans=humans, needed=HUMANS_NEEDED
    )


async def _unfit(session: AsyncSession, person: int, grounds: Grounds) -> Why | None:
    """Return why a person's word does not count any more, by whatever identity."""
    reasons = [
        unfit(person, identity, grounds) for identity in await people.identities(session, person)
    ]
    return None if None in reasons else next(iter(reasons), Why.NO_COORDINATOR)
