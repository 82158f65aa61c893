"""What a dry wiki tells about people: of a folder's accounts little is known, and all is well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha1
from zlib import crc32

from chatbot.wiki.dry.folder import CATEGORY, TEMPLATE, DryFolder
from chatbot.wiki.dry.pages import revid_of
from chatbot.wiki.people import is_anonymous
from commands.census import Account, Attached, GlobalAccount, Revision
from commands.rules.titles import MAIN, TALK, USER, USER_TALK, Title, normalise, root_user
from commands.wikis import PageText, WikiTrouble

_EDITS = 1000
_REGISTERED_AT = datetime(2001, 1, 15, tzinfo=UTC)


class DryCensus(DryFolder):
    """See `commands.census.Census`. Everybody here is an old hand and has just edited."""

    async def accounts(self, names: Sequence[str]) -> Mapping[str, Account]:
        """Return what is known of accounts, by the name asked."""
        return {name: self._account(name) for name in names}

    async def last_edits(self, names: Sequence[str]) -> Mapping[str, datetime]:
        """Return the present for all accounts that there are."""
        now = self._clock()
        return {name: now for name in names if self._account(name).exists}

    async def global_account(self, name: str) -> GlobalAccount | None:
        """Return a global account that is at home here and nowhere else."""
        account = self._account(name)
        if account.central_id is None:
            return None
        here = Attached(self.name, account.edits, account.registered_at, account.groups)
        return GlobalAccount(
            account.central_id,
            account.name,
            home=self.name,
            registered_at=account.registered_at,
            edits=account.edits,
            attached=(here,),
        )

    async def renamed(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return whose talk pages those of missing accounts redirect to."""
        ends = {name: self._renamed(name) for name in names}
        return {name: end for name, end in ends.items() if end}

    async def in_group(self, group: str) -> Sequence[str]:
        """Return the names of a user group's members."""
        members = self._group(group)
        if members is None:
            raise WikiTrouble(self.name, "no such group", code="unknowngroup", lasting=True)
        return members

    async def texts(self, titles: Sequence[str]) -> Mapping[str, PageText]:
        """Return the texts of the pages that exist, by the title asked."""
        pages = {title: normalise(title, self._site) for title in titles}
        return {
            asked: PageText(
                self._full(page), page.namespace, revid_of(page, text), "wikitext", text
            )
            for asked, page in pages.items()
            if isinstance(page, Title) and (text := self._pages.text(page)) is not None
        }

    async def embedding(self, template: str) -> Sequence[str]:
        """Return the titles of the pages that transclude a template, in order."""
        wanted = self._full(self._named(template, TEMPLATE))
        return [
            self._full(title)
            for title in self._pages.titles()
            if wanted in self._transcluded(self._pages.text(title) or "")
        ]

    async def articles_in(self, category: str, *, depth: int) -> Sequence[str]:
        """Return the articles of a category and of its subcategories."""
        tree = self._tree(self._named(category, CATEGORY), depth)
        articles = (title.text for title in tree if title.namespace in (MAIN, TALK))
        return list(dict.fromkeys(articles))

    async def users_in(self, category: str, *, depth: int) -> Sequence[str]:
        """Return the users whose user or user talk page is in a category."""
        tree = self._tree(self._named(category, CATEGORY), depth)
        users = (title.text for title in tree if title.namespace in (USER, USER_TALK))
        return [name for name in dict.fromkeys(users) if "/" not in name]

    async def sitelinks(self, titles: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return none: a folder knows of no other wikis."""
        return {}

    async def history(self, title: str) -> Sequence[Revision]:
        """Return the page as it stands. A folder does not tell who wrote it."""
        page = normalise(title, self._site)
        text = self._pages.text(page) if isinstance(page, Title) else None
        if text is None or not isinstance(page, Title):
            return []
        raw = text.encode()
        digest = sha1(raw, usedforsecurity=False).hexdigest()
        return [
            Revision(revid_of(page, text), None, self._pages.changed_at(page), len(raw), digest)
        ]

    def _account(self, asked: str) -> Account:
        title = normalise(asked, self._site, default_namespace=USER)
        if not isinstance(title, Title):
            return Account(self.name, asked, exists=False)
        name = title.text
        if is_anonymous(name) or self._is_missing(name):
            return Account(self.name, name, exists=False, anonymous=is_anonymous(name))
        return Account(
            self.name,
            name,
            exists=True,
            central_id=crc32(name.encode()) + 1,
            edits=_EDITS,
            registered_at=_REGISTERED_AT,
            groups=self._groups_of(name),
        )

    def _renamed(self, name: str) -> str | None:
        title = normalise(name, self._site, default_namespace=USER)
        if not isinstance(title, Title) or not self._is_missing(title.text):
            return None
        end = self._followed(self._full(Title(USER_TALK, title.text)))
        user = root_user(end) if isinstance(end, Title) else None
        return user if user != title.text else None

    def _named(self, name: str, namespace: int) -> Title:
        title = normalise(name, self._site, default_namespace=namespace)
        if not isinstance(title, Title) or namespace == CATEGORY != title.namespace:
            raise WikiTrouble(self.name, "not a title", code="invalidtitle", lasting=True)
        return title

    def _tree(self, root: Title, depth: int) -> Iterator[Title]:
        level, seen = [root], {root}
        for _ in range(depth + 1):
            found = [title for category in level for title in self._in_category(category)]
            level = [title for title in found if title.namespace == CATEGORY and title not in seen]
            seen |= set(level)
            yield from (title for title in found if title.namespace != CATEGORY)
