"""As much of wikitext as a dry wiki understands: redirects, links, and plain templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import mwparserfromhell
from mwparserfromhell.nodes import Template

from commands.rules.titles import Title, normalise
from commands.rules.wikitext import blanked
from commands.wikis import SiteFacts

TemplateOf = Callable[[str], str | None]
"""A template's wikitext by its name, None where there is none."""

_REDIRECT = re.compile(r"\s*#REDIRECT\s*:?\s*\[\[([^\]|#]+)", re.IGNORECASE)
_LINK = re.compile(r"\[\[([^\[\]|#]+)")
_NOT_INCLUDED = re.compile(r"<noinclude>.*?(?:</noinclude>|\Z)", re.DOTALL | re.IGNORECASE)
_ONLY = re.compile(r"</?(?:includeonly|onlyinclude)>", re.IGNORECASE)
_ARGUMENT = re.compile(r"\{\{\{([^{}|]*)(?:\|([^{}]*))?\}\}\}")
_SUBST = re.compile(r"\s*(?:safe)?subst:", re.IGNORECASE)
_FUNCTION = re.compile(r"#|(?:fullurl|int|lc|localurl|ns|uc|urlencode):", re.IGNORECASE)
_DEEPEST = 20


def redirect_target(text: str) -> str | None:
    """Return where a page redirects to, None where it does not."""
    found = _REDIRECT.match(text)
    return found[1].strip() if found else None


def links(text: str, site: SiteFacts) -> Iterator[tuple[Title, bool]]:
    """Yield what a text links to; True with a leading colon, which links to a category itself."""
    for link in _LINK.finditer(blanked(text)):
        title = normalise(link[1], site)
        if isinstance(title, Title):
            yield title, link[1].lstrip().startswith(":")


def templates(text: str) -> Iterator[str]:
    """Yield the names of all that a text transcludes, magic words apart."""
    for template in mwparserfromhell.parse(text).filter_templates():
        name = _name(template)
        if not name.isupper() and not _FUNCTION.match(name):
            yield name


def signed(text: str, account: str, now: datetime) -> str:
    """Return `text` with four tildes made a signature, as the pre-save transform does."""
    signature = f"[[User:{account}|{account}]] ([[User talk:{account}|talk]])"
    return text.replace("~~~~", f"{signature} {now:%H:%M}, {now.day} {now:%B %Y} (UTC)")


def expand(text: str, page: str, template_of: TemplateOf, *, depth: int = 0) -> str:
    """Return `text` with the templates that there are substituted; others stay as they are."""
    code = mwparserfromhell.parse(text)
    for template in code.filter_templates(recursive=False):
        replacement = _expanded(template, page, template_of, depth)
        if replacement is not None:
            code.replace(template, replacement)
    return str(code)


def _expanded(template: Template, page: str, template_of: TemplateOf, depth: int) -> str | None:
    name = _name(template)
    if name == "PAGENAME":
        return page
    source = template_of(name)
    if source is None or depth >= _DEEPEST:
        return None
    given = {
        str(each.name).strip(): expand(str(each.value), page, template_of, depth=depth)
        for each in template.params
    }
    included = _ONLY.sub("", _NOT_INCLUDED.sub("", source)).strip("\n")
    return expand(_filled(included, given), page, template_of, depth=depth + 1)


def _name(template: Template) -> str:
    return _SUBST.sub("", str(template.name)).strip()


def _filled(source: str, given: Mapping[str, str]) -> str:
    """Return a template's text with its arguments, the innermost first."""

    def value(argument: re.Match[str]) -> str:
        otherwise = argument[0] if argument[2] is None else argument[2]
        return given.get(argument[1].strip(), otherwise)

    for _ in range(_DEEPEST):
        source, before = _ARGUMENT.sub(value, source), source
        if source == before:
            break
    return source
