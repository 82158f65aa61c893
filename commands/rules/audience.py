"""The funnel: its steps, and which of them takes a page as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from commands.rules.lists import Unread
from commands.rules.titles import PROJECT, USER_TALK
from commands.rules.ways import way_for
from commands.wikis import PageFacts
from storage.runvalues import FunnelStep, LeftOut, Recipient, Way

SECTION = (Way.SECTION,)
"""What every wiki offers."""
NO_OFFERS: Mapping[str, Sequence[Way]] = {}


class Step(StrEnum):
    """The steps of the funnel in order; each is the end of the catalogue's key `funnel.…`.

    First goes what is nobody, then what is nobody else: from there on, humans are counted. Then
    comes what each of them wants and is, wherever he is looked at; then what he did, which is
    asked only about who is left; then what the page says that he would be written to on. Last,
    there is a choice among those who could all be written to.
    """

    UNREADABLE = "unreadable"
    SITE_UNKNOWN = "site-unknown"
    NOT_WANTED = "not-wanted"
    """A page that subscribed, and not to this event."""
    INVALID_TITLE = "invalid-title"
    NO_ACCOUNT = "no-account"
    ANONYMOUS = "anonymous"
    DUPLICATE = "duplicate"
    OTHER_WIKI = "other-wiki"
    """The same human was seen on another wiki too."""
    OPTED_OUT = "opted-out"
    EXCLUDED = "excluded"
    """On a list of people to leave out: known to have died, or otherwise."""
    VANISHED = "vanished"
    LOCKED = "locked"
    BOT = "bot"
    HOLDER = "holder"
    """In a group whose members are left out."""
    REACHED = "reached"
    """By an earlier run that the recipe names."""
    RESTING = "resting"
    """Reached by any run a short while ago."""
    TOO_NEW = "too-new"
    TOO_FEW = "too-few"
    GONE = "gone"
    NO_HOME = "no-home"
    """Without an account on any wiki that is configured."""
    BLOCKED = "blocked"
    NAMESPACE = "namespace"
    CONTENT_MODEL = "content-model"
    OURSELVES = "ourselves"
    NOT_TOP = "not-top"
    NOT_SAMPLED = "not-sampled"
    HELD_OUT = "held-out"
    """Chosen, and not written to, so that the effect can be measured."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody whom the sources name: those written to in order, and those left out."""

    recipients: tuple[Recipient, ...]
    steps: tuple[FunnelStep, ...]
    left_out: tuple[LeftOut, ...]


Holder = tuple[str, str, str]
Verdict = tuple[Step, str]
"""The step that takes somebody, and what about him made it so."""


def looked_at_again(left_out: Sequence[LeftOut], found: Audience) -> Audience:
    """Return what was found of an earlier audience's recipients as an audience of the sources.

    `left_out` are those whom the first look took out: the funnel counts both looks.
    """
    out = (*left_out, *found.left_out)
    return Audience(found.recipients, funnel(out, len(found.recipients)), out)


def recheck(page: PageFacts, *, own: str, way: Way = Way.SECTION) -> Step | None:
    """Return why nothing may be written to a page as it is now, None where it may.

    The same decision as in the funnel, for the moment of sending. `own` is the bot's account.
    """
    verdict = unfit(page, own=own, ways=(way,))
    if verdict is None or (verdict[0] is Step.CONTENT_MODEL and way is Way.EMAIL):
        # Whether somebody takes mail by now, the wiki says when it is asked to send some.
        return None
    return verdict[0]


def holder(*, wiki: str, title: str, user: str | None, unified: bool) -> Holder:
    """Return whose page it is: equal exactly where one human would get a message twice.

    At the moment of sending, a recipient whose page by now leads to the holder of another
    recipient of the run is a duplicate.
    """
    if user is None:
        return wiki, "page", title
    return "" if unified else wiki, "user", user


def unread(entry: Unread) -> LeftOut:
    """Return what a list names and nobody could read as one who was left out."""
    step = Step.SITE_UNKNOWN if entry.reason == Step.SITE_UNKNOWN else Step.UNREADABLE
    return LeftOut("", "", entry.text, step, f"{entry.line}: {entry.reason}")


def funnel(left_out: Sequence[LeftOut], recipients: int) -> tuple[FunnelStep, ...]:
    """Return what each step took, and how many were left after it: `recipients` in the end."""
    taken = Counter(entry.step for entry in left_out)
    left = recipients + len(left_out)
    steps = []
    for step in Step:
        left -= taken[step]
        steps.append(FunnelStep(step, taken[step], left))
    return tuple(steps)


def unfit(page: PageFacts, *, own: str, ways: Sequence[Way] = SECTION) -> Verdict | None:
    """Return the first step that takes a page for what it is, whoever else is listed.

    `own` is the bot's account on its wiki, `ways` are those that the wiki offers.
    """
    if page.invalid is not None:
        return Step.INVALID_TITLE, page.invalid
    return _unfit_owner(page) or _unfit_page(page, own, ways)


def _unfit_owner(page: PageFacts) -> Verdict | None:
    owner = page.owner
    if owner is None:
        return (Step.NO_ACCOUNT, page.title) if page.namespace == USER_TALK else None
    if not owner.exists and not owner.anonymous:
        return Step.NO_ACCOUNT, owner.name
    if owner.blocked_indefinitely:
        return Step.BLOCKED, owner.name
    if owner.bot:
        return Step.BOT, owner.name
    return (Step.ANONYMOUS, owner.name) if owner.anonymous else None


def _unfit_page(page: PageFacts, own: str, ways: Sequence[Way]) -> Verdict | None:
    is_talk = page.namespace > 0 and page.namespace % 2 == 1
    if not is_talk and page.namespace != PROJECT:
        return Step.NAMESPACE, page.title
    if page.opted_out:
        return Step.OPTED_OUT, page.title
    if way_for(page, ways) is None:
        return Step.CONTENT_MODEL, page.content_model
    return (Step.OURSELVES, own) if page.owner and page.owner.name == own else None
