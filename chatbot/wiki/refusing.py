"""Who keeps bots away by a template on the talk page (https://en.wikipedia.org/wiki/Template:Bots).

That one of the templates is transcluded is seen in the same look as everything else. Only then
is the text read that tells what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chatbot.wiki import reading
from chatbot.wiki.answers import Ask
from commands.rules.exclusion import excludes

TEMPLATES = ("Template:Bots", "Template:Nobots")

KINDS = ("massmessage", "newsletter")
"""What our messages are called in `optout=`."""


async def refusing(ask: Ask, pages: Iterable[Mapping[str, Any]], *, bot: str) -> frozenset[str]:
    """Return the titles of those pages, looked at with TEMPLATES, that keep this account away."""
    marked = [page["title"] for page in pages if page.get("templates")]
    texts = await reading.texts(ask, marked) if marked else {}
    return frozenset(
        title for title, page in texts.items() if excludes(page.text, bot=bot, kinds=KINDS)
    )
