"""What else is read from a wiki: its facts, pages' texts, categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import batches, is_askable, query, query_once, several
from chatbot.wiki.targets import Targets
from commands.rules.titles import Title, namespace_number, normalise
from commands.wikis import Namespace, PageText, SiteFacts

_CATEGORY = 14
_TEXTS = 50
"""Pages whose texts are asked for at once: they can be large."""
_OPTOUT_MESSAGE = "massmessage-optout-category"
_OPTOUT_DEFAULT = "Opted-out of message delivery"


async def site_facts(ask: Ask, wiki: str, more_optouts: Sequence[str]) -> SiteFacts:
    """Return the wiki's facts (https://www.mediawiki.org/wiki/API:Siteinfo)."""
    siprop = "general|namespaces|namespacealiases|interwikimap|extensions"
    info: dict[str, Any] = {}
    async for part in query(ask, meta="siteinfo", siprop=siprop):
        info |= part
    general = info["general"]
    optout = await _optout_category(ask, general["lang"])
    hosts = {entry["prefix"]: urlsplit(entry["url"]).netloc for entry in info["interwikimap"]}
    return SiteFacts(
        wiki=wiki,
        language=general["lang"],
        sitename=general.get("sitename", ""),
        server_names=_server_names(general),
        namespaces=_namespaces(info),
        interwiki_prefixes=frozenset(hosts),
        interwiki_hosts=hosts,
        optout_categories=tuple(dict.fromkeys([optout, *more_optouts])),
        page_url=_page_url(general),
        extensions=frozenset(entry["name"] for entry in info["extensions"]),
    )


def _namespaces(info: Mapping[str, Any]) -> tuple[Namespace, ...]:
    aliases: dict[int, list[str]] = {}
    for entry in info["namespaces"].values():
        aliases.setdefault(entry["id"], []).append(entry.get("canonical", ""))
    for entry in info["namespacealiases"]:
        aliases.setdefault(entry["id"], []).append(entry["alias"])
    return tuple(
        Namespace(
            entry["id"],
            entry["name"],
            tuple(dict.fromkeys(name for name in aliases[entry["id"]] if name != entry["name"])),
            entry["case"] == "first-letter",
        )
        for entry in info["namespaces"].values()
    )


def _server_names(general: Mapping[str, Any]) -> tuple[str, ...]:
    addresses = (urlsplit(general["server"]).netloc, general.get("servername"))
    mobile = urlsplit(general.get("mobileserver") or "").netloc
    names = (*addresses, mobile, general["wikiid"])
    return tuple(dict.fromkeys(name for name in names if name))


def _page_url(general: Mapping[str, Any]) -> str:
    server = str(general["server"])
    return f"{'https:' if server.startswith('//') else ''}{server}{general['articlepath']}"


async def _optout_category(ask: Ask, language: str) -> str:
    """Return the wiki's own name of the category, as the MassMessage extension finds it."""
    answer = await query_once(ask, meta="allmessages", ammessages=_OPTOUT_MESSAGE, amlang=language)
    message = answer["allmessages"][0]
    name = str(message.get("content", "")).strip()
    return name if name not in {"", "-"} else _OPTOUT_DEFAULT


async def read(ask: Ask, title: str) -> PageText:
    """Return a page's text, redirects followed. Refused `missingtitle` or `invalidtitle`."""
    if not is_askable(title):
        raise Refused("invalidtitle", "not a title")
    answer = await query_once(
        ask,
        titles=several([title]),
        redirects=True,
        prop="revisions",
        rvprop="ids|content",
        rvslots="main",
    )
    page: dict[str, Any] = next(iter(answer.get("pages", ())), {"invalid": True})
    if "invalid" in page:
        raise Refused("invalidtitle", str(page.get("invalidreason", "not a page of this wiki")))
    if "revisions" not in page:
        raise Refused("missingtitle", "no such page")
    if not _told(page):
        raise Refused("missingcontent", "its text is hidden")
    return _text(page)


async def texts(ask: Ask, titles: Sequence[str]) -> Mapping[str, PageText]:
    """Return the texts of the pages that exist and are not hidden, by the title asked."""
    found: dict[str, PageText] = {}
    for some in batches(list(dict.fromkeys(filter(is_askable, titles))), _TEXTS):
        targets = Targets()
        asked = query(
            ask, titles=several(some), prop="revisions", rvprop="ids|content", rvslots="main"
        )
        async for part in asked:
            targets.add(part)
        told = {title: targets.page(title) for title in some}
        found |= {title: _text(page) for title, page in told.items() if _told(page)}
    return found


def _told(page: Mapping[str, Any]) -> bool:
    revision: Mapping[str, Any] = next(iter(page.get("revisions", ())), {})
    return "content" in revision.get("slots", {}).get("main", {})


def _text(page: Mapping[str, Any]) -> PageText:
    revision = page["revisions"][0]
    main = revision["slots"]["main"]
    return PageText(
        page["title"], page["ns"], revision["revid"], main["contentmodel"], main["content"]
    )


async def members(ask: Ask, site: SiteFacts, category: str) -> Sequence[str]:
    """Return a category's members; its name may come with or without the namespace."""
    prefix, colon, _ = category.partition(":")
    named = bool(colon) and namespace_number(prefix, site) == _CATEGORY
    title = category if named else f"Category:{category}"
    asked = query(ask, list="categorymembers", cmtitle=title, cmprop="title", cmlimit="max")
    return [entry["title"] async for part in asked for entry in part["categorymembers"]]


async def subpages(ask: Ask, site: SiteFacts, page: str) -> Sequence[str]:
    """Return a page's subpages (https://www.mediawiki.org/wiki/API:Allpages)."""
    title = normalise(page, site)
    if not isinstance(title, Title):
        return []
    asked = query(
        ask,
        list="allpages",
        apprefix=f"{title.text}/",
        apnamespace=title.namespace,
        apfilterredir="nonredirects",
        aplimit="max",
    )
    return [entry["title"] async for part in asked for entry in part["allpages"]]


async def revisions(ask: Ask, titles: Sequence[str], *, batch: int) -> Mapping[str, int]:
    """Return the last revision id of each page that exists, by the title asked."""
    askable = list(dict.fromkeys(filter(is_askable, titles)))
    found: dict[str, int] = {}
    for some in batches(askable, batch):
        async for part in query(ask, titles=several(some), prop="info"):
            spelled = {entry["from"]: entry["to"] for entry in part.get("normalized", ())}
            last = {page["title"]: page.get("lastrevid", 0) for page in part.get("pages", ())}
            standing = {title: last.get(spelled.get(title, title), 0) for title in some}
            found |= {title: revid for title, revid in standing.items() if revid}
    return found
