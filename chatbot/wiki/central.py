"""Global accounts (https://www.mediawiki.org/wiki/Extension:CentralAuth/API)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import is_askable, query_once
from chatbot.wiki.people import is_anonymous
from commands.census import Attached, GlobalAccount

_NO_NAME = frozenset({"baduser", "invaliduser"})


async def global_account(ask: Ask, name: str) -> GlobalAccount | None:
    """Return a global account with its local ones; None where there is none, or no CentralAuth.

    A wiki without CentralAuth says nothing of `globaluserinfo`. Of an account that is hidden the
    wiki says that it is missing.
    """
    if not is_askable(name) or is_anonymous(name):
        return None
    guiprop = "groups|merged|editcount"
    try:
        answer = await query_once(ask, meta="globaluserinfo", guiuser=name, guiprop=guiprop)
    except Refused as refusal:
        if refusal.code in _NO_NAME:
            return None
        raise
    info = answer.get("globaluserinfo")
    return None if info is None or "missing" in info else _account(info)


def _account(info: Mapping[str, Any]) -> GlobalAccount:
    return GlobalAccount(
        central_id=info["id"],
        name=info["name"],
        home=info.get("home"),
        registered_at=_instant(info),
        edits=info.get("editcount") or 0,
        locked=bool(info.get("locked")),
        hidden=bool(info.get("hidden")),
        groups=frozenset(info.get("groups", ())),
        attached=tuple(_attached(entry) for entry in info.get("merged", ())),
    )


def _attached(entry: Mapping[str, Any]) -> Attached:
    return Attached(
        wiki=entry["wiki"],
        edits=entry.get("editcount") or 0,
        registered_at=_instant(entry),
        groups=frozenset(entry.get("groups", ())),
        blocked_indefinitely=entry.get("blocked", {}).get("expiry") == "infinity",
    )


def _instant(entry: Mapping[str, Any]) -> datetime | None:
    registration = entry.get("registration")
    return datetime.fromisoformat(registration) if registration else None
