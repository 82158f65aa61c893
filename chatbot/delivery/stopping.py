"""A wiki stops the bot: no run writes there any more, and the coordinators hear by whose word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.delivery.announcing import Announcing
from commands.messages import Line, line, reply
from commands.policy import RunPolicy
from commands.rundesk import RUN_CARDS
from storage import cards, ledger, runs, stops
from storage.deliveries import UNDER_WAY
from storage.runvalues import Stop, StopKind


class Stopping:
    """Keeps stops. `addresses` are those of each wiki's index.php, for links in chats."""

    def __init__(
        self,
        *,
        policy: RunPolicy,
        announcing: Announcing,
        addresses: Mapping[str, str],
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._policy = policy
        self._announcing = announcing
        self._addresses = addresses
        self._clock = clock
        self._log = log

    async def stop(self, session: AsyncSession, new: Stop) -> bool:
        """Stop a wiki, by a lock of the account all wikis. Return False where nothing is new."""
        stopped = [
            wiki for wiki in self._wikis(new) if await stops.stop(session, replace(new, wiki=wiki))
        ]
        for wiki in stopped:
            await ledger.append(
                session,
                at=self._clock(),
                actor=None,
                action="wiki.stopped",
                subject=f"wiki:{wiki}",
                details={"kind": new.kind, "page": new.page, "revid": new.revid},
            )
            self._log.warning("wiki.stopped", wiki=wiki, kind=new.kind, revid=new.revid)
        if stopped:
            await self._announcing.show(session, reply(self._told(new)))
            for run in await runs.in_state(session, UNDER_WAY):
                await cards.look_again(session, RUN_CARDS, run.number, self._clock())
        return bool(stopped)

    def _wikis(self, new: Stop) -> tuple[str, ...]:
        """Return which wikis a stop is for; no lock reaches those that nobody real reads."""
        if new.kind is not StopKind.LOCK:
            return (new.wiki,)
        return tuple(wiki for wiki in self._policy.wikis if wiki not in self._policy.dry)

    def _told(self, new: Stop) -> Line:
        return line(f"stop.{new.kind}", wiki=new.wiki, who=new.by, link=self._link(new), prefix="!")

    def _link(self, new: Stop) -> str:
        address = self._addresses.get(new.wiki)
        if address is None:
            return f"[[{new.page}]]"
        if new.revid is not None:
            return f"{address}?diff={new.revid}"
        return f"{address}?title={new.page.replace(' ', '_')}"
