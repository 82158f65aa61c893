"""What has to be known of a Telegram bot before it can be run."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where Telegram is to call us (`url`), and where that arrives.

    `secret` is what Telegram shows with each call: letters, digits, `_` and `-`.
    """

    url: str
    secret: str = field(repr=False)
    listen: str = "127.0.0.1"
    port: int = 8443


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramBot:
    """One bot. All times are in seconds.

    `chats` are the addresses of the configured groups, channels and topics, `api` is the Bot API
    server. Without a `webhook` updates are fetched with polls that wait for `poll_timeout`.

    No more is sent than the FAQ for bots allows (https://core.telegram.org/bots/faq): `rate`
    messages a second over all, one a second to a chat, 20 a minute to a group. A chat that asks us
    to wait is waited for within a message up to `patience`, longer waits are the caller's.
    """

    token: str = field(repr=False)
    chats: tuple[str, ...] = ()
    api: str = "https://api.telegram.org"
    webhook: Webhook | None = None
    poll_timeout: int = 30
    rate: int = 30
    patience: float = 20
    backoff_min: float = 1
    backoff_max: float = 60
    webhook_look: float = 30
    """How often Telegram is asked whether all that it had for the webhook has arrived."""
