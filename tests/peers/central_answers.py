"""Stands before real wikis and answers what the CentralAuth and Wikibase extensions would.

It exists because Debian packages MediaWiki without these two, so that they cannot be had for a
test. Everything else is the real wikis' own answer, and what is said of global accounts is made
of what those wikis say of the local ones: accounts of one name are attached to one another.

Shapes, refusals and limits are those of `ApiQueryGlobalUserInfo`, `ApiClientInfo`, `GetEntities`
and core's `ApiQueryUserInfo::getCentralUserInfo`. Where a real wiki would only warn, it warns,
and the farm keeps the warning among its `complaints`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import requests

from tests.peers.faulty_proxy import AskWiki, FaultyProxy
from tests.peers.mediawiki import MediaWiki

Parameters = Mapping[str, str]
Answer = dict[str, Any]

_GUI = {"guiuser", "guiid", "guiprop"}
_GUIPROP = {"groups", "rights", "merged", "unattached", "editcount"}
_WB, _WBPROP = {"wbprop"}, {"url", "siteid"}
_MAIN = {"action", "format", "formatversion", "maxlag", "assert", "assertuser", "uselang"}
_ENTITIES = _MAIN | {"ids", "sites", "titles", "redirects", "props", "languages", "sitefilter"}
_ENTITIES |= {"languagefallback", "normalize"}
_PROPS = {"info", "sitelinks", "sitelinks/urls", "aliases", "labels", "descriptions", "claims"}
_LIMIT, _HIGH_LIMIT = 50, 500
_ENTITY_ID = re.compile(r"[QPL][1-9][0-9]{0,9}", re.IGNORECASE)
_LOCAL = "editcount|registration|groupmemberships|blockinfo"


class Refusal(Exception):  # noqa: N818 - an answer
    """The API's error, with `details` beside code and text."""

    def __init__(self, code: str, info: str, **details: object) -> None:
        super().__init__(code)
        self.answer = {"error": {"code": code, "info": info, **details}}


@dataclass(kw_only=True)
class Farm:
    """What the wikis have in common. A test may change all of it at any time.

    `unattached` are accounts as (wiki, name), `items` are sitelinks by item and wiki,
    `redirects` lead from one item to another, and of those `deleted` only the wikis know still.
    The first wiki is where the items are kept.
    """

    wikis: Mapping[str, MediaWiki]
    homes: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    unattached: set[tuple[str, str]] = field(default_factory=set)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    proxies: dict[str, "CentralAnswers"] = field(default_factory=dict)

    @contextmanager
    def running(self) -> Iterator["Farm"]:
        """Serve a second address of each wiki until the end of the block."""
        with ExitStack() as stack:
            for name in self.wikis:
                proxy = CentralAnswers(farm=self, name=name)
                self.proxies[name] = stack.enter_context(proxy.running())
            yield self

    def api(self, wiki: str) -> str:
        """The address of a wiki to give to the bot."""
        return self.proxies[wiki].api

    def local_accounts(self, name: str) -> dict[str, Answer]:
        """Return the accounts of this name, by wiki."""
        found = {wiki: self._local_account(wiki, name) for wiki in self.wikis}
        return {wiki: entry for wiki, entry in found.items() if "missing" not in entry}

    def is_attached(self, wiki: str, name: str) -> bool:
        """Whether a local account belongs to the global one."""
        return (wiki, name) not in self.unattached

    def _local_account(self, wiki: str, name: str) -> Answer:
        asked = {"action": "query", "list": "users", "ususers": name, "usprop": _LOCAL}
        asked |= {"format": "json", "formatversion": "2"}
        answer = requests.post(self.wikis[wiki].api, data=asked, timeout=60).json()
        entry: Answer = answer["query"]["users"][0]
        if "invalid" in entry:
            raise Refusal("baduser", f'Invalid value "{name}" for user parameter "guiuser".')
        return entry


