"""What the configuration says of listening, as the arguments of the engine that listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chatbot import wikisettings
from chatbot.config import Config
from chatbot.listening.settings import ListeningSettings, Mailbox
from chatbot.secrets import secret_of, variable
from chatbot.sections import ConfigError
from chatbot.spans import span

_MAILBOX = "MAILBOX_PASSWORD"


def listening(config: Config, environment: Mapping[str, str]) -> ListeningSettings:
    """Return how the engine listens. Raises ConfigError naming the key."""
    return ListeningSettings(
        listens=span("runs.listen", config.runs.listen),
        interval=span("listening.interval", config.listening.interval),
        between=span("listening.batch", config.listening.batch),
        change_urls=change_urls(config),
        event_streams=config.listening.eventstreams,
        mailbox=_mailbox(config, environment),
    )


def change_urls(config: Config) -> dict[str, str]:
    """Return the address of what an edit changed on each real wiki, with `{revid}` in it."""
    addresses = wikisettings.index_addresses(config)
    return {name: f"{url}?diff={{revid}}" for name, url in addresses.items()}


def change_link(config: Config) -> Callable[[str, int | None], str]:
    """Return what gives the address of an edit by wiki and revision, empty where there is none."""
    return ListeningSettings(change_urls=change_urls(config)).link


def _mailbox(config: Config, environment: Mapping[str, str]) -> Mailbox | None:
    box = config.mailbox
    if box is None:
        return None
    password = secret_of(_MAILBOX, box.password_file, environment)
    if not password:
        raise ConfigError(f"mailbox: no password; set {variable(_MAILBOX)} or password_file")
    return Mailbox(
        host=box.host,
        port=box.port,
        user=box.user,
        password=password,
        folder=box.folder,
        tls=box.tls,
        ca_file=box.ca_file,
    )
