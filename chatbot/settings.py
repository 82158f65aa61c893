"""What the configuration comes to: the frozen arguments that each part is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from chatbot import catalogue
from chatbot.config import CONSOLE, KINDS, TELEGRAM, Config, Irc, Kind, Telegram
from chatbot.history.settings import HistorySettings
from chatbot.irc.settings import IrcNetwork
from chatbot.secrets import secret_of, variable
from chatbot.sections import ConfigError
from chatbot.social.settings import check_social, social_secrets
from chatbot.spans import span
from chatbot.telegram.settings import TelegramBot, Webhook
from chatbot.wiki.settings import BotPassword
from chatbot.wikisettings import paces, real_wikis, with_farms
from commands import offsets
from commands.policy import EventPolicy, KindPolicy, RunPolicy
from commands.rules import recipesources
from commands.rules.recipe import Source
from storage.values import Destination, Place

_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CHAT = re.compile(r"-[0-9]+(/[0-9]+)?")


def load(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError."""
    try:
        config = msgspec.toml.decode(path.read_bytes(), type=Config)
    except OSError as fault:
        raise ConfigError(f"{path}: {fault.strerror}") from fault
    except msgspec.MsgspecError as fault:
        raise ConfigError(f"{path}: {fault}") from fault
    folder = path.resolve().parent
    return check(msgspec.structs.replace(config, data=str(folder / config.data)))


def check(config: Config) -> Config:
    """Return a configuration whose parts fit together. Raises ConfigError naming the key.

    The wikis of farms stand in it as wikis of their own.
    """
    config = with_farms(config)
    if config.console and config.wiki:
        raise ConfigError(
            "console: one person plays several there and could confirm alone, so it cannot be "
            "joined to a real wiki; take [console] or every [[wiki]] out"
        )
    _once("irc", [each.network for each in config.irc])
    _once("wiki", wikis(config))
    _reserved(config, CONSOLE, "the chat in the terminal")
    _reserved(config, TELEGRAM, "the Telegram bot's network")
    for chat in config.telegram.chats if config.telegram else ():
        _chat("telegram.chats", chat)
    if config.runs.home and config.runs.home not in wikis(config):
        raise ConfigError(f"runs.home: there is no wiki {config.runs.home!r}")
    if config.wiki and not config.contact:
        raise ConfigError("contact: wikis ask for an address of yours in the user agent")
    _check_languages(config)
    # What each part will be given is made once here, so that a wrong value stops the start.
    event_policy(config)
    run_policy(config, b"")
    history(config)
    check_social(config.social)
    span("sharing.ahead", config.sharing.ahead)
    span("runs.settle", config.runs.settle)
    span("runs.accounts_fresh", config.runs.accounts_fresh)
    span("runs.listen", config.runs.listen)
    span("listening.interval", config.listening.interval)
    span("listening.batch", config.listening.batch)
    span("limits.span", config.limits.span)
    span("limits.fresh", config.limits.fresh)
    span("coordinators.word_holds", config.coordinators.word_holds)
    return config


def _check_languages(config: Config) -> None:
    known = {name for place in _places(config) for name in (str(place), _group(place))}
    for channel in config.languages:
        if channel not in known:
            raise ConfigError(f"languages: {channel!r} is no channel that the bot is in")
    spoken = {f"languages.{channel}": tag for channel, tag in config.languages.items()}
    for key, tag in {"language": config.language, **spoken}.items():
        if tag not in catalogue.languages():
            raise ConfigError(f"{key}: {tag!r} is none of {', '.join(catalogue.languages())}")


def networks(config: Config) -> tuple[str, ...]:
    """Return the names of all chat networks."""
    telegram = (TELEGRAM,) if config.telegram else ()
    console = (CONSOLE,) if config.console else ()
    return (*(each.network for each in config.irc), *telegram, *console)


def wikis(config: Config) -> tuple[str, ...]:
    """Return the names of all wikis, real ones first."""
    return (*(each.name for each in config.wiki), *(each.name for each in config.dry_wiki))


def event_policy(config: Config) -> EventPolicy:
    """Return how events are told."""
    return EventPolicy(
        kinds={
            name: _kind(f"events.kinds.{name}", kind)
            for name, kind in {**KINDS, **config.events.kinds}.items()
        },
        channels=channels(config, "events.channels", config.events.channels),
        networks=networks(config),
        places=_places(config),
        grace=span("events.grace", config.events.grace),
        horizon=span("events.horizon", config.events.horizon),
    )