class CentralAnswers(FaultyProxy):
    """One wiki of a farm, at which faults can be asked for as well."""

    def __init__(self, *, farm: Farm, name: str) -> None:
        super().__init__(wiki_api=farm.wikis[name].api)
        self.name = name
        self._farm = farm

    def answer(self, parameters: Parameters, ask_wiki: AskWiki) -> bytes | None:
        """Answer what belongs to the extensions."""
        try:
            answer = self._answer(parameters, ask_wiki)
        except Refusal as refusal:
            answer = refusal.answer
        if answer is None:
            return None
        self._farm.complaints += _complaints(answer)
        return json.dumps(answer).encode()

    def _answer(self, parameters: Parameters, ask_wiki: AskWiki) -> Answer | None:
        if parameters["action"] == "wbgetentities":
            return _Entities(self._farm, parameters).answer()
        if parameters["action"] != "query":
            return None
        metas = set(_values(parameters, "meta"))
        central = "centralids" in _values(parameters, "usprop")
        items = "pageprops" in _values(parameters, "prop")
        if not (central or items or metas & {"globaluserinfo", "wikibase"}):
            return None
        if parameters.get("formatversion") != "2":
            raise Refusal("standin", "only formatversion=2 is spoken here")
        answer: Answer = ask_wiki(_without_extensions(parameters)).json()
        if "error" not in answer:
            self._add(answer, parameters, metas, central=central, items=items)
        return answer

    def _add(
        self, answer: Answer, parameters: Parameters, metas: set[str], *, central: bool, items: bool
    ) -> None:
        query = answer.setdefault("query", {})
        if central:
            self._add_central_ids(query)
        if items:
            self._add_items(query, _values(parameters, "ppprop"))
        if "wikibase" in metas:
            _warn_of_unknown(answer, "wikibase", "wb", parameters, _WB, _WBPROP)
            query["wikibase"] = self._wikibase(_values(parameters, "wbprop") or sorted(_WBPROP))
        if "globaluserinfo" in metas:
            _warn_of_unknown(answer, "globaluserinfo", "gui", parameters, _GUI, _GUIPROP)
            query["globaluserinfo"] = self._global_user_info(parameters)

    def _add_central_ids(self, query: Answer) -> None:
        for user in query.get("users", []):
            if "centralids" in user:
                attached = self._farm.is_attached(self.name, user["name"])
                hidden = user["name"] in self._farm.hidden
                # The identity of a name is looked up whether or not it is attached here.
                user["centralids"]["CentralAuth"] = 0 if hidden else central_id(user["name"])
                user["attachedlocal"]["CentralAuth"] = attached

    def _add_items(self, query: Answer, asked: Sequence[str]) -> None:
        names = {links[self.name]: q for q, links in self._farm.items.items() if self.name in links}
        for page in query.get("pages", []):
            if page.get("title") in names and (not asked or "wikibase_item" in asked):
                page.setdefault("pageprops", {})["wikibase_item"] = names[page["title"]]

    def _wikibase(self, asked: Sequence[str]) -> Answer:
        # As on Wikimedia's wikis, the address has no scheme.
        repository = next(iter(self._farm.proxies.values())).api.removeprefix("http:")
        base = repository.removesuffix("/api.php")
        url = {"base": base, "scriptpath": "", "articlepath": "/wiki/$1"}
        told: Answer = {"repo": {"url": url}} if "url" in asked else {}
        return told | ({"siteid": self.name} if "siteid" in asked else {})

    def _global_user_info(self, parameters: Parameters) -> Answer:
        local = self._farm.local_accounts(parameters["guiuser"])
        name = next((entry["name"] for entry in local.values()), "")
        attached = {
            wiki: each for wiki, each in local.items() if self._farm.is_attached(wiki, name)
        }
        if not attached or name in self._farm.hidden:
            return {"missing": True}
        return _global_user_info(
            self._farm, name, attached, local, set(_values(parameters, "guiprop"))
        )


def central_id(name: str) -> int:
    """Return the identity of the global account of this name."""
    return crc32(name.encode()) % 10**8 + 1


def _global_user_info(
    farm: Farm,
    name: str,
    attached: Mapping[str, Answer],
    local: Mapping[str, Answer],
    prop: set[str],
) -> Answer:
    info: Answer = {
        "home": farm.homes.get(name, next(iter(attached))),
        "id": central_id(name),
        "registration": min(entry["registration"] for entry in attached.values()),
        "name": name,
    }
    if name in farm.locked:
        info["locked"] = True
    if "groups" in prop:
        info["groups"] = farm.groups.get(name, [])
    if "rights" in prop:
        info["rights"] = []
    if "merged" in prop:
        info["merged"] = [_merged(farm, wiki, entry) for wiki, entry in attached.items()]
    if "editcount" in prop:
        info["editcount"] = sum(entry["editcount"] for entry in attached.values())
    if "unattached" in prop:
        rest = {wiki: entry for wiki, entry in local.items() if wiki not in attached}
        info["unattached"] = [{"wiki": wiki, **_numbers(entry)} for wiki, entry in rest.items()]
    return info


