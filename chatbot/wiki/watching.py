"""What on a wiki tells the bot to stop: edits to certain pages, a block, a global lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import is_askable, query, several
from commands.wikis import LastEdit, Signs


class Asker(Protocol):
    """What watching needs of a session."""

    @property
    def ask(self) -> Ask:
        """Ask as the account."""
        ...

    @property
    def ask_unknown(self) -> Ask:
        """Ask without logging in."""
        ...


def signs(asker: Asker, username: str, pages: Sequence[str], *, central: bool) -> Signs:
    """Return the signs there are. A locked account is not let in, and still sees them.

    `central` asks for the lock too: a wiki without CentralAuth warns that it knows of none
    (https://www.mediawiki.org/wiki/Extension:CentralAuth/API). Raises Refused or NoAnswer.
    """
    lock = {"meta": "globaluserinfo", "guiuser": username} if central else {}
    try:
        return _signs(asker.ask, username, pages, lock)
    except Refused as refusal:
        if not refusal.code.startswith("login"):
            raise
    return _signs(asker.ask_unknown, username, pages, lock)


def _signs(ask: Ask, username: str, pages: Sequence[str], lock: Mapping[str, str]) -> Signs:
    """Ask all in one request."""
    titles = filter(is_askable, dict.fromkeys([f"User talk:{username}", *pages]))
    asked = query(
        ask,
        titles=several(titles),
        prop="revisions",
        rvprop="ids|user|timestamp",
        list="users",
        ususers=several([username]),
        usprop="blockinfo",
        **lock,
    )
    found: dict[str, Any] = {}
    for part in asked:
        found |= part
    user: Mapping[str, Any] = next(iter(found.get("users", ())), {})
    return Signs(
        account=username,
        edits=tuple(_last_edit(page) for page in found.get("pages", ()) if "revisions" in page),
        blocked_by=_blocked_by(user),
        locked=found["globaluserinfo"].get("locked", False) if "globaluserinfo" in found else None,
    )


def _last_edit(page: Mapping[str, Any]) -> LastEdit:
    revision = page["revisions"][0]
    at = datetime.fromisoformat(revision["timestamp"])
    return LastEdit(page["title"], revision["revid"], revision.get("user", ""), at)


def _blocked_by(user: Mapping[str, Any]) -> str | None:
    if "blockid" not in user or user.get("blockpartial"):
        return None
    return str(user.get("blockedby") or "?")
