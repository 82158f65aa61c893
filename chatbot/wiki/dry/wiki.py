"""A wiki played by a folder, with the real one's face (see `commands.wikis.Wiki`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from chatbot.wiki.dry import markup, watching
from chatbot.wiki.dry.census import DryCensus
from chatbot.wiki.dry.folder import CATEGORY, TEMPLATE
from chatbot.wiki.dry.journal import Journal
from chatbot.wiki.dry.languages import languages
from chatbot.wiki.dry.pages import revid_of
from chatbot.wiki.dry.saving import Saving
from chatbot.wiki.dry.silence import ACCOUNT, SilentWiki
from chatbot.wiki.people import is_anonymous
from chatbot.wiki.refusing import KINDS
from commands.rules.exclusion import excludes
from commands.rules.titles import USER, USER_TALK, Title, normalise, root_user
from commands.wikis import (
    AccountFacts,
    BoardTopic,
    LanguageFacts,
    OwnEdit,
    PageFacts,
    PageText,
    Rendered,
    Signs,
    SiteFacts,
    UserFacts,
    WikiTrouble,
)
from commands.writes import (
    Email,
    MassMessage,
    Outcome,
    PageEdit,
    SaveResult,
    Section,
    Topic,
)


class DryWiki(SilentWiki, DryCensus):
    """All faces of a dry wiki."""

    dry = True

    def __init__(self, *, name: str, folder: Path, clock: Callable[[], datetime]) -> None:
        super().__init__(name=name, folder=folder, clock=clock)
        self._clock = clock
        self._saving = Saving(
            account=ACCOUNT,
            pages=self._pages,
            journal=Journal(file=folder / "edits.jsonl"),
            site=self._site,
            clock=clock,
        )

    async def site(self) -> SiteFacts:
        """Return the wiki's facts."""
        return self._site

    async def account(self) -> AccountFacts:
        """Return what the bot may do: everything, at any pace."""
        return AccountFacts(ACCOUNT, frozenset({"edit", "bot", "apihighlimits"}), None, None)

    async def signs(self, pages: Sequence[str]) -> Signs:
        """Return what may tell the bot to stop."""
        return watching.signs(self._pages, self._saving, self._site, account=ACCOUNT, asked=pages)

    async def read(self, title: str) -> PageText:
        """Return a page, redirects followed."""
        end = self._followed(title)
        if isinstance(end, str):
            raise WikiTrouble(self.name, end, code="invalidtitle", lasting=True)
        text = self._pages.text(end)
        if text is None:
            raise WikiTrouble(self.name, "no such page", code="missingtitle", lasting=True)
        return PageText(self._full(end), end.namespace, revid_of(end, text), "wikitext", text)

    async def languages(self, codes: Sequence[str]) -> Mapping[str, LanguageFacts]:
        """Return what the wiki knows of languages."""
        return languages(codes)

    async def members(self, category: str) -> Sequence[str]:
        """Return the titles of a category's members, in the order of their names."""
        wanted = normalise(category, self._site, default_namespace=CATEGORY)
        found = self._in_category(wanted) if isinstance(wanted, Title) else ()
        return [self._full(title) for title in found]

    async def subpages(self, title: str) -> Sequence[str]:
        """Return the titles of a page's subpages, in the order of their names."""
        page = normalise(title, self._site)
        if not isinstance(page, Title):
            return []
        return [
            self._full(each)
            for each in self._pages.titles()
            if each.namespace == page.namespace
            and each.text.startswith(f"{page.text}/")
            and markup.redirect_target(self._pages.text(each) or "") is None
        ]

    async def users(self, names: Sequence[str]) -> Mapping[str, UserFacts]:
        """Return what is known of accounts, by the name asked."""
        titles = {name: normalise(name, self._site, default_namespace=USER) for name in names}
        return {
            name: self._user(title.text if isinstance(title, Title) else None, name)
            for name, title in titles.items()
        }

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Return the state of pages now, by the title asked."""
        return {title: self._facts(title) for title in titles}

    async def revisions(self, titles: Sequence[str]) -> Mapping[str, int]:
        """Return the revision id of each page that exists, redirects not followed."""
        pages = {asked: normalise(asked, self._site) for asked in titles}
        return {
            asked: revid_of(page, text)
            for asked, page in pages.items()
            if isinstance(page, Title) and (text := self._pages.text(page)) is not None
        }

    async def expand(self, title: str, text: str) -> str:
        """Return `text` with the templates that exist substituted."""
        return markup.expand(
            text, title.partition(":")[2] or title, lambda name: self._text(name, TEMPLATE)
        )

    async def render(self, title: str, subject: str, body: str) -> Rendered:
        """Return what a new section would be."""
        named = self._transcluded(body)
        found = await self.revisions(named)
        linked = list(markup.links(body, self._site))
        users = (root_user(link) for link, _ in linked if link.namespace in (USER, USER_TALK))
        return Rendered(
            text=f"== {subject} ==\n\n{markup.signed(body, ACCOUNT, self._clock())}",
            categories=tuple(
                link.text for link, colon in linked if link.namespace == CATEGORY and not colon
            ),
            language_links=(),
            missing=tuple(name for name in named if name not in found),
            transcluded=found,
            users=tuple(dict.fromkeys(name for name in users if name)),
        )

    async def add_section(self, section: Section) -> SaveResult:
        """Save a new section."""
        return self._saving.add_section(section)

    async def save_page(self, edit: PageEdit) -> SaveResult:
        """Save a page."""
        return self._saving.save_page(edit)

    async def as_saved(self, revids: Sequence[int]) -> Mapping[int, PageText]:
        """Return what these edits of the account added, or saved."""
        return self._saving.as_saved(revids)

    async def add_topic(self, topic: Topic) -> SaveResult:
        """Refuse: there are no boards here."""
        return SaveResult(Outcome.INVALID, code="invalid-page", detail=topic.title)

    async def topics(self, board: str, since: datetime) -> Sequence[BoardTopic]:
        """Return none: there are no boards here."""
        return ()

    async def send_email(self, email: Email) -> SaveResult:
        """Refuse: nobody here has an address."""
        return SaveResult(Outcome.NOT_EMAILABLE, code="noemail", detail=email.user)

    async def mass_message(self, message: MassMessage) -> SaveResult:
        """Refuse: there are no extensions here."""
        return SaveResult(Outcome.INVALID, code="badvalue", detail=message.list_page)

    async def handed_over_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return none: there are no extensions here."""
        return ()

    async def own_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return all edits of the account since then, oldest first."""
        return self._saving.own_edits(since)

    async def close(self) -> None:
        """Nothing is held open."""

    def _facts(self, asked: str) -> PageFacts:
        self._saving.recover()
        end = self._followed(asked)
        if isinstance(end, str):
            return PageFacts(asked, asked, 0, revid=None, opted_out=False, invalid=end)
        text = self._pages.text(end)
        owner = root_user(end) if end.namespace == USER_TALK else None
        return PageFacts(
            asked,
            self._full(end),
            end.namespace,
            revid=None if text is None else revid_of(end, text),
            opted_out=self._opted_out(text or ""),
            owner=self._user(owner, owner) if owner else None,
            language=self._site.language,
        )

    def _opted_out(self, text: str) -> bool:
        categories = {category.text for category in self._categories(text)}
        return not categories.isdisjoint(self._site.optout_categories) or bool(
            excludes(text, bot=ACCOUNT, kinds=KINDS)
        )

    def _user(self, name: str | None, asked: str) -> UserFacts:
        if name is None:
            return UserFacts(asked, exists=False)
        anonymous = is_anonymous(name)
        return UserFacts(
            name,
            exists=not anonymous and not self._is_missing(name),
            bot=name == ACCOUNT,
            anonymous=anonymous,
        )