def _merged(farm: Farm, wiki: str, entry: Answer) -> Answer:
    return {
        "wiki": wiki,
        "url": f"http://127.0.0.1:{farm.wikis[wiki].port}",
        "id": entry["userid"],
        "timestamp": entry["registration"],
        "method": "login",
        **_numbers(entry),
    }


def _numbers(entry: Answer) -> Answer:
    numbers = {key: entry[key] for key in ("editcount", "registration")}
    if entry["groupmemberships"]:
        numbers["groups"] = [each["group"] for each in entry["groupmemberships"]]
    if "blockid" in entry:
        expiry = entry["blockexpiry"].replace("infinite", "infinity")
        numbers["blocked"] = {"expiry": expiry, "reason": entry["blockreason"]}
    return numbers


class _Entities:
    """`action=wbgetentities`, by `ids` and as far as sitelinks go."""

    def __init__(self, farm: Farm, parameters: Parameters) -> None:
        self._farm = farm
        self._parameters = parameters

    def answer(self) -> Answer:
        answer: Answer = {}
        _warn_of_unknown(answer, "main", "", self._parameters, _ENTITIES, set())
        ids = _values(self._parameters, "ids")
        if not ids:
            info = 'Either provide the Item "ids" or pairs of "sites" and "titles"'
            raise Refusal("param-missing", f"{info} for corresponding page")
        if len(ids) > _LIMIT:
            info = f'Too many values supplied for parameter "ids". The limit is {_LIMIT}.'
            limits = {"limit": _LIMIT, "lowlimit": _LIMIT, "highlimit": _HIGH_LIMIT}
            raise Refusal("toomanyvalues", info, **limits)
        for each in ids:
            if not _ENTITY_ID.fullmatch(each):
                info = f'Could not find an entity with the ID "{each}".'
                raise Refusal("no-such-entity", info, id=each)
        props = _values(self._parameters, "props")
        _warn_of_values(answer, "wbgetentities", "props", set(props) - _PROPS)
        entities = {each: self._entity(each, props) for each in map(str.upper, ids)}
        return answer | {"entities": entities, "success": 1}

    def _entity(self, asked: str, props: Sequence[str]) -> Answer:
        item = self._farm.redirects.get(asked, asked)
        if item not in self._farm.items or item in self._farm.deleted:
            return {"id": asked, "missing": ""}
        entity: Answer = {"redirects": {"from": asked, "to": item}} if item != asked else {}
        entity |= {"type": "item", "id": item}
        if "sitelinks" in props:
            entity["sitelinks"] = {
                site: {"site": site, "title": title, "badges": []}
                for site, title in sorted(self._farm.items[item].items())
            }
        return entity


def _values(parameters: Parameters, name: str) -> list[str]:
    value = parameters.get(name, "")
    values = value[1:].split("\x1f") if value.startswith("\x1f") else value.split("|")
    return list(dict.fromkeys(filter(None, values)))


def _without_extensions(parameters: Parameters) -> dict[str, str]:
    own = ("gui", "wb")
    rest = {key: value for key, value in parameters.items() if not key.startswith(own)}
    metas = [meta for meta in _values(rest, "meta") if meta not in {"globaluserinfo", "wikibase"}]
    rest["meta"] = "|".join(metas)
    return {key: value for key, value in rest.items() if value or key != "meta"}


def _warn_of_unknown(
    answer: Answer,
    module: str,
    prefix: str,
    parameters: Parameters,
    names: set[str],
    props: set[str],
) -> None:
    """Warn of parameters with this prefix, and of values of its `prop`, that nobody knows."""
    unknown = sorted(key for key in parameters if key.startswith(prefix) and key not in names)
    for key in unknown:
        answer.setdefault("warnings", {})["main"] = {"warnings": f"Unrecognized parameter: {key}."}
    if props:
        asked = set(_values(parameters, f"{prefix}prop"))
        _warn_of_values(answer, module, f"{prefix}prop", asked - props)


def _warn_of_values(answer: Answer, module: str, parameter: str, unknown: set[str]) -> None:
    if unknown:
        said = f'Unrecognized value for parameter "{parameter}": {", ".join(sorted(unknown))}.'
        answer.setdefault("warnings", {})[module] = {"warnings": said}


def _complaints(answer: Answer) -> list[str]:
    return [each["warnings"] for each in answer.get("warnings", {}).values()]
