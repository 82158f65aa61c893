"""What a wiki knows of accounts (https://www.mediawiki.org/wiki/API:Users)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chatbot.wiki.answers import Answer, Ask
from chatbot.wiki.asking import batches, is_askable, query, several
from commands.rules.addresses import ip_address
from commands.rules.titles import USER, Title, normalise
from commands.wikis import SiteFacts, UserFacts

USPROP = "blockinfo|groups|emailable"

_TEMPORARY = re.compile(r"~[0-9]{4}-")
"""$wgAutoCreateTempUser's pattern as Wikimedia has it."""


def users(
    ask: Ask, site: SiteFacts, names: Sequence[str], *, batch: int
) -> Mapping[str, UserFacts]:
    """Return what is known of each account, by the name asked."""
    known: dict[str, UserFacts] = {}
    for some in batches(accounts(name for name in names if is_askable(name)), batch):
        for part in query(ask, list="users", ususers=several(some), usprop=USPROP):
            known |= facts_in(part)
    return {name: facts_of(_as_answered(name, site, known), known) for name in names}


def facts_in(part: Answer) -> dict[str, UserFacts]:
    """Return the accounts of one part of an answer to `list=users`, by name."""
    return {entry["name"]: _facts(entry) for entry in part.get("users", [])}


def facts_of(name: str, known: Mapping[str, UserFacts]) -> UserFacts:
    """Return an account by its normal name; whoever was not told of does not exist."""
    anonymous = is_anonymous(name)
    return known.get(name, UserFacts(name, exists=False, anonymous=anonymous))


def accounts(names: Iterable[str | None]) -> list[str]:
    """Return the names that can be accounts, once each."""
    return sorted({name for name in names if name and not is_anonymous(name)})


def _as_answered(name: str, site: SiteFacts, known: Mapping[str, UserFacts]) -> str:
    """Return the spelling that the wiki answered with: ours, or as asked where wikis differ."""
    title = normalise(name, site, default_namespace=USER)
    ours = title.text if isinstance(title, Title) else name
    spaced = name.replace("_", " ").strip()
    return spaced if spaced in known and ours not in known else ours


def is_anonymous(name: str) -> bool:
    """Whether a name is an IP address or a temporary account's."""
    return ip_address(name) is not None or _TEMPORARY.match(name) is not None


def _facts(entry: Mapping[str, Any]) -> UserFacts:
    groups = entry.get("groups", ())
    name = entry["name"]
    return UserFacts(
        name,
        exists="missing" not in entry and "invalid" not in entry,
        blocked_indefinitely=_blocked_indefinitely(entry),
        bot="bot" in groups,
        anonymous="temp" in groups or is_anonymous(name),
        emailable=bool(entry.get("emailable")),
    )


def _blocked_indefinitely(entry: Mapping[str, Any]) -> bool:
    return entry.get("blockexpiry") == "infinite" and not entry.get("blockpartial", False)
