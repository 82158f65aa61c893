"""What is asked of a wiki: values that the rules decide about, and the face that reads and writes.

Wikis are known by their configured names, which are MediaWiki database names where there is a
choice ("enwiki"). The pywikibot twin and the dry twin in `chatbot/wiki` have this same face.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from commands.writes import Email, MassMessage, PageEdit, SaveResult, Section, Topic


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace as `meta=siteinfo&siprop=namespaces|namespacealiases` tells it.

    `aliases` hold the canonical (English) name too, where the wiki's own name is another.
    """

    number: int
    name: str
    aliases: tuple[str, ...]
    first_letter_case: bool
    """True where MediaWiki puts the first letter of a title in upper case (`first-letter`)."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What normalising titles and reading delivery lists needs to know of a wiki."""

    wiki: str
    language: str
    server_names: tuple[str, ...]
    """Host names (with port where unusual) by which lists name this wiki, and its dbname."""
    namespaces: tuple[Namespace, ...]
    interwiki_prefixes: frozenset[str] = frozenset()
    interwiki_hosts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Prefix to the host (with port where unusual) of its URL in `siprop=interwikimap`."""
    optout_categories: tuple[str, ...] = ()
    """Without the namespace: from `massmessage-optout-category` or its default, and config."""
    sitename: str = ""
    """What the wiki calls itself: "Wikipedia"."""
    page_url: str = ""
    """The address of a page, with `$1` for its title."""
    extensions: frozenset[str] = frozenset()
    """Names of the extensions there (`siprop=extensions`): "MassMessage", "Flow"."""


@dataclass(frozen=True, slots=True)
class UserFacts:
    """An account as `list=users` tells it. `name` is in normal form."""

    name: str
    exists: bool
    blocked_indefinitely: bool = False
    bot: bool = False
    anonymous: bool = False
    """An IP address or a temporary account."""
    emailable: bool = False
    """Whether the wiki would mail to it (`usprop=emailable`)."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A talk page at the moment of looking, redirects already followed.

    `asked` is the title looked up, `title` the one a message would go to. `revid` is its last
    revision, None where the page does not exist. `owner` is the account whose talk page it is
    (None outside user talk), read after the redirect.
    """

    asked: str
    title: str
    namespace: int
    revid: int | None
    opted_out: bool
    content_model: str = "wikitext"
    owner: UserFacts | None = None
    language: str = ""
    """The page's own language (`pagelanguage`), as a MediaWiki language code."""
    invalid: str | None = None
    """The wiki's reason why this is no title at all (then nothing else is meant)."""


@dataclass(frozen=True, slots=True)
class LanguageFacts:
    """A language as `meta=languageinfo` tells it.

    `fallbacks` are the languages that MediaWiki itself falls back to, in order, English last.
    """

    code: str
    fallbacks: tuple[str, ...] = ("en",)
    right_to_left: bool = False
    autonym: str = ""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page as it stands."""

    title: str
    namespace: int
    revid: int
    content_model: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the wiki itself makes of a message (`action=parse`).

    `text` is the wikitext after the pre-save transform, heading included. `missing` are pages
    transcluded that do not exist. `transcluded` maps each page transcluded (existing) to its
    revision id. `users` are the accounts whose user or user talk pages are linked.
    """

    text: str
    categories: tuple[str, ...]
    language_links: tuple[str, ...]
    missing: tuple[str, ...]
    transcluded: Mapping[str, int]
    users: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The bot's own standing (`meta=userinfo&uiprop=ratelimits|rights|blockinfo|groups`)."""

    name: str
    rights: frozenset[str]
    blocked: str | None
    edits_per_minute: float | None
    """The tightest edit limit that applies, None where the wiki sets none."""


