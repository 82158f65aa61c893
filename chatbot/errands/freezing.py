"""A run as it would be sent now: each language's text with its footer, each recipient's text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.clock import Clock
from chatbot.errands.footers import Footers
from chatbot.errands.together import together
from commands.messages import Line
from commands.policy import RunPolicy
from commands.rules.footers import signed
from commands.rules.letter import Letter, divided, letter
from commands.rules.schedule import current
from commands.rules.titles import Title, prefixed
from commands.rules.translation import language_for
from commands.wikis import LanguageFacts, SiteFacts, Wiki
from storage.runvalues import Particulars, Recipient, Run, Text
from storage.values import Event

_CATEGORY = 14


@dataclass(frozen=True, slots=True)
class Frozen:
    """Texts that are sent as they stand here, and who gets which."""

    run: Run
    texts: tuple[Text, ...]
    recipients: tuple[Recipient, ...]

    @property
    def languages(self) -> Iterator[str]:
        """The languages of all texts, the run's own as none."""
        return iter(("", *(text.language for text in self.texts)))

    def letter(self, recipient: Recipient) -> Letter:
        """Return what a recipient gets."""
        return letter(self.run, self.texts, recipient)


class Freezing:
    """Freezes runs. All methods raise WikiTrouble."""

    def __init__(
        self, *, wikis: Mapping[str, Wiki], policy: RunPolicy, footers: Footers, clock: Clock
    ) -> None:
        self._wikis = wikis
        self._policy = policy
        self._footers = footers
        self._clock = clock

    async def frozen(
        self,
        run: Run,
        texts: Sequence[Text],
        recipients: Sequence[Recipient],
        *,
        event: Event | None,
        sender: str,
        reasons: Sequence[Line] = (),
        live: bool,
    ) -> Frozen:
        """Return what would be sent; with `live`, templates stay as they are.

        Substituted is what the wiki has that a text was read from, the home wiki else. Who has
        one of `reasons` is told it in the language of his text.
        """
        home = await self._wikis[self._policy.home].site()
        own = run.language or home.language
        codes = {own, *(text.language for text in texts)}
        pages = {each.page_language for each in recipients if each.page_language}
        known = await self._languages(codes | pages)
        first = Text(own, run.subject, run.draft, run.message_source)
        body, *others = await together(
            self._body(text, known, sender=sender, live=live) for text in (first, *texts)
        )
        particulars = await self._particulars(recipients, event, codes, known)
        whole = replace(
            run, language=own, body=body.body, footer=body.footer, particulars=particulars
        )
        addressed = _addressed(recipients, own, codes, known)
        ours = self._footers.sayings(reasons)

        def told(each: Recipient) -> Recipient:
            if each.reason not in ours:
                return each
            reason = self._footers.said(ours[each.reason], each.language or own, known)
            return replace(each, reason=reason)

        return Frozen(whole, tuple(others), tuple(map(told, addressed)))

    async def _languages(self, codes: Collection[str]) -> Mapping[str, LanguageFacts]:
        return await self._wikis[self._policy.home].languages(sorted(codes))

    async def _body(
        self, text: Text, known: Mapping[str, LanguageFacts], *, sender: str, live: bool
    ) -> Text:
        footer = self._footer(text.language, known, sender=sender)
        if live:
            return replace(text, body=text.draft, footer=footer)
        wiki, _, title = text.source.partition(":")
        place = title or self._policy.about
        home = self._wikis.get(wiki) or self._wikis[self._policy.home]
        body, footer = await together(
            home.expand(place, wikitext) for wikitext in (text.draft, footer)
        )
        return replace(text, body=body.strip(), footer=footer.strip())

    def _footer(self, language: str, known: Mapping[str, LanguageFacts], *, sender: str) -> str:
        policy = self._policy
        below = self._footers.below(language, known)
        footer = signed(
            below.text,
            sender=sender,
            about=policy.about,
            optout=policy.optout,
            preload=policy.optout_preload,
        )
        if below.language in {"", language}:
            return footer
        facts = known.get(below.language)
        return divided(footer, below.language, "rtl" if facts and facts.right_to_left else "ltr")

    async def _particulars(
        self,
        recipients: Sequence[Recipient],
        event: Event | None,
        codes: Collection[str],
        known: Mapping[str, LanguageFacts],
    ) -> Particulars:
        names = sorted({self._policy.home, *(each.wiki for each in recipients)})
        sites = await together(self._wikis[name].site() for name in names)
        rtl = sorted(code for code in codes if code in known and known[code].right_to_left)
        return Particulars(
            names={site.wiki: site.sitename or site.wiki for site in sites},
            optouts={site.wiki: _optout(site) for site in sites if site.optout_categories},
            event=self._told(event),
            event_link=(event.link or "") if event else "",
            right_to_left=tuple(rtl),
        )

    def _told(self, event: Event | None) -> str:
        """Return an event's title and next start, in a form that is the same in all languages."""
        if event is None:
            return ""
        starts_at = current(event, self._clock()) or event.starts_at
        return f"{event.title} ({starts_at:%Y-%m-%d %H:%M} UTC)"


def _optout(site: SiteFacts) -> str:
    return prefixed(Title(_CATEGORY, site.optout_categories[0]), site)


def _addressed(
    recipients: Sequence[Recipient],
    own: str,
    codes: Collection[str],
    known: Mapping[str, LanguageFacts],
) -> tuple[Recipient, ...]:
    """Return the recipients, each with the language in which he is written to."""
    languages = {
        page: language_for(page, own=own, translated=codes, known=known)
        for page in {each.page_language for each in recipients}
    }
    return tuple(
        replace(each, language=languages[each.page_language] if each.page_language else "")
        for each in recipients
    )
