"""What the operator decides: a TOML file for everything, the environment for secrets.

A secret is never in the file: it comes from the environment variable that its field names, or
from a file that only the service can read (`*_file`). Errors name the key.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from chatbot.publicconfig import (
    CalendarPages,
    Digest,
    FollowUp,
    Mail,
    Promotion,
    Sharing,
    Social,
    Web,
)
from chatbot.sections import Api, Name, Port, Positive, Section
from commands.rules import authority
from commands.rules.ways import USUAL
from storage.runvalues import Way

CONSOLE = "console"
TELEGRAM = authority.TELEGRAM
"""The name of the network, as in `telegram/-1001234567890` and `1234567@telegram`."""


class Kind(Section, frozen=True):
    """`[events.kinds.NAME]`: how long, and when to remind (before the start)."""

    duration: str
    reminders: tuple[str, ...] = ("1w", "1d", "1h", "10m", "start")


KINDS = {
    "tech-talk": Kind(duration="1h"),
    "office-hours": Kind(duration="1h"),
    "lightning-talk": Kind(duration="15m"),
    "workshop": Kind(duration="2h"),
}
"""The kinds that there are without any configuration."""


class Events(Section, frozen=True):
    """`[events]`: channels as `network/#channel`; times are written like `10m`."""

    channels: tuple[str, ...] = ()
    kinds: dict[str, Kind] = {}
    grace: str = "1m"
    horizon: str = "60d"


class Coordinators(Section, frozen=True):
    """`[coordinators]`: where they are told what they should know.

    `test_pages` are their own talk pages on the wikis, to which they may send a test.
    """

    channels: tuple[str, ...] = ()
    test_pages: tuple[str, ...] = ()
    word_holds: str = "72h"


class Runs(Section, frozen=True):
    """`[runs]`: how message runs are confirmed, and what every message says.

    `optout` is the page that tells how to opt out; a category is honoured on every wiki.
    `footers` are the footers of languages, by MediaWiki's code, `footer` is one for all.
    `optout_preload` is the page, on each wiki that has it, whose text whoever stops is offered.
    `settle` is how long an edit whose answer was lost may still be on its way. `canary_pause` is
    how long the rest waits after the first deliveries; `reverts` and `stops` (their number) and
    `failures` (their share) halt a run. `edits_per_minute` is the most on all wikis together.
    `leave_out` are lists and categories of people whom no run writes to. What a wiki told of a
    global account is believed for `accounts_fresh`.
    """

    home: str = ""
    expiry: str = "72h"
    proposer_may_confirm: bool = True
    unified_accounts: bool = True
    about: str = "User:Bellringer"
    optout: str = ":Category:Opted-out of message delivery"
    optout_preload: str = "User:Bellringer/Opt-out"
    footer: str = ""
    footers: dict[str, str] = {}
    canary: Annotated[int, Meta(ge=0)] = 10
    canary_pause: str = "15m"
    reverts: Annotated[int, Meta(ge=1)] = 3
    stops: Annotated[int, Meta(ge=1)] = 3
    failures: Annotated[float, Meta(gt=0, le=1)] = 0.2
    edits_per_minute: Positive | None = None
    check_ahead: Annotated[int, Meta(ge=1, le=50)] = 1
    settle: str = "60s"
    leave_out: tuple[str, ...] = ()
    accounts_fresh: str = "1d"
    listen: str = "14d"


class Irc(Section, frozen=True):
    """`[[irc]]`: one network.

    The password for SASL PLAIN is in `BELLRINGER_IRC_<NETWORK>_PASSWORD` or in the file
    `password_file`; `client_cert` (and `client_key`) switches SASL EXTERNAL on. `relays` are
    the nicks of bots that repeat here what is said elsewhere: no line of theirs is a command.
    """

    network: Name
    host: str
    nick: str
    channels: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    port: Port = 6697
    tls: bool = True
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    account: str = ""
    password_file: str = ""
    prefix: str = "!"
    nickserv_regain: bool = False
    burst: Annotated[float, Meta(ge=1)] = 5
    rate: Positive = 1
    realname: str = "Bellringer"


class WikiHabits(Section, frozen=True, kw_only=True):
    """Who the bot is on a wiki, and how it behaves there.

    With `oauth = true` the four values of an owner-only consumer are in
    `BELLRINGER_WIKI_<NAME>_OAUTH`, separated by spaces. `edits_per_minute` and `edits_per_hour`
    are the most we do, within `hours` ("08:00-21:00") of the IANA zone `zone`. An edit to
    `stop_page` stops the bot there. With `approval` a run needs a link to where it was allowed.
    `ways` are how messages may go out, best first; `messenger` is the account by which the
    wiki's MassMessage extension delivers.
    """

    username: str
    bot_password: str = "bellringer"  # noqa: S105 - its name on the wiki, no secret
    password_file: str = ""
    oauth: bool = False
    edits_per_minute: Positive = 20
    edits_per_hour: Positive | None = None
    hours: str = ""
    zone: str = "UTC"
    stop_page: str = ""
    approval: bool = False
    ways: Annotated[tuple[Way, ...], Meta(min_length=1)] = USUAL
    messenger: str = "MediaWiki message delivery"
    optout_categories: tuple[str, ...] = ()
    maxlag: Annotated[int, Meta(ge=1)] = 5


class Wiki(WikiHabits, frozen=True, kw_only=True):
    """`[[wiki]]`: one wiki, by its database name.

    The bot password's secret is in `BELLRINGER_WIKI_<NAME>_PASSWORD` or `password_file`; where
    several wikis share one account, `secret` is the NAME by which all of them have it.
    """

    name: Name
    api: Api
    secret: str = ""


class Farm(WikiHabits, frozen=True, kw_only=True):
    """`[[farm]]`: many wikis on which the bot has one account, and behaves in one way.

    `wikis` are the addresses of api.php by database name. The secret is in
    `BELLRINGER_WIKI_<NAME>_PASSWORD`, by the farm's own name, or `password_file`.
    """

    name: Name
    wikis: dict[Name, Api]


class DryWiki(Section, frozen=True):
    """`[[dry_wiki]]`: a folder that plays a wiki; nobody real reads it."""

    name: Name
    edits_per_minute: Positive = 600


class Console(Section, frozen=True):
    """`[console]`: a chat in the terminal, in which one person plays several."""

    channel: str = "#lounge"
    coordinators: tuple[str, ...] = ("alice", "bob")
    others: tuple[str, ...] = ("carol",)


class Limits(Section, frozen=True):
    """`[limits]`: how many commands one person may give in a while.

    `fresh` is how old a confirmation may be that was given while the bot was away.
    """

    commands: Annotated[int, Meta(ge=1)] = 10
    span: str = "30s"
    fresh: str = "5m"


class Telegram(Section, frozen=True):
    """`[telegram]`: one bot.

    Its token is in `BELLRINGER_TELEGRAM_TOKEN` or in the file `token_file`. `chats` are the
    groups and channels that it is in, `-1001234567890`, or `-1001234567890/17` for a topic.
    With `webhook` (the address that Telegram calls) it does not poll, but listens on `listen`
    and `port`; the secret that Telegram then shows is in `BELLRINGER_TELEGRAM_WEBHOOK_SECRET`
    or in `webhook_secret_file`. `api` is another Bot API server than Telegram's own.
    """

    chats: tuple[str, ...] = ()
    token_file: str = ""
    webhook: str = ""
    webhook_secret_file: str = ""
    listen: str = "127.0.0.1"
    port: Port = 8443
    api: str = "https://api.telegram.org"


class History(Section, frozen=True):
    """`[history]`: who computes over the imported history dumps.

    `duckdb` does it here and takes `memory` at most; `spark` is a cluster whose master has the
    URL `master`.
    """

    engine: Literal["duckdb", "spark"] = "duckdb"
    master: str = ""
    memory: Annotated[str, Meta(pattern=r"^[1-9][0-9]*(MB|GB)$")] = "4GB"


class Listening(Section, frozen=True):
    """`[listening]`: how answers are listened for after a run.

    `interval` lies between two looks at each wiki's recent changes and at the mailbox, `batch`
    between two messages to the coordinators. `eventstreams` is the address of a stream that
    tells sooner when there is something to look at.
    """

    interval: str = "60s"
    batch: str = "3m"
    eventstreams: str = ""


class Mailbox(Section, frozen=True):
    """`[mailbox]`: the IMAP account to which people write about the messages.

    Its password is in `BELLRINGER_MAILBOX_PASSWORD` or in the file `password_file`.
    """

    host: str
    user: str
    port: Port = 993
    tls: bool = True
    ca_file: str = ""
    folder: str = "INBOX"
    password_file: str = ""


class Config(Section, frozen=True):
    """The whole file. Paths are taken from the file's folder.

    `language` is spoken where nothing else is said, `languages` in channels (`network/#channel`).
    """

    data: str = "data"
    database: str = ""
    contact: str = ""
    language: str = "en"
    languages: dict[str, str] = {}
    irc: tuple[Irc, ...] = ()
    wiki: tuple[Wiki, ...] = ()
    farm: tuple[Farm, ...] = ()
    dry_wiki: tuple[DryWiki, ...] = ()
    telegram: Telegram | None = None
    console: Console | None = None
    events: Events = Events()
    coordinators: Coordinators = Coordinators()
    runs: Runs = Runs()
    limits: Limits = Limits()
    listening: Listening = Listening()
    mailbox: Mailbox | None = None
    history: History = History()
    web: Web | None = None
    promotion: Promotion = Promotion()
    digest: Digest | None = None
    mail: Mail | None = None
    follow_up: FollowUp = FollowUp()
    calendar_pages: tuple[CalendarPages, ...] = ()
    social: tuple[Social, ...] = ()
    sharing: Sharing = Sharing()