@dataclass(frozen=True, slots=True)
class LastEdit:
    """The last edit of a page, redirects not followed. `user` is empty where it is hidden."""

    title: str
    revid: int
    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Signs:
    """What on a wiki may tell the bot to stop.

    `account` is the bot's, `edits` are of its talk page and of the pages asked for, where they
    exist: the last by somebody else, and the bot's own where nobody else edited. `blocked_by` is
    who blocked it from all pages, `locked` whether it is locked on all wikis, None where there
    are no global accounts. `now` is what time the wiki thought it was, in whole seconds, None
    where it goes by our clock.
    """

    account: str
    edits: tuple[LastEdit, ...] = ()
    blocked_by: str | None = None
    locked: bool | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardTopic:
    """A topic on a board: `title` is that of its own page, `text` that of all its posts."""

    title: str
    author: str
    text: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class OwnEdit:
    """An edit of the bot's own account (`list=usercontribs`)."""

    summary: str
    title: str
    revid: int
    saved_at: datetime
    tags: tuple[str, ...] = ()
    """`mw-reverted` where somebody took it back."""


class WikiTrouble(Exception):  # noqa: N818 - named in the chat as what it is
    """A wiki could not be read. `lasting` when asking again will not help (no such page)."""

    def __init__(self, wiki: str, reason: str, *, code: str = "", lasting: bool = False) -> None:
        super().__init__(f"{wiki}: {reason}")
        self.wiki = wiki
        self.reason = reason
        self.code = code
        self.lasting = lasting


class Wiki(Protocol):
    """One wiki. All methods raise WikiTrouble, but those that write: they return how it ended."""

    @property
    def name(self) -> str:
        """The configured name."""
        ...

    @property
    def dry(self) -> bool:
        """Whether nobody real reads it."""
        ...

    async def site(self) -> SiteFacts:
        """Return the wiki's facts, asked once and kept."""
        ...

    async def account(self) -> AccountFacts:
        """Log in where needed and return what the bot's account may do, asked anew."""
        ...

    async def read(self, title: str) -> PageText:
        """Return a page, redirects followed. Raises WikiTrouble(lasting) when missing."""
        ...

    async def languages(self, codes: Sequence[str]) -> Mapping[str, LanguageFacts]:
        """Return what the wiki knows of languages; those that it does not know are left out."""
        ...

    async def members(self, category: str) -> Sequence[str]:
        """Return the titles of a category's members, in the wiki's order."""
        ...

    async def subpages(self, title: str) -> Sequence[str]:
        """Return the titles of a page's subpages, at any depth; redirects are left out."""
        ...

    async def users(self, names: Sequence[str]) -> Mapping[str, UserFacts]:
        """Return what is known of accounts, by the name asked."""
        ...

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Return the state of pages now, by the title asked: batched, never from a cache."""
        ...

    async def expand(self, title: str, text: str) -> str:
        """Return `text` with its templates substituted as on page `title`."""
        ...

    async def render(self, title: str, subject: str, body: str) -> Rendered:
        """Return what a new section would be on page `title`. Saves nothing."""
        ...

    async def revisions(self, titles: Sequence[str]) -> Mapping[str, int]:
        """Return the last revision id of each of these pages that exists, never from a cache."""
        ...

    async def as_saved(self, revids: Sequence[int]) -> Mapping[int, PageText]:
        """Return the texts of these revisions, each with the title that its page has by now.

        Those that are deleted or hidden are left out.
        """
        ...

    async def add_section(self, section: Section) -> SaveResult:
        """Save a new section: one request on the wire at most, never minor, never resent."""
        ...

    async def save_page(self, edit: PageEdit) -> SaveResult:
        """Save a page: one request on the wire at most."""
        ...

    async def add_topic(self, topic: Topic) -> SaveResult:
        """Start a topic on a board. The result's title is that of the topic's own page."""
        ...

    async def topics(self, board: str, since: datetime) -> Sequence[BoardTopic]:
        """Return the topics of a board since then, newest first; some may be older.

        Those that were hidden or deleted are not among them.
        """
        ...

    async def send_email(self, email: Email) -> SaveResult:
        """Have a mail sent."""
        ...

    async def mass_message(self, message: MassMessage) -> SaveResult:
        """Hand a message over. It cannot be called back."""
        ...

    async def handed_over_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return what the MassMessage extension has delivered since then, oldest first."""
        ...

    async def signs(self, pages: Sequence[str]) -> Signs:
        """Return what may tell the bot to stop, also where it is not let in: one request."""
        ...

    async def own_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return all edits of the bot's account since then, oldest first."""
        ...

    async def close(self) -> None:
        """Let go of the thread and the connection."""
        ...
