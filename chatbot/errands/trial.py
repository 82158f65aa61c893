"""The errand `run test`: write the message, as it is now, to coordinators' own pages.

Nobody has confirmed it yet. So it goes only to pages that the operator has named: a user name
that somebody told the bot proves nothing, and would let one coordinator write to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chatbot.clock import Clock
from chatbot.errands.checking import Checking
from chatbot.errands.footers import Words
from chatbot.errands.freezing import Freezing, Frozen
from chatbot.errands.prepared import Prepared, prepared
from chatbot.errands.survey import Survey
from chatbot.errands.work import Settle, answer
from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.rules.delivery import Again, Halt, Look, Next, Pause, Settled, after, before
from commands.rules.letter import text_of
from commands.rules.marks import described
from commands.rules.signing import with_signature
from commands.rules.sources import Page, place_of
from commands.rules.titles import USER, USER_TALK, Title, normalise, prefixed
from commands.rules.trials import find_trial_mark, trial_mark
from commands.wikis import OwnEdit, PageFacts, SiteFacts, Wiki
from commands.writes import Section
from storage.database import Database
from storage.runvalues import Delivery, DeliveryState, Errand, Recipient

_BACK = timedelta(days=1)
"""How far back a test is looked for that an earlier attempt at this errand may have saved."""

_Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Target:
    """A page that the test goes to, as it is now."""

    wiki: str
    page: PageFacts


class TrialWork:
    """Sends tests. `revision_urls` are addresses by wiki, with `{revid}` in them."""

    def __init__(
        self,
        *,
        database: Database,
        wikis: Mapping[str, Wiki],
        policy: RunPolicy,
        survey: Survey,
        freezing: Freezing,
        checking: Checking,
        words: Words,
        clock: Clock,
        revision_urls: Mapping[str, str],
    ) -> None:
        self._database = database
        self._wikis = wikis
        self._policy = policy
        self._survey = survey
        self._freezing = freezing
        self._checking = checking
        self._words = words
        self._clock = clock
        self._revision_urls = revision_urls

    async def prepare(self, errand: Errand) -> Settle:
        """Send the test, unless the message or a page is not fit for it."""
        async with self._database.reading() as session:
            found = await prepared(session, errand)
        run = found.run
        if not run.subject and not run.draft:
            return answer(line("preview.no_message", run=run.number, name=run.name))
        targets = await self._targets(errand.arguments["pages"].split("\n"))
        if isinstance(targets, Line):
            return answer(targets)
        frozen = await self._frozen(found, targets, errand.arguments.get("language", ""))
        if isinstance(frozen, Line):
            return answer(frozen)
        checked = await self._checking.checked(frozen)
        if checked.errors:
            return answer(*checked.errors, line("test.must_mend", run=run.number))
        pairs = zip(frozen.recipients, targets, strict=True)
        said = [await self._send(errand, frozen, each, target.page) for each, target in pairs]
        return answer(*said)

    async def _targets(self, names: Sequence[str]) -> Sequence[_Target] | Line:
        sites = await self._survey.sites()
        allowed = {_place(name, self._policy.home, sites) for name in self._policy.test_pages}
        targets = []
        for name in names:
            place = _place(name, self._policy.home, sites)
            if place is None or place not in allowed:
                return line("test.not_allowed", page=name)
            wiki, title = place
            page = (await self._wikis[wiki].pages([title]))[title]
            if (wiki, page.title) not in allowed:
                return line("test.not_allowed", page=page.title)
            targets.append(_Target(wiki, page))
        return targets

    async def _frozen(
        self, found: Prepared, targets: Sequence[_Target], language: str
    ) -> Frozen | Line:
        frozen = await self._freezing.frozen(
            found.run,
            found.texts,
            tuple(_recipients(found, targets)),
            event=found.event,
            sender=found.sender,
            reasons=found.reasons,
            live=False,
        )
        if not language:
            return frozen
        wanted = "" if language == frozen.run.language else language
        if wanted not in frozen.languages:
            return line("message.not_in", run=found.run.number, languages=(language,))
        chosen = tuple(replace(each, language=wanted) for each in frozen.recipients)
        return replace(frozen, recipients=chosen)

    async def _send(
        self, errand: Errand, frozen: Frozen, recipient: Recipient, page: PageFacts
    ) -> Line:
        """Write to one page, once, and say how that ended."""
        wiki = self._wikis[recipient.wiki]
        mark = trial_mark(errand.number, recipient.number)
        if standing := await self._standing(wiki, mark):
            return self._sent(recipient, standing.revid)
        delivery = Delivery(errand.run, recipient, DeliveryState.CLAIMED)
        own = (await wiki.account()).name
        ended: Next | None = before(delivery, page, own=own)
        if ended is None:
            section = self._section(frozen, recipient, page, mark)
            ended = after(delivery, await wiki.add_section(section), repeated=False)
            if isinstance(ended, Again):
                ended = after(delivery, await wiki.add_section(section), repeated=True)
        if isinstance(ended, Look):
            standing = await self._standing(wiki, mark)
            return self._sent(recipient, standing.revid) if standing else _unknown(recipient)
        return self._told(recipient, ended)

    async def _standing(self, wiki: Wiki, mark: str) -> OwnEdit | None:
        edits = await wiki.own_edits(self._clock() - _BACK)
        return next((each for each in edits if find_trial_mark(each.summary) == mark), None)

    def _section(self, frozen: Frozen, recipient: Recipient, page: PageFacts, mark: str) -> Section:
        run, letter = frozen.run, frozen.letter(recipient)
        language = text_of(run, frozen.texts, recipient.language).language
        heading = self._words(line("test.subject", subject=letter.heading), language=language)
        subject = self._words(line("test.subject", subject=letter.subject), language=language)
        return Section(
            title=page.title,
            subject=heading,
            body=with_signature(letter.body),
            summary=f"{described(run.number, self._policy.about, subject)} · {mark}",
            bot=page.namespace == USER_TALK,
            base=page,
        )

    def _told(self, recipient: Recipient, ended: Next) -> Line:
        if isinstance(ended, Settled) and ended.delivery.state is DeliveryState.SENT:
            return self._sent(recipient, ended.delivery.revid or 0)
        return line("test.not_sent", page=recipient.title, wiki=recipient.wiki, reason=_why(ended))

    def _sent(self, recipient: Recipient, revid: int) -> Line:
        url = self._revision_urls.get(recipient.wiki, "{revid}").replace("{revid}", str(revid))
        return line("test.sent", page=recipient.title, wiki=recipient.wiki, revision=url)


def _why(ended: Next) -> str:
    match ended:
        case Settled(delivery):
            return ": ".join(filter(None, (delivery.outcome, delivery.detail)))
        case Pause(_, reason, _):
            return reason
        case Halt(_, _, detail):
            return detail
    return ""


def _unknown(recipient: Recipient) -> Line:
    return line("test.unknown", page=recipient.title, wiki=recipient.wiki)


def _place(name: str, home: str, sites: Mapping[str, SiteFacts]) -> _Place | None:
    """Return the wiki and talk page that are meant, in normal form."""
    place = place_of(Page(name), home=home, sites=sites)
    if place is None:
        return None
    wiki, named = place
    title = normalise(named, sites[wiki])
    if not isinstance(title, Title):
        return None
    talk = Title(USER_TALK, title.text) if title.namespace == USER else title
    return wiki, prefixed(talk, sites[wiki])


def _recipients(found: Prepared, targets: Sequence[_Target]) -> Iterator[Recipient]:
    """Yield those whom the test goes to; they are told the reason of the first recipient."""
    reason = next((each.reason for each in found.recipients), "")
    for number, target in enumerate(targets, start=1):
        page = target.page
        owner = page.owner.name if page.owner else None
        yield Recipient(
            number,
            target.wiki,
            page.title,
            owner,
            page.asked,
            reason,
            page_language=page.language,
        )
