"""What the wiki itself makes of a text, nothing saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chatbot.wiki import reading
from chatbot.wiki.answers import Ask
from commands.rules.titles import USER, USER_TALK, Title, normalise, root_user
from commands.wikis import Rendered, SiteFacts

_TILDE_APART = "\uf8fe"
"""Stands for a tilde, which the pre-save transform would make the bot's signature."""


async def expand(ask: Ask, title: str, text: str) -> str:
    """Return `text` with templates substituted, `subst:` first, comments and tildes kept.

    See https://www.mediawiki.org/wiki/API:Expandtemplates.
    """
    transformed = await ask(
        action="parse",
        title=title,
        text=text.replace("~", _TILDE_APART),
        contentmodel="wikitext",
        onlypst=True,
        formatversion=2,
    )
    expanded = await ask(
        action="expandtemplates",
        title=title,
        text=transformed["parse"]["text"],
        prop="wikitext",
        includecomments=True,
        formatversion=2,
    )
    return str(expanded["expandtemplates"]["wikitext"]).replace(_TILDE_APART, "~")


async def render(
    ask: Ask, site: SiteFacts, title: str, subject: str, body: str, *, batch: int
) -> Rendered:
    """Return what a new section would be (https://www.mediawiki.org/wiki/API:Parsing_wikitext)."""
    answer = await ask(
        action="parse",
        title=title,
        section="new",
        sectiontitle=subject,
        text=body,
        contentmodel="wikitext",
        pst=True,
        prop="wikitext|categories|langlinks|links|templates|parsewarnings",
        formatversion=2,
    )
    parse = answer["parse"]
    templates = parse["templates"]
    standing = [entry["title"] for entry in templates if entry["exists"]]
    return Rendered(
        text=parse["psttext"],
        categories=_names(parse["categories"], "category"),
        language_links=tuple(f"{link['lang']}:{link['title']}" for link in parse["langlinks"]),
        missing=tuple(entry["title"] for entry in templates if not entry["exists"]),
        transcluded=await reading.revisions(ask, standing, batch=batch) if standing else {},
        users=_users(_names(parse["links"], "title"), site),
        warnings=tuple(parse["parsewarnings"]),
    )


def _names(entries: Sequence[Mapping[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(str(entry[key]).replace("_", " ") for entry in entries)


def _users(links: Sequence[str], site: SiteFacts) -> tuple[str, ...]:
    titles = (normalise(link, site) for link in links)
    people = (
        root_user(title)
        for title in titles
        if isinstance(title, Title) and title.namespace in (USER, USER_TALK)
    )
    return tuple(dict.fromkeys(name for name in people if name))
