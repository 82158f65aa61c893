"""What works with Telegram and what does not, in plain values for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.telegram.trouble import Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatState:
    """How the bot stands in a chat. `trouble` is why that is not known, None when it is.

    `may_send_documents` and `topic_there` say nothing while `loss` keeps the bot out.
    """

    title: str = ""
    trouble: str | None = None
    loss: Loss | None = None
    may_send_documents: bool = True
    topic_there: bool = True

    @property
    def good(self) -> bool:
        """Whether all that the bot does can be done there."""
        reachable = self.trouble is None and self.loss is None
        return reachable and self.may_send_documents and self.topic_there


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramState:
    """How things stand with the bot.

    `trouble` is why there is no connection, None when there is one; `name` is the bot's @name.
    With `reads_all` privacy mode is off. `webhook` is the address that Telegram calls, None while
    we poll. `rival` says that another process polls with our token. `chats` are by their address.
    """

    trouble: str | None = None
    name: str = ""
    reads_all: bool = False
    webhook: str | None = None
    rival: bool = False
    chats: Mapping[str, ChatState] = field(default_factory=dict)
