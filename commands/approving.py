"""The desk for where a wiki's community allowed the bot's messages: a link with an end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt, plain
from commands.messages import Line, Moment, Reply, line, reply
from commands.offsets import Misunderstood
from commands.policy import RunPolicy
from commands.when import understand
from storage import approvals, ledger
from storage.runvalues import Approval

_USUAL = timedelta(days=365)
"""How long an approval holds that names no end."""

_GIVEN = re.compile(
    r"(\[\[[^\[\]|]{1,300}\]\]|https?://\S{1,500})(?:\s+until\s+(.+))?", re.DOTALL | re.IGNORECASE
)


class Approving:
    """Keeps links to what wikis agreed to."""

    def __init__(self, *, policy: RunPolicy) -> None:
        self._policy = policy

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "approval",
                Who.COORDINATOR,
                "help.approval",
                "approval svwiki [[Wikipedia:Robotar/Ansökningar]] until 31 December 2027",
                self.approve,
                (Argument("wiki", Kind.WORD), Argument("link", Kind.TEXT)),
                writes=True,
                form="approval WIKI [[PAGE]] [until DATE]",
            ),
            Command("approvals", Who.ALL, "help.approvals", "approvals", self.everything),
        )

    async def approve(self, call: Call) -> Reply:
        """Keep where a wiki's approval can be read."""
        wiki = plain(call.text("wiki"))
        if wiki not in self._policy.wikis:
            return reply(line("approval.no_wiki", given=excerpt(wiki)))
        given = _GIVEN.fullmatch(call.text("link").strip())
        if given is None:
            return reply(line("approval.no_link", prefix=call.prefix))
        until = _end(call, given[2])
        if isinstance(until, Line):
            return reply(until)
        approval = Approval(wiki, given[1], until)
        await approvals.give(call.session, approval, person=call.person.key, now=call.now)
        await ledger.append(
            call.session,
            at=call.now,
            actor=call.person.key,
            action="approval.given",
            subject=f"wiki:{wiki}",
            details={"link": approval.link, "until": until.isoformat()},
        )
        return reply(_shown("approval.given", approval, call))

    async def everything(self, call: Call) -> Reply:
        """Say what was approved where, and which wikis ask for it in vain."""
        given = await approvals.latest(call.session)
        lines = [
            _shown("approval.holds" if each.until > call.now else "approval.ended", each, call)
            for each in given
        ]
        lacking = tuple(sorted(self._policy.approval.difference(each.wiki for each in given)))
        if lacking:
            lines.append(line("approval.lacking", wikis=lacking, prefix=call.prefix))
        if not lines:
            return reply(line("approval.none"))
        return reply(*lines, private=len(lines) > 3)


def _end(call: Call, words: str | None) -> datetime | Line:
    """Return when an approval ends: at the end of the day where no time of day is said."""
    if words is None:
        return call.now + _USUAL
    readings = [
        understand(text, now=call.now, zone=call.zone) for text in (f"{words} 23:59", words)
    ]
    for each in readings:
        if not isinstance(each, Misunderstood):
            return each.instant
    return next(each.problem for each in readings if isinstance(each, Misunderstood))


def _shown(key: str, approval: Approval, call: Call) -> Line:
    until = Moment(approval.until, call.zone)
    return line(key, wiki=approval.wiki, link=approval.link, until=until)
