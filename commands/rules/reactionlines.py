"""What coordinators are told of reactions, and what can be pressed for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from commands.messages import Button, Line, Reply, line, reply
from storage.heard import Reaction, ReactionKind, Suggestion

TOLD = frozenset(ReactionKind) - {ReactionKind.SIGN_UP}
"""Sign-ups are counted; all else is told one by one."""

_MOST = 6

Link = Callable[[str, int | None], str]
"""Returns the address of an edit by wiki and revision, empty where there is none."""


def batch(found: Sequence[Reaction], names: Callable[[int], str], link: Link) -> Reply:
    """Return what the coordinators are told at once; `names` returns the name of a run."""
    shown, left = found[:_MOST], found[_MOST:]
    lines = [
        each_line for each in shown for each_line in reaction_lines(each, names, link, prefix="!")
    ]
    return reply(
        *lines,
        *_more(left),
        buttons=tuple(button for each in shown for button in reaction_buttons(each)),
    )


def reaction_lines(
    reaction: Reaction, names: Callable[[int], str], link: Link, *, prefix: str
) -> Iterator[Line]:
    """Yield what somebody did, and what to say to opt him out where he asked for it."""
    number = reaction.run
    yield line(
        f"heard.{reaction.kind}",
        who=reaction.who or line("heard.somebody"),
        about=line("heard.of_no_run")
        if number is None
        else line("heard.of_run", run=number, name=names(number)),
        wiki=reaction.wiki,
        words=reaction.words,
        link=link(reaction.wiki, reaction.revid),
    )
    if reaction.suggestion is Suggestion.OPEN:
        yield line("heard.suggestion", who=reaction.who, number=reaction.number, prefix=prefix)


def reaction_buttons(reaction: Reaction) -> tuple[Button, ...]:
    """Return what decides an open suggestion."""
    if reaction.suggestion is not Suggestion.OPEN:
        return ()
    number = reaction.number
    return (
        Button(line("button.optout", number=number), f"optout {number}"),
        Button(line("button.no", number=number), f"no {number}"),
    )


def _more(left: Iterable[Reaction]) -> Iterator[Line]:
    counts: dict[int | None, int] = {}
    for each in left:
        counts[each.run] = counts.get(each.run, 0) + 1
    for run, count in counts.items():
        key = "heard.more_unknown" if run is None else "heard.more"
        yield line(key, count=count, run=run or 0, prefix="!")
