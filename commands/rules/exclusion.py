"""What `{{bots}}` and `{{nobots}}` on a page tell a bot, as its owner put them there.

The meaning is that of https://en.wikipedia.org/wiki/Template:Bots, which wikis have in common.
Where that page says that bots read a form differently (several templates, `{{nobots}}` with
parameters), it keeps us away here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from commands.rules.wikitext import blanked

if TYPE_CHECKING:
    from mwparserfromhell.nodes import Template

_TEMPLATE = re.compile(r"\{\{[\s_]*(?:template[\s_]*:[\s_]*)?(?:no)?bots[\s_]*[|}]", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*template\s*:")
_LONGEST = 200


def excludes(wikitext: str, *, bot: str, kinds: Collection[str] = ()) -> str | None:
    """Return the template that keeps `bot` away from a page with this text, None where none does.

    `kinds` are what its messages are called in `optout=`. Comments and `<nowiki>` say nothing,
    and so do templates that only a transcluded page holds.
    """
    text = blanked(wikitext)
    if not _TEMPLATE.search(text):
        return None
    # The parser takes memory that a process which meets no such page need not pay for.
    import mwparserfromhell

    templates = mwparserfromhell.parse(text, skip_style_tags=True).filter_templates()
    unwanted = {kind.lower() for kind in kinds} | {"all"}
    found = (str(each) for each in templates if _excludes(each, _first_upper(bot), unwanted))
    return next((template[:_LONGEST] for template in found), None)


def _excludes(template: Template, bot: str, unwanted: Collection[str]) -> bool:
    name = _PREFIX.sub("", str(template.name).replace("_", " ").lower()).strip()
    if name == "nobots":
        return True
    return name == "bots" and (
        _denies(_names(template, "deny"), _names(template, "allow"), bot)
        or any(kind.lower() in unwanted for kind in _names(template, "optout"))
    )


def _denies(deny: Collection[str], allow: Collection[str], bot: str) -> bool:
    """Return what both lists come to: a bot's own name says more than "all" and "none"."""
    if bot in deny or bot in allow:
        return bot in deny
    return "All" in deny or not ("All" in allow or not allow)


def _names(template: Template, parameter: str) -> tuple[str, ...]:
    """Return the names in a parameter, which ends at a comma; "all" in whatever case is "All"."""
    if not template.has(parameter, ignore_empty=True):
        return ()
    names = (_first_upper(name) for name in str(template.get(parameter).value).split(","))
    return tuple("All" if name.lower() == "all" else name for name in names if name)


def _first_upper(name: str) -> str:
    plain = " ".join(name.replace("_", " ").split())
    return plain[:1].upper() + plain[1:]