def run_policy(config: Config, secret: bytes) -> RunPolicy:
    """Return how message runs are confirmed."""
    names = wikis(config)
    return RunPolicy(
        home=config.runs.home or (names[0] if names else ""),
        wikis=names,
        secret=secret,
        footer=config.runs.footer,
        about=config.runs.about,
        optout=config.runs.optout,
        footers=config.runs.footers,
        optout_preload=config.runs.optout_preload,
        test_pages=config.coordinators.test_pages,
        dry=frozenset(each.name for each in config.dry_wiki),
        unproven=frozenset({CONSOLE}),
        unified=config.runs.unified_accounts,
        expiry=span("runs.expiry", config.runs.expiry),
        proposer_may_confirm=config.runs.proposer_may_confirm,
        coordinators=coordinators_channels(config),
        canary=config.runs.canary,
        canary_pause=span("runs.canary_pause", config.runs.canary_pause),
        reverts=config.runs.reverts,
        stops=config.runs.stops,
        failures=config.runs.failures,
        paces=paces(config),
        cap=config.runs.edits_per_minute,
        approval=frozenset(each.name for each in config.wiki if each.approval),
        ways={each.name: each.ways for each in config.wiki},
        leave_out=_sources("runs.leave_out", config.runs.leave_out),
        live=frozenset({TELEGRAM}),
    )


def _sources(key: str, named: tuple[str, ...]) -> tuple[Source, ...]:
    found: list[Source] = []
    for text in named:
        read = recipesources.sources(text)
        if not isinstance(read, tuple):
            raise ConfigError(f"{key}: {text!r} is not [[PAGE]], file:NAME, group:NAME or the like")
        found += read
    return tuple(found)


def coordinators_channels(config: Config) -> tuple[Destination, ...]:
    """Return where coordinators are told things."""
    return channels(config, "coordinators.channels", config.coordinators.channels)


def history(config: Config) -> HistorySettings:
    """Return where imported history is, and who computes over it. Raises ConfigError."""
    chosen = config.history
    if chosen.engine == "spark" and not chosen.master:
        raise ConfigError("history.master: a Spark cluster is found by its master's URL")
    return HistorySettings(
        folder=Path(config.data) / "history",
        memory=chosen.memory,
        master=chosen.master if chosen.engine == "spark" else None,
    )


def irc_networks(config: Config, environment: Mapping[str, str]) -> tuple[IrcNetwork, ...]:
    """Return the IRC networks with their secrets."""
    return tuple(_irc(config, each, environment) for each in config.irc)


def telegram_bot(config: Config, environment: Mapping[str, str]) -> TelegramBot | None:
    """Return the Telegram bot with its secrets. Raises ConfigError when one is missing."""
    bot = config.telegram
    if bot is None:
        return None
    token = secret_of("TELEGRAM_TOKEN", bot.token_file, environment)
    if token is None:
        name = variable("TELEGRAM_TOKEN")
        raise ConfigError(f"telegram: no token; set {name} or token_file")
    return TelegramBot(
        token=token,
        chats=_joined(config, TELEGRAM, bot.chats),
        api=bot.api.rstrip("/"),
        webhook=_webhook(bot, environment),
    )


