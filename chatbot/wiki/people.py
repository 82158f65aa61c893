"""What a wiki knows of accounts (https://www.mediawiki.org/wiki/API:Users)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from chatbot.wiki.answers import Answer, Ask
from chatbot.wiki.asking import batches, is_askable, query, several
from commands.rules.addresses import ip_address
from commands.rules.titles import USER, Title, normalise
from commands.wikis import SiteFacts, UserFacts

USPROP = "blockinfo|groups|emailable"

_IMPOSSIBLE = re.compile("[/\x80-\x9f\u200b-\u200d\ue000-\uf8ff]")

_TEMPORARY = re.compile(r"~[0-9]{4}-")
"""$wgAutoCreateTempUser's pattern as Wikimedia has it."""


async def users(
    ask: Ask, site: SiteFacts, names: Sequence[str], *, batch: int
) -> Mapping[str, UserFacts]:
    """Return what is known of each account, by the name asked."""
    told = await entries(ask, names, usprop=USPROP, batch=batch)
    known = {name: _facts(entry) for name, entry in told.items()}
    return {name: facts_of(as_answered(name, site, known), known) for name in names}


async def entries(
    ask: Ask, names: Sequence[str], *, usprop: str, batch: int
) -> Mapping[str, Mapping[str, Any]]:
    """Return what `list=users` tells of accounts, by the name that it uses."""
    told: dict[str, Mapping[str, Any]] = {}
    for some in batches(accounts(name for name in names if is_askable(name)), batch):
        async for part in query(ask, list="users", ususers=several(some), usprop=usprop):
            told |= {entry["name"]: entry for entry in part.get("users", ())}
    return told


def facts_in(part: Answer) -> dict[str, UserFacts]:
    """Return the accounts of one part of an answer to `list=users`, by name."""
    return {entry["name"]: _facts(entry) for entry in part.get("users", [])}


def facts_of(name: str, known: Mapping[str, UserFacts]) -> UserFacts:
    """Return an account by its normal name; whoever was not told of does not exist."""
    return known.get(name, UserFacts(name, exists=False, anonymous=is_anonymous(name)))


def accounts(names: Iterable[str | None]) -> list[str]:
    """Return the names that can be accounts, once each."""
    return sorted({name for name in names if name and not is_anonymous(name)})


def usable(names: Iterable[str], site: SiteFacts) -> list[str]:
    """Return these names in normal form, once each, without those that no account can have.

    One of those would spoil a request about many. See `UserNameUtils::isValid` in MediaWiki.
    """
    normal = (normal_name(name, site) for name in names)
    return accounts(name for name in normal if name and not _IMPOSSIBLE.search(name))


def normal_name(name: str, site: SiteFacts) -> str | None:
    """Return a user name in normal form, None where it cannot be one."""
    title = normalise(name, site, default_namespace=USER)
    return title.text if isinstance(title, Title) and title.namespace == USER else None


def as_answered(name: str, site: SiteFacts, known: Container[str]) -> str:
    """Return the spelling that the wiki answered with: ours, or as asked where wikis differ."""
    title = normalise(name, site, default_namespace=USER)
    ours = title.text if isinstance(title, Title) else name
    spaced = name.replace("_", " ").strip()
    return spaced if spaced in known and ours not in known else ours


def is_anonymous(name: str) -> bool:
    """Whether a name is an IP address or a temporary account's."""
    return ip_address(name) is not None or _TEMPORARY.match(name) is not None


def _facts(entry: Mapping[str, Any]) -> UserFacts:
    return UserFacts(
        entry["name"],
        exists=exists(entry),
        blocked_indefinitely=blocked_indefinitely(entry),
        bot="bot" in entry.get("groups", ()),
        anonymous=anonymous(entry),
        emailable=bool(entry.get("emailable")),
    )


def exists(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of `list=users` is of an account."""
    return "missing" not in entry and "invalid" not in entry


def anonymous(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of `list=users` is of an IP address or a temporary account."""
    return "temp" in entry.get("groups", ()) or is_anonymous(entry["name"])


def blocked_indefinitely(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of `list=users` tells of a block from all pages without an end."""
    return entry.get("blockexpiry") == "infinite" and not entry.get("blockpartial", False)
