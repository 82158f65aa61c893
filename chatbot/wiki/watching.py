"""What on a wiki tells the bot to stop: edits to certain pages, a block, a global lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import answers, is_askable, query_once, several
from commands.wikis import LastEdit, Signs

_RVPROP = "ids|user|timestamp"


async def signs(
    ask: Ask, ask_unknown: Ask, username: str, pages: Sequence[str], *, central: bool
) -> Signs:
    """Return the signs there are. A locked account is not let in, and still sees them.

    `ask_unknown` asks without logging in.

    `central` asks for the lock too: a wiki without CentralAuth warns that it knows of none
    (https://www.mediawiki.org/wiki/Extension:CentralAuth/API). Raises Refused or NoAnswer.
    """
    lock = {"meta": "globaluserinfo", "guiuser": username} if central else {}
    try:
        return await _signs(ask, username, pages, lock)
    except Refused as refusal:
        if not refusal.code.startswith("login"):
            raise
    return await _signs(ask_unknown, username, pages, lock)


async def _signs(ask: Ask, username: str, pages: Sequence[str], lock: Mapping[str, str]) -> Signs:
    """Ask all in one request, but for what the bot's own edits hide."""
    titles = filter(is_askable, dict.fromkeys([f"User talk:{username}", *pages]))
    asked = answers(
        ask,
        curtimestamp=True,
        titles=several(titles),
        prop="revisions",
        rvprop=_RVPROP,
        list="users",
        ususers=several([username]),
        usprop="blockinfo",
        **lock,
    )
    found: dict[str, Any] = {}
    now = None
    async for answer in asked:
        found |= answer.get("query", {})
        now = datetime.fromisoformat(answer["curtimestamp"])
    user: Mapping[str, Any] = next(iter(found.get("users", ())), {})
    return Signs(
        account=username,
        edits=tuple(
            [
                await _by_another(ask, _last_edit(page), username)
                for page in found.get("pages", ())
                if "revisions" in page
            ]
        ),
        blocked_by=_blocked_by(user),
        locked=found["globaluserinfo"].get("locked", False) if "globaluserinfo" in found else None,
        now=now,
    )


async def _by_another(ask: Ask, last: LastEdit, username: str) -> LastEdit:
    """Return the last edit that is not the bot's, who may write on these pages too."""
    if last.user != username:
        return last
    # Only of one page at a time may one account's edits be left out.
    answer = await query_once(
        ask,
        titles=several([last.title]),
        prop="revisions",
        rvprop=_RVPROP,
        rvlimit=1,
        rvexcludeuser=username,
    )
    pages = answer.get("pages", ())
    return next((_last_edit(page) for page in pages if "revisions" in page), last)


def _last_edit(page: Mapping[str, Any]) -> LastEdit:
    revision = page["revisions"][0]
    at = datetime.fromisoformat(revision["timestamp"])
    return LastEdit(page["title"], revision["revid"], revision.get("user", ""), at)


def _blocked_by(user: Mapping[str, Any]) -> str | None:
    if "blockid" not in user or user.get("blockpartial"):
        return None
    return str(user.get("blockedby") or "?")