def all_secrets(config: Config, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret in use, for the log to blot out."""
    # Only here, so that reading a configuration loads no database library.
    from sqlalchemy.engine import make_url

    passwords = [each.sasl_password or "" for each in irc_networks(config, environment)]
    if bot := telegram_bot(config, environment):
        passwords += (bot.token, bot.webhook.secret if bot.webhook else "")
    for wiki in real_wikis(config, environment):
        secret = wiki.credentials
        if isinstance(secret, BotPassword):
            passwords.append(secret.secret)
        else:
            passwords += (secret.consumer_secret, secret.access_token, secret.access_secret)
    if mailbox := config.mailbox:
        passwords.append(secret_of("MAILBOX_PASSWORD", mailbox.password_file, environment) or "")
    if mail := config.mail:
        passwords.append(secret_of("MAIL_PASSWORD", mail.password_file, environment) or "")
    passwords += social_secrets(config.social, environment)
    database = make_url(database_url(config)).password or ""
    return tuple(filter(None, (*passwords, database)))


def languages(config: Config) -> Mapping[Destination, str]:
    """Return the language of each channel that has its own; a topic has that of its group."""
    found = {}
    for place in _places(config):
        own = config.languages.get(str(place)) or config.languages.get(_group(place))
        if own is not None:
            found[place] = own
    return found


def data_folder(config: Config) -> Path:
    """Return the folder that everything is kept in, made where missing, closed to others."""
    folder = Path(config.data)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def database_url(config: Config) -> str:
    """Return the SQLAlchemy URL: as configured, else SQLite in the data folder."""
    return config.database or f"sqlite+aiosqlite:///{Path(config.data) / 'bellringer.db'}"


def _kind(key: str, kind: Kind) -> KindPolicy:
    before = offsets.offsets(" ".join(kind.reminders))
    if isinstance(before, offsets.Misunderstood):
        raise ConfigError(f"{key}.reminders: write them like ['1w', '1d', '10m', 'start']")
    return KindPolicy(duration=span(f"{key}.duration", kind.duration), offsets=before)


def channels(config: Config, key: str, texts: tuple[str, ...]) -> tuple[Destination, ...]:
    """Return channels written like `network/#channel`. Raises ConfigError naming the key."""
    found = []
    for text in texts:
        network, _, channel = text.partition("/")
        if network not in networks(config) or not channel:
            known = ", ".join(networks(config)) or "none"
            raise ConfigError(f"{key}: {text!r} is not NETWORK/#CHANNEL (networks: {known})")
        if network == TELEGRAM:
            _chat(key, channel)
        found.append(Destination(network, Place.CHANNEL, channel))
    return tuple(found)


def _chat(key: str, text: str) -> str:
    """Return the id of a Telegram chat, with a topic or without. Raises ConfigError."""
    if not _CHAT.fullmatch(text):
        raise ConfigError(f"{key}: {text!r} is no chat id like '-1001234567890' or '-100…/17'")
    return text


def _reserved(config: Config, name: str, meaning: str) -> None:
    if name in {each.network for each in config.irc}:
        raise ConfigError(f"irc.network: {name!r} is the name of {meaning}")


def _once(key: str, names: list[str] | tuple[str, ...]) -> None:
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ConfigError(f"{key}: {', '.join(sorted(twice))} stands there twice")


def _group(place: Destination) -> str:
    """Return the name of the channel, without that of a topic in it."""
    chat = place.address.partition("/")[0] if place.network == TELEGRAM else place.address
    return f"{place.network}/{chat}"


def _places(config: Config) -> tuple[Destination, ...]:
    """Return all channels that the bot is in."""
    irc = [
        Destination(each.network, Place.CHANNEL, name)
        for each in config.irc
        for name in _joined(config, each.network, each.channels)
    ]
    chats = _joined(config, TELEGRAM, config.telegram.chats) if config.telegram else ()
    console = _joined(config, CONSOLE, (config.console.channel,)) if config.console else ()
    return (
        *irc,
        *(Destination(TELEGRAM, Place.CHANNEL, name) for name in chats),
        *(Destination(CONSOLE, Place.CHANNEL, name) for name in console),
    )


def _joined(config: Config, network: str, channels: tuple[str, ...]) -> tuple[str, ...]:
    """Return a network's channels, those too that are only named as places to tell things."""
    digest = config.digest.channels if config.digest else ()
    told = (*config.events.channels, *config.coordinators.channels, *digest)
    prefix = f"{network}/"
    also = (text.removeprefix(prefix) for text in told if text.startswith(prefix))
    return tuple(dict.fromkeys((*channels, *also)))


def _irc(config: Config, each: Irc, environment: Mapping[str, str]) -> IrcNetwork:
    return IrcNetwork(
        network=each.network,
        host=each.host,
        port=each.port,
        tls=each.tls,
        ca_file=Path(each.ca_file) if each.ca_file else None,
        client_cert=Path(each.client_cert) if each.client_cert else None,
        client_key=Path(each.client_key) if each.client_key else None,
        nick=each.nick,
        realname=each.realname,
        sasl_account=each.account or None,
        sasl_password=secret_of(f"IRC_{each.network}_PASSWORD", each.password_file, environment),
        channels=_joined(config, each.network, each.channels),
        relays=each.relays,
        prefix=each.prefix,
        nickserv_regain=each.nickserv_regain,
        burst=each.burst,
        rate=each.rate,
    )


def _webhook(bot: Telegram, environment: Mapping[str, str]) -> Webhook | None:
    if not bot.webhook:
        return None
    secret = secret_of("TELEGRAM_WEBHOOK_SECRET", bot.webhook_secret_file, environment)
    if secret is None or not _WEBHOOK_SECRET.fullmatch(secret):
        name = variable("TELEGRAM_WEBHOOK_SECRET")
        raise ConfigError(
            f"telegram.webhook: no secret of up to 256 letters, digits, _ and -; "
            f"set {name} or webhook_secret_file"
        )
    return Webhook(url=bot.webhook, secret=secret, listen=bot.listen, port=bot.port)
