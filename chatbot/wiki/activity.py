"""When accounts last edited (https://www.mediawiki.org/wiki/API:Usercontribs)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from chatbot.wiki import people
from chatbot.wiki.answers import Ask
from chatbot.wiki.asking import batches, several
from commands.wikis import SiteFacts

_PERIODS = tuple(timedelta(days=4**power) for power in range(6))
"""From a day to three years."""


async def last_edits(
    ask: Ask, site: SiteFacts, names: Sequence[str], *, batch: int
) -> Mapping[str, datetime]:
    """Return when each account last edited, by the name asked; whoever never did is left out.

    The wiki lists edits of many accounts at once, but all of them, not the last of each. So it is
    asked for longer and longer periods, about those who were not seen yet.
    """
    answer = await ask(action="query", curtimestamp=True)
    now = datetime.fromisoformat(answer["curtimestamp"])
    found: dict[str, datetime] = {}
    for some in batches(people.usable(names, site), batch):
        for since in (*(now - period for period in _PERIODS), None):
            found |= await _since(ask, [name for name in some if name not in found], since)
    spelled = {name: people.as_answered(name, site, found) for name in names}
    return {name: found[normal] for name, normal in spelled.items() if normal in found}


async def _since(ask: Ask, names: Sequence[str], since: datetime | None) -> dict[str, datetime]:
    """Return the last edits since then.

    An answer that is cut short holds the newest edits of those whom it names. To ask about the
    rest anew skips what else they did.
    """
    found: dict[str, datetime] = {}
    rest = list(names)
    while rest:
        answer = await ask(
            action="query",
            list="usercontribs",
            ucuser=several(rest),
            ucprop="timestamp",
            uclimit="max" if len(rest) > 1 else 1,
            ucend=since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else None,
            formatversion=2,
        )
        told = _latest(answer["query"]["usercontribs"])
        found |= told
        before, rest = rest, [name for name in rest if name not in told]
        if "continue" not in answer or len(rest) == len(before):
            break
    return found


def _latest(entries: Iterable[Mapping[str, str]]) -> dict[str, datetime]:
    latest: dict[str, datetime] = {}
    for entry in entries:
        at = datetime.fromisoformat(entry["timestamp"])
        latest[entry["user"]] = max(at, latest.get(entry["user"], at))
    return latest
