"""An issue of the digest as a section of a wiki page, the newest on top, or as a page of its own.

Each issue bears a mark, in its text and in the summary of its edit: by it an issue is found again,
also where somebody moved it to an archive. What people wrote on the page stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatbot.publish.digestsheet import Item, Link, Part, Sheet
from commands.rules.wikitext import blanked, escaped
from commands.wikis import PageText, Wiki, WikiTrouble
from commands.writes import Outcome, PageEdit, SaveResult

_HEADING = re.compile(r"^==[^=\n].*?==[ \t]*$", re.MULTILINE)
_MARKUP = re.compile(r"[\[\]{}<>|*/]+")
_LONGEST_SUMMARY = 200
_MARGIN = timedelta(hours=1)
_SAFE_URL = re.compile(r"https?://(?:(?!__|~~~|'')[^\s<>\"\[\]{}|])+")


@dataclass(frozen=True, slots=True)
class Written:
    """How an attempt ended: `stands` when the issue is on the wiki, whoever brought it there.

    Else it may be tried again, unless `lasting`.
    """

    stands: bool
    reason: str = ""
    lasting: bool = False


# What may be different a moment later; all else stays refused.
_PASSING = frozenset(
    {
        Outcome.CONFLICT,
        Outcome.UNKNOWN,
        Outcome.UNREACHABLE,
        Outcome.READ_ONLY,
        Outcome.LAGGED,
        Outcome.RATE_LIMITED,
        Outcome.BAD_TOKEN,
        Outcome.SESSION_LOST,
        Outcome.SERVER_ERROR,
    }
)


async def stands(wiki: Wiki, title: str, *, code: str, due_at: datetime) -> bool:
    """Return whether an issue is on the wiki already. Raises WikiTrouble."""
    page = await _page(wiki, title)
    if page is not None and _comment(code) in page.text:
        return True
    return any(
        each.summary.endswith(_sign(code)) for each in await wiki.own_edits(due_at - _MARGIN)
    )


async def write(
    wiki: Wiki,
    title: str,
    sheet: Sheet,
    *,
    code: str,
    due_at: datetime,
) -> Written:
    """Bring an issue to a page, once. Raises WikiTrouble."""
    if await stands(wiki, title, code=code, due_at=due_at):
        return Written(stands=True)
    page = await _page(wiki, title)
    text = wikitext(sheet, code=code)
    edit = PageEdit(
        title=page.title if page else title,
        text=on_top(text, page.text if page else ""),
        summary=_summary(sheet.subject, code),
        base=page.revid if page else None,
        bot=True,
    )
    return _ended(await wiki.save_page(edit))


def on_top(section: str, page: str) -> str:
    """Return a page with a section before all others, and below whatever opens it."""
    first = _HEADING.search(blanked(page))
    if first is None:
        return f"{page.rstrip()}\n\n{section}".lstrip()
    return f"{page[: first.start()]}{section}\n\n{page[first.start() :]}"


def wikitext(sheet: Sheet, *, code: str) -> str:
    """Return an issue as a section. Nothing in it that people wrote is markup."""
    return "\n".join(_lines(sheet, code))


def _lines(sheet: Sheet, code: str) -> Iterator[str]:
    direction = "rtl" if sheet.right_to_left else "ltr"
    yield f"== {escaped(sheet.heading)} =="
    yield _comment(code)
    yield f'<div lang="{sheet.language}" dir="{direction}">'
    for note in sheet.notes:
        yield f"'''{_note(note)}'''"
        yield ""
    yield escaped(sheet.intro)
    for part in sheet.days:
        yield from _part(part)
    if sheet.missed:
        yield from _part(sheet.missed)
    if sheet.more:
        yield from ("", escaped(sheet.more))
    if sheet.calendar:
        yield from ("", _link(sheet.calendar))
    yield "</div>"


def _part(part: Part) -> Iterator[str]:
    yield from ("", f"=== {escaped(part.heading)} ===")
    for item in part.items:
        yield f"* {_item(item)}"


def _item(item: Item) -> str:
    title = f"'''{_words(item.title)}'''"
    if item.cancelled:
        title = f"<s>{title}</s> {escaped(item.cancelled)}"
    said = [
        f"<bdi>{escaped(item.when)}</bdi>: {title}",
        *map(_words, item.facts),
        *map(_link, item.links),
    ]
    return " · ".join(said)


def _words(text: str) -> str:
    shown = escaped(text)
    return shown if text.isalnum() and text.isascii() else f"<bdi>{shown}</bdi>"


def _note(note: str) -> str:
    """Return what a coordinator wrote; only addresses in it are more than words."""
    parts = (
        part if _SAFE_URL.fullmatch(part) else escaped(part) for part in re.split(r"\s+", note)
    )
    return f"<bdi>{' '.join(parts)}</bdi>"


def _link(link: Link) -> str:
    if _SAFE_URL.fullmatch(link.address):
        return f"[{link.address} {escaped(link.words)}]"
    return f"{escaped(link.words)}: {escaped(link.address)}"


def _summary(subject: str, code: str) -> str:
    plain = " ".join(_MARKUP.sub(" ", subject).split())[:_LONGEST_SUMMARY].rstrip()
    return f"{plain} · {_sign(code)}"


def _comment(code: str) -> str:
    return f"<!-- Bellringer: digest {code} -->"


def _sign(code: str) -> str:
    return f"digest-{code}"


async def _page(wiki: Wiki, title: str) -> PageText | None:
    try:
        return await wiki.read(title)
    except WikiTrouble as trouble:
        if trouble.code == "missingtitle":
            return None
        raise


def _ended(saved: SaveResult) -> Written:
    if saved.outcome is Outcome.SAVED:
        return Written(stands=True)
    reason = ": ".join(filter(None, (saved.outcome, saved.detail or saved.code)))
    return Written(stands=False, reason=reason, lasting=saved.outcome not in _PASSING)
