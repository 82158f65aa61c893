"""Accounts as the census wants them (https://www.mediawiki.org/wiki/API:Users, API:Allusers)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chatbot.wiki import people
from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import query
from commands.census import Account
from commands.wikis import SiteFacts

_USPROP = "blockinfo|centralids|editcount|registration|groups|emailable"
_CENTRAL = "CentralAuth"


async def accounts(
    ask: Ask, site: SiteFacts, names: Sequence[str], *, batch: int
) -> Mapping[str, Account]:
    """Return what is known of accounts, by the name asked."""
    entries = await people.entries(ask, names, usprop=_USPROP, batch=batch)
    known = {name: _account(site.wiki, entry) for name, entry in entries.items()}
    found: dict[str, Account] = {}
    for name in names:
        normal = people.as_answered(name, site, known)
        anonymous = people.is_anonymous(normal)
        unknown = Account(site.wiki, normal, exists=False, anonymous=anonymous)
        found[name] = known.get(normal, unknown)
    return found


def _account(wiki: str, entry: Mapping[str, Any]) -> Account:
    registration = entry.get("registration")
    return Account(
        wiki,
        entry["name"],
        exists=people.exists(entry),
        central_id=_central_id(entry),
        edits=entry.get("editcount") or 0,
        # Nobody wrote it down before 2005.
        registered_at=datetime.fromisoformat(registration) if registration else None,
        groups=frozenset(entry.get("groups", ())),
        blocked_indefinitely=people.blocked_indefinitely(entry),
        anonymous=people.anonymous(entry),
        emailable=bool(entry.get("emailable")),
    )


def _central_id(entry: Mapping[str, Any]) -> int | None:
    if not entry.get("attachedlocal", {}).get(_CENTRAL):
        return None
    return entry.get("centralids", {}).get(_CENTRAL) or None


async def in_group(ask: Ask, group: str) -> Sequence[str]:
    """Return a group's members. Refused `unknowngroup`: the wiki would list all accounts."""
    answer = await ask(action="paraminfo", modules="query+allusers", formatversion=2)
    parameters = answer["paraminfo"]["modules"][0]["parameters"]
    if group not in next(each["type"] for each in parameters if each["name"] == "group"):
        raise Refused("unknowngroup", "no such group of users")
    asked = query(ask, list="allusers", augroup=group, aulimit="max")
    return [entry["name"] async for part in asked for entry in part["allusers"]]
