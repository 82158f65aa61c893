"""The funnel: who of a list is written to, and for everybody else the reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from commands.rules.lists import Listed, Reading, Unread
from commands.rules.titles import PROJECT, USER_TALK, Refusal, normalise, prefixed
from commands.rules.ways import way_for
from commands.wikis import PageFacts, SiteFacts
from storage.values import FunnelStep, LeftOut, Recipient, Way

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
    """Everybody of the list: those written to in its order, and those left out."""

    recipients: tuple[Recipient, ...]
    steps: tuple[FunnelStep, ...]
    left_out: tuple[LeftOut, ...]


Holder = tuple[str, str, str]
Verdict = tuple[Step, str]
"""The step that takes somebody, and what about him made it so."""

_Candidate = tuple[Listed, PageFacts | Verdict]


def lookups(
    listed: Sequence[Listed], sites: Mapping[str, SiteFacts]
) -> Mapping[str, tuple[str, ...]]:
    """Return which titles must be looked up on each wiki before `build`: normal form, once."""
    asked: dict[str, dict[str, None]] = {}
    for entry in listed:
        title = _asked(entry, sites)
        if isinstance(title, str):
            asked.setdefault(entry.wiki, {})[title] = None
    return {wiki: tuple(titles) for wiki, titles in asked.items()}


def build(
    reading: Reading,
    *,
    sites: Mapping[str, SiteFacts],
    pages: Mapping[str, Mapping[str, PageFacts]],
    own: Mapping[str, str],
    reason: str,
    ways: Mapping[str, Sequence[Way]] = NO_OFFERS,
    unified: bool = True,
) -> Audience:
    """Return the audience of a list.

    `pages` holds by wiki and title the facts of all that `lookups` asked for (KeyError where one
    is missing). `own` is the bot's account on each wiki. `reason` says why these people were
    chosen. `ways` are those that each wiki offers, best first, where they are not only sections.
    With `unified` accounts one user name on several wikis is one human: who has opted out on any
    of the listed pages gets nothing, the others get it on the wiki listed first.
    """
    candidates = list(_candidates(reading.listed, sites, pages))
    opted_out = _opted_out(candidates, unified=unified)
    taking = _Funnel(own=own, ways=ways, opted_out=opted_out, unified=unified)
    recipients: list[Recipient] = []
    left_out = [unread(entry) for entry in reading.unread]
    for entry, page in candidates:
        verdict = taking.verdict(entry.wiki, page, entry.as_listed)
        if verdict:
            left_out.append(LeftOut(entry.wiki, entry.title, entry.as_listed, *verdict))
        elif isinstance(page, PageFacts):
            number, title, user = len(recipients) + 1, page.title, _user(page)
            way = way_for(page, ways.get(entry.wiki, SECTION)) or Way.SECTION
            chosen = Recipient(number, entry.wiki, title, user, entry.as_listed, reason, way=way)
            recipients.append(replace(chosen, page_language=page.language))
    return Audience(tuple(recipients), funnel(left_out, len(recipients)), tuple(left_out))


def looked_at_again(left_out: Sequence[LeftOut], found: Audience) -> Audience:
    """Return what `build` found of an earlier audience's recipients as an audience of the list.

    `left_out` are those whom the first look took out: the funnel counts both looks.
    """
    out = (*left_out, *found.left_out)
    return Audience(found.recipients, funnel(out, len(found.recipients)), out)


def recheck(page: PageFacts, *, own: str, way: Way = Way.SECTION) -> Step | None:
    """Return why nothing may be written to a page as it is now, None where it may.

    The same decision as in `build`, for the moment of sending. `own` is the bot's account.
    """
    verdict = unfit(page, own=own, ways=(way,))
    return verdict[0] if verdict else None


def holder(*, wiki: str, title: str, user: str | None, unified: bool) -> Holder:
    """Return whose page it is: equal exactly where one human would get a message twice.

    At the moment of sending, a recipient whose page by now leads to the holder of another
    recipient of the run is a duplicate.
    """
    if user is None:
        return wiki, "page", title
    return "" if unified else wiki, "user", user


@dataclass(frozen=True, slots=True)
class _Funnel:
    """Takes the entries one after the other and knows who was there before."""

    own: Mapping[str, str]
    ways: Mapping[str, Sequence[Way]]
    opted_out: Mapping[Holder, str]
    unified: bool
    seen: dict[Holder, str] = field(default_factory=dict)
    homes: dict[Holder, str] = field(default_factory=dict)

    def verdict(self, wiki: str, page: PageFacts | Verdict, as_listed: str) -> Verdict | None:
        if not isinstance(page, PageFacts):
            return page
        here = _holder(wiki, page, unified=False)
        if here in self.seen:
            return Step.DUPLICATE, self.seen[here]
        self.seen[here] = as_listed
        ways = self.ways.get(wiki, SECTION)
        return unfit(page, own=self.own[wiki], ways=ways) or self._unfit_human(wiki, page)

    def _unfit_human(self, wiki: str, page: PageFacts) -> Verdict | None:
        human = _holder(wiki, page, unified=self.unified)
        if human in self.opted_out:
            return Step.OPTED_OUT, self.opted_out[human]
        home = self.homes.setdefault(human, wiki)
        return (Step.OTHER_WIKI, home) if home != wiki else None


def _opted_out(candidates: Sequence[_Candidate], *, unified: bool) -> Mapping[Holder, str]:
    return {
        _holder(entry.wiki, page, unified=unified): f"{page.title} ({entry.wiki})"
        for entry, page in candidates
        if isinstance(page, PageFacts) and page.opted_out
    }


def _holder(wiki: str, page: PageFacts, *, unified: bool) -> Holder:
    return holder(wiki=wiki, title=page.title, user=_user(page), unified=unified)


def _asked(entry: Listed, sites: Mapping[str, SiteFacts]) -> str | Verdict:
    site = sites.get(entry.wiki)
    if site is None:
        return Step.SITE_UNKNOWN, entry.wiki
    title = normalise(entry.title, site)
    if isinstance(title, Refusal):
        return Step.INVALID_TITLE, title.reason
    return prefixed(title, site)


def _candidates(
    listed: Sequence[Listed],
    sites: Mapping[str, SiteFacts],
    pages: Mapping[str, Mapping[str, PageFacts]],
) -> Iterator[_Candidate]:
    for entry in listed:
        asked = _asked(entry, sites)
        page = pages[entry.wiki][asked] if isinstance(asked, str) else asked
        if isinstance(page, PageFacts) and page.invalid is not None:
            page = (Step.INVALID_TITLE, page.invalid)
        yield entry, page


def unread(entry: Unread) -> LeftOut:
    """Return what a list names and nobody could read as one who was left out."""
    step = Step.SITE_UNKNOWN if entry.reason == Step.SITE_UNKNOWN else Step.UNREADABLE
    return LeftOut("", "", entry.text, step, f"{entry.line}: {entry.reason}")


def _user(page: PageFacts) -> str | None:
    return page.owner.name if page.owner else None


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
    return (Step.OURSELVES, own) if _user(page) == own else None
