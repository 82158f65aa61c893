"""The digest made of what the configuration says: its policy, its mails, and its engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from zoneinfo import available_timezones

from structlog.typing import FilteringBoundLogger

from chatbot import settings
from chatbot.clock import Alarm, Clock
from chatbot.config import Config
from chatbot.programme import Programme as Book
from chatbot.publicconfig import Digest, DigestList, Mail, Weekday
from chatbot.publish.digestsettings import MailingList, MailServer, Sender
from chatbot.rounds import Rounds
from chatbot.secrets import secret_of, variable
from chatbot.sections import ConfigError
from chatbot.spans import span
from chatbot.text import Texts
from commands.digests import DigestPolicy, Programme
from commands.messages import Line, line
from commands.rules.digestissue import Habit, Rhythm
from commands.tongues import chosen
from commands.wikis import Wiki
from storage.database import Database
from storage.values import Shown

if TYPE_CHECKING:
    from chatbot.publish.digestcopies import Post
    from chatbot.publish.digestsheet import EventLink

NAME = "Events"
"""What the digest is called where neither it nor the web page has a title."""

_PASSWORD = "MAIL_PASSWORD"  # noqa: S105 - the name of the variable
_OFF = "off"
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def digest_policy(config: Config) -> DigestPolicy:
    """Return what is decided about the digest. Raises ConfigError naming the key."""
    digest = config.digest or Digest()
    for index, each in enumerate(digest.lists):
        _zone(f"digest.lists.{index}.zone", each.zone)
        if each.language and chosen(each.language, Texts().languages) is None:
            raise ConfigError(f"digest.lists.{index}.language: I do not speak {each.language!r}")
    addresses = tuple(each.address for each in digest.lists)
    if len(set(addresses)) < len(addresses):
        raise ConfigError("digest.lists: an address stands there twice")
    if digest.lists and config.mail is None:
        raise ConfigError("digest.lists: mails need a server; add [mail]")
    for page in digest.pages:
        if page.partition("/")[0] not in settings.wikis(config):
            raise ConfigError(f"digest.pages: {page!r} is not WIKI/TITLE of a configured wiki")
    channels = settings.channels(config, "digest.channels", digest.channels)
    for channel, zone in digest.zones.items():
        _zone(f"digest.zones.{channel}", zone)
        if channel not in map(str, channels):
            raise ConfigError(f"digest.zones: {channel!r} is none of digest.channels")
    return DigestPolicy(
        habit=_habit(digest),
        channels=channels,
        pages=digest.pages,
        lists=addresses,
        zones={each: digest.zones[str(each)] for each in channels if str(each) in digest.zones},
        address=config.web.address if config.web else "",
        coordinators=settings.coordinators_channels(config),
    )


def shown_by(book: Book) -> Programme:
    """Return what asks the programme for all that may be shown."""

    async def shown() -> tuple[Shown, ...]:
        return tuple((await book.now()).events.values())

    return shown


async def check_mail(mail: Mail, environment: Mapping[str, str]) -> list[tuple[bool, list[Line]]]:
    """Connect to the SMTP server and log in. Return whether that works, and how to say it."""
    from chatbot.publish.mail import Mailer

    server = mail_server(mail, environment)
    trouble = await Mailer(server=server).check()
    where = f"{server.host}:{server.port}"
    if trouble is not None:
        return [(False, [line("check.mail.trouble", where=where, reason=trouble)])]
    key = "check.mail.login" if server.user else "check.mail"
    return [(True, [line(key, where=where, user=server.user, encryption=server.encryption)])]


def digest_engines(
    *,
    config: Config,
    environment: Mapping[str, str],
    database: Database,
    policy: DigestPolicy,
    programme: Programme,
    wikis: Mapping[str, Wiki],
    texts: Texts,
    event_link: EventLink,
    told: Callable[[], None],
    alarm: Alarm,
    clock: Clock,
    holder: str,
    log: FilteringBoundLogger,
) -> Mapping[str, Rounds]:
    """Return what makes the digest, where it is configured. Raises ConfigError naming the key.

    `told` is called after notices were planned. `event_link` returns the address of an event's
    page, empty where there is none.
    """
    digest = config.digest
    if digest is None:
        return {}
    from chatbot.publish.digestcopies import Copies
    from chatbot.publish.digestissues import DigestIssues
    from chatbot.publish.digestjournal import Journal
    from chatbot.publish.digestnudges import Nudges
    from chatbot.publish.digestsheet import Sheets

    title = digest.title or (config.web.title if config.web else "") or NAME
    journal = Journal(file=settings.data_folder(config) / "digests-sent")
    copies = Copies(
        database=database,
        policy=policy,
        programme=programme,
        sheets=Sheets(texts=texts, name=title, address=policy.address, event_link=event_link),
        journal=journal,
        wikis=wikis,
        post=_post(config.mail, digest, environment) if config.mail else None,
        clock=clock,
        holder=holder,
        log=log,
    )
    issues = DigestIssues(
        database=database,
        policy=policy,
        programme=programme,
        wikis=wikis,
        copies=copies,
        nudges=Nudges(networks=settings.networks(config)),
        journal=journal,
        told=told,
        clock=clock,
        log=log,
    )
    rounds = Rounds(name="digest", look=issues.look, alarm=alarm, clock=clock, log=log)
    return {"digest": rounds}


def mail_server(mail: Mail, environment: Mapping[str, str]) -> MailServer:
    """Return the SMTP server with its secret. Raises ConfigError when that is missing."""
    password = secret_of(_PASSWORD, mail.password_file, environment) if mail.user else None
    if mail.user and not password:
        raise ConfigError(f"mail: no password; set {variable(_PASSWORD)} or password_file")
    if mail.encryption == "none" and mail.user and mail.host not in _LOOPBACK:
        raise ConfigError('mail.encryption: with "none" the password would be readable on its way')
    return MailServer(
        host=mail.host,
        port=mail.port or _PORTS[mail.encryption],
        encryption=mail.encryption,
        user=mail.user,
        password=password or "",
        ca_file=Path(mail.ca_file) if mail.ca_file else None,
    )


def _post(mail: Mail, digest: Digest, environment: Mapping[str, str]) -> Post:
    from chatbot.publish.digestcopies import Post
    from chatbot.publish.mail import Mailer

    return Post(
        mailer=Mailer(server=mail_server(mail, environment)),
        sender=Sender(
            mailbox=_mailbox("mail.sender", mail.sender),
            reply_to=_mailbox("mail.reply_to", mail.reply_to) if mail.reply_to else "",
        ),
        lists={each.address: _list(each) for each in digest.lists},
    )


def _list(each: DigestList) -> MailingList:
    return MailingList(
        address=each.address,
        unsubscribe=each.unsubscribe,
        name=each.name,
        language=each.language or None,
        zone=each.zone or None,
        list_id=each.list_id,
    )


def _habit(digest: Digest) -> Habit:
    period = timedelta(weeks=digest.weeks)
    habit = Habit(
        rhythm=Rhythm(
            weeks=digest.weeks,
            weekday=get_args(Weekday).index(digest.weekday),
            at=time.fromisoformat(digest.hour),
            zone=_zone("digest.zone", digest.zone) or "UTC",
            **({"first": _date(digest.first)} if digest.first else {}),
        ),
        ahead=span("digest.ahead", digest.ahead),
        back=span("digest.back", digest.back),
        preview=_unless_off("digest.preview", digest.preview),
        nudge=_unless_off("digest.nudge", digest.nudge),
        late=span("digest.late", digest.late),
    )
    for key, before in (("preview", habit.preview), ("nudge", habit.nudge)):
        if before is not None and before >= period:
            raise ConfigError(f"digest.{key}: it must be shorter than {digest.weeks} weeks")
    return habit


def _unless_off(key: str, text: str) -> timedelta | None:
    return None if text == _OFF else span(key, text)


def _zone(key: str, zone: str) -> str:
    if zone and zone not in available_timezones():
        raise ConfigError(f"{key}: {zone!r} is no time zone like 'Europe/Stockholm'")
    return zone


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise ConfigError(f"digest.first: {text!r} is no date like '2026-12-03'") from fault


def _mailbox(key: str, text: str) -> str:
    address = parseaddr(text)[1]
    if "\n" in text or "\r" in text or not address.isascii() or address.count("@") != 1:
        raise ConfigError(f"{key}: {text!r} is no mailbox like 'Events <events@example.org>'")
    return text
