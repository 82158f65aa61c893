"""What the operator decides about everything by which the public hears of events."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from chatbot.sections import Name, Port, Section, WebAddress


class Web(Section, frozen=True):
    """`[web]`: the calendar page and the feeds, for everybody to read.

    It listens on `listen` and `port`, for a reverse proxy in front of it. `address` is where the
    public reaches it (`https://events.example.org`), for links. `title` is the community's name.
    """

    listen: str = "127.0.0.1"
    port: Port = 8080
    address: WebAddress = ""
    title: str = ""


class FollowUp(Section, frozen=True):
    """`[follow_up]`: when hosts are asked what came of their events, so long after the end.

    Who has not answered by `give_up` is not asked any more, and coordinators are told.
    """

    ask: tuple[str, ...] = ("15m", "3d", "7d")
    give_up: str = "10d"


MailAddress = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class DigestList(Section, frozen=True):
    """`[[digest.lists]]`: one mailing list, which gets one mail an issue.

    `unsubscribe` is the list's own address for that, `mailto:…` or `https://…`. `list_id` is only
    for a list whose software sets none. Times are shown in UTC and in `zone`.
    """

    address: MailAddress
    unsubscribe: Annotated[str, Meta(pattern=r"^(mailto:[^\s<>@]+@[^\s<>@]+|https://[^\s<>]+)$")]
    name: str = ""
    language: str = ""
    zone: str = ""
    list_id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]*$")] = ""


class Digest(Section, frozen=True):
    """`[digest]`: what comes and what was missed, every `weeks` weeks.

    It goes out on `weekday` at `hour` in the IANA `zone`; `first` (a date) tells which weeks have
    one. It looks `ahead` and `back`. Coordinators see it `preview` before; `nudge` before,
    organisers with nothing registered are asked. Either is off with "off". An issue `late` by
    more waits for a coordinator. `pages` are `wiki/Title`, with `{date}` a page for each issue.
    """

    weeks: Annotated[int, Meta(ge=1, le=52)] = 2
    weekday: Weekday = "thursday"
    hour: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "09:00"
    zone: str = "UTC"
    first: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    ahead: str = "3w"
    back: str = "60d"
    preview: str = "1d"
    nudge: str = "5d"
    late: str = "1h"
    title: str = ""
    channels: tuple[str, ...] = ()
    zones: dict[str, str] = {}
    pages: tuple[Annotated[str, Meta(pattern=r"^[^/\s]+/\S.*$")], ...] = ()
    lists: tuple[DigestList, ...] = ()


class Mail(Section, frozen=True):
    """`[mail]`: the SMTP server that takes the bot's mails.

    Its password is in `BELLRINGER_MAIL_PASSWORD` or in the file `password_file`. `sender` and
    `reply_to` are mailboxes, `Name <address>` or an address. Without a `port` it is the usual one
    of the `encryption`.
    """

    host: str
    sender: str
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    port: Port | None = None
    user: str = ""
    password_file: str = ""
    ca_file: str = ""
    reply_to: str = ""


class CalendarPages(Section, frozen=True):
    """`[[calendar_pages]]`: the calendar on a wiki, kept up to date by the bot.

    `calendar` and `upcoming` are titles of pages, `events` what the titles of the events' own
    pages begin with, `template` the title of their template: what is left out is not kept.
    `kinds`, `topics` and `languages` say for which events; `ahead` and `past` how far it reaches,
    `most` how many events the short list has. `local_time` is the address of a page that shows
    an instant in its reader's own time, with `{seconds}` of Unix time in it.
    """

    wiki: str
    calendar: str = ""
    upcoming: str = ""
    events: str = ""
    template: str = ""
    language: str = ""
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ahead: str = "12w"
    past: str = "12w"
    most: Annotated[int, Meta(ge=1, le=50)] = 6
    local_time: str = "https://zonestamp.toolforge.org/{seconds}"


class Social(Section, frozen=True):
    """`[[social]]`: one account on a social network, by the name that coordinators see.

    `network` is "mastodon", "bluesky" or what an installed plug-in is called; `account` the
    account's own name there, where the network asks for it; `options` are what a plug-in needs
    besides. The secret (an access token, an app password) is in `BELLRINGER_SOCIAL_<NAME>_TOKEN`
    or in the file `token_file`. It posts in `languages`, about events of these `kinds`, `topics`
    and `event_languages` (all where none is named), so long `before` their start, within `hours`
    of the IANA zone `zone`: `most` a week, and `target` are wished for.
    """

    name: Name
    network: str
    server: WebAddress = ""
    account: str = ""
    token_file: str = ""
    options: dict[str, str] = {}
    languages: Annotated[tuple[str, ...], Meta(min_length=1)] = ("en",)
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    event_languages: tuple[str, ...] = ()
    before: tuple[str, ...] = ("1w", "4h")
    hours: Annotated[str, Meta(pattern=r"^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$")] = "09:00-20:00"
    zone: str = "UTC"
    most: Annotated[int, Meta(ge=1)] = 5
    target: Annotated[int, Meta(ge=0)] = 3
    hashtags: tuple[str, ...] = ()


class Sharing(Section, frozen=True):
    """`[sharing]`: what goes for every post and blurb.

    `hashtags` stand in all of them, `topic_hashtags` in those about a topic. Posts are drafted
    `ahead` of when they go out.
    """

    hashtags: tuple[str, ...] = ()
    topic_hashtags: dict[str, tuple[str, ...]] = {}
    ahead: str = "14d"


class PlanStep(Section, frozen=True):
    """`[[promotion.plans.KIND]]`: one step of the plan by which events of a kind are made known.

    `when` is "2w before", "1d after" or "start". `doer` is the bot, which `does` one of its own
    things, the host, who is reminded in private, or a text that he is given to copy. `text` says
    what is to be done; {title}, {number}, {kind}, {speakers}, {link} and {when} are filled in.
    A `name` of the standard plan's has its words.
    """

    when: str
    doer: Literal["bot", "host", "text"]
    does: Literal["", "announce", "notice", "posts", "digest"] = ""
    name: str = ""
    text: Annotated[str, Meta(max_length=500)] = ""


class Promotion(Section, frozen=True):
    """`[promotion]`: how events are proposed, and what is advised to make them known.

    Less than `notice` ahead is short notice. `countries` are those whose holidays are told
    ("SE", "DE-BY"), `zones` the IANA zones in which those live who care for a topic or read a
    language. Coordinators are reminded of a proposal each `repeat`; one person may have
    `most_open` waiting, and make `most_a_day`. `plans` by kind, or on the wiki page `page`.
    """

    notice: str = "2w"
    countries: tuple[str, ...] = ()
    weekend: tuple[str, ...] = ("saturday", "sunday")
    zones: dict[str, str] = {}
    repeat: str = "3d"
    most_open: Annotated[int, Meta(ge=1)] = 5
    most_a_day: Annotated[int, Meta(ge=1)] = 5
    plans: dict[str, tuple[PlanStep, ...]] = {}
    page: str = ""
