"""Three wikis of one farm as their own `siteinfo` tells them, cut down to what rules look at."""

from commands.wikis import Namespace, SiteFacts

_CANONICAL = {
    -1: "Special",
    0: "",
    1: "Talk",
    2: "User",
    3: "User talk",
    4: "Project",
    5: "Project talk",
    10: "Template",
    14: "Category",
}
_SWEDISH = {1: "Diskussion", 2: "Användare", 3: "Användardiskussion", 14: "Kategori"}
_INTERWIKI = {
    "m": "meta.example.org",
    "w": "en.example.org",
    "sv": "sv.example.org",
    "de": "de.example.org",
}


def _site(wiki: str, language: str, host: str, names: dict[int, str]) -> SiteFacts:
    namespaces = tuple(
        Namespace(number, names.get(number, canonical), (canonical,) * bool(canonical), True)
        for number, canonical in _CANONICAL.items()
    )
    prefixes = frozenset(_INTERWIKI)
    return SiteFacts(wiki, language, (host, wiki), namespaces, prefixes, _INTERWIKI)


META = _site("metawiki", "en", "meta.example.org", {4: "Meta", 5: "Meta talk"})
EN = _site("enwiki", "en", "en.example.org", {4: "Wikipedia", 5: "Wikipedia talk"})
SV = _site("svwiki", "sv", "sv.example.org", _SWEDISH | {4: "Wikipedia"})
SITES = {site.wiki: site for site in (META, EN, SV)}
