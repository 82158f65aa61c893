"""The bot's own standing on a wiki (https://www.mediawiki.org/wiki/API:Userinfo)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatbot.wiki.answers import Ask
from chatbot.wiki.asking import query_once
from commands.wikis import AccountFacts

_APART = frozenset({"newbie", "ip", "subnet", "ip-all", "subnet-all"})
"""Limits that hold beside the account's own. Of `user` and the groups' the most generous holds."""


async def account(ask: Ask) -> AccountFacts:
    """Return what the account may do now."""
    asked = "ratelimits|rights|blockinfo|groups"
    info = (await query_once(ask, meta="userinfo", uiprop=asked))["userinfo"]
    return AccountFacts(
        name=info["name"],
        rights=frozenset(info["rights"]),
        blocked=_blocked(info),
        edits_per_minute=edits_per_minute(info.get("ratelimits", {})),
    )


def edits_per_minute(limits: Mapping[str, Any]) -> float | None:
    """Return the edit limit that binds, None where there is none ($wgRateLimits)."""
    edit = limits.get("edit", {})
    pace = {who: limit["hits"] * 60 / limit["seconds"] for who, limit in edit.items()}
    own = [value for who, value in pace.items() if who not in _APART]
    binding = [value for who, value in pace.items() if who in _APART]
    return min([*binding, *([max(own)] if own else [])], default=None)


def _blocked(info: Mapping[str, Any]) -> str | None:
    if "blockid" not in info or info.get("blockpartial"):
        return None
    return str(info.get("blockreason") or "blocked")
