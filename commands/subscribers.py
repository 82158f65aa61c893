"""Whose subscription is meant: the speaker's, that of the channel he is in, or a named one's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from commands.declaration import Call
from commands.details import Unfit, named_channel
from commands.grammar import excerpt, plain
from commands.messages import Line, line
from commands.policy import EventPolicy, RunPolicy
from commands.rules.sources import Page, source
from storage import wishes
from storage.values import Destination, Place

_LINK = re.compile(r"\s*(\[\[[^\[\]]+\]\])(?:\s*@\s*([\w.-]+))?")
_TITLE_END = re.compile(r"\s(?:kinds?|types?|topics?|languages?|lang)\s*[:：=]|\s\|", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<!\S)(?:[\w.-]+/)?(?:[#&+!][^\s,;]+|-?\d[\d/]*)")
_FILE = re.compile(r"\[\[\s*:?\s*file:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whose subscription it is, and the rest of what was said."""

    destination: Destination
    rest: str


def subscriber(call: Call, text: str, *, events: EventPolicy, runs: RunPolicy) -> Subscriber | Line:
    """Return whose subscription a text means, or a sentence why it cannot be that one's.

    Only coordinators speak for channels and pages.
    """
    found = _page(text, runs) or _channel(call, text, events)
    if isinstance(found, Line):
        return found
    if found is None and call.where is None:
        return Subscriber(wishes.told(call.identity), text)
    if call.person.coordinator_since is None:
        return line("subscribe.coordinators_only", prefix=call.prefix)
    return found or Subscriber(call.where or wishes.told(call.identity), text)


def _page(text: str, runs: RunPolicy) -> Subscriber | Line | None:
    """Return the page that stands first in a text: `[[Page]]`, `[[Page]]@svwiki`, `svwiki:Page`.

    What a wiki's own prefixes make of it shows only when the page is written to.
    """
    if link := _LINK.match(text):
        return _page_on(link[2] or "", link[1], text[link.end() :], runs)
    wiki, colon, _ = text.strip().partition(":")
    if not colon or plain(wiki) not in {plain(each) for each in runs.wikis}:
        return None
    end = _TITLE_END.search(text)
    title = text[: end.start()] if end else text
    return _page_on("", f"[[{title.strip()}]]", text[end.start() :] if end else "", runs)


def _page_on(wiki: str, link: str, rest: str, runs: RunPolicy) -> Subscriber | Line:
    if not runs.wikis:
        return line("run.no_wiki")
    named = source(link)
    if not isinstance(named, Page) or _FILE.match(link):
        return line("subscribe.no_page", given=excerpt(link))
    wikis = {plain(each): each for each in runs.wikis}
    prefix, colon, title = named.name.partition(":")
    if not wiki and colon and plain(prefix) in wikis:
        wiki, name = wikis[plain(prefix)], title
    else:
        name = named.name
    if wiki and plain(wiki) not in wikis:
        return line("audience.no_wiki", given=excerpt(wiki), wikis=runs.wikis)
    title = " ".join(name.replace("_", " ").split())
    if not title:
        return line("subscribe.no_page", given=excerpt(link))
    network = wikis[plain(wiki)] if wiki else runs.home
    return Subscriber(Destination(network, Place.PAGE, title), rest)


def _channel(call: Call, text: str, policy: EventPolicy) -> Subscriber | Line | None:
    """Return the channel that a text names: one that the bot is in, or what can only be one."""
    network = call.identity.network if call.where is None else call.where.network
    places = {str(each).casefold(): each for each in policy.places}
    first = True
    for match in _CHANNEL.finditer(text):
        given = match[0]
        rest = f"{text[: match.start()]} {text[match.end() :]}".strip()
        whole = (given if "/" in given else f"{network}/{given}").casefold()
        if whole in places:
            return Subscriber(places[whole], rest)
        if _names_network(given) or (first and not policy.places and rest):
            named = named_channel(given, policy=policy, network=network)
            return named.problem if isinstance(named, Unfit) else Subscriber(named, rest)
        first = False
    return None


def _names_network(given: str) -> bool:
    """Return whether it is `network/#channel`; `24/7` may be a topic."""
    return given.partition("/")[2][:1] in {"#", "&", "+", "!"}
