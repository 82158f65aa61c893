"""What keeps up to date what a Telegram bot shows: cards, and menus of commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.config import TELEGRAM
from chatbot.text import Texts
from commands.cards import Cards
from commands.declaration import Command
from commands.eventcard import EventCard
from commands.planning import Planning
from commands.policy import EventPolicy, RunPolicy
from commands.previewcard import PreviewCard
from commands.runcard import RunCard
from commands.rundesk import Records
from commands.standing import Standing
from storage.database import Database

if TYPE_CHECKING:
    from chatbot.telegram.cards import TelegramCards
    from chatbot.telegram.client import TelegramClient
    from chatbot.telegram.menu import TelegramMenus


def telegram_engines(
    *,
    telegram: TelegramClient | None,
    database: Database,
    commands: Sequence[Command],
    texts: Texts,
    events: EventPolicy,
    runs: RunPolicy,
    page: Callable[[int], str | None],
    alarm: Callable[[str], Alarm],
    clock: Clock,
    log: FilteringBoundLogger,
) -> Mapping[str, TelegramCards | TelegramMenus]:
    """Return the engines by name, where there is a Telegram bot.

    `page` returns where an event stands on the web, if anywhere.
    """
    if telegram is None:
        return {}
    from chatbot.telegram.cards import TelegramCards
    from chatbot.telegram.faces import PREFIX
    from chatbot.telegram.menu import TelegramMenus

    return {
        "telegram cards": TelegramCards(
            database=database,
            compose=_cards(events, runs, page, PREFIX).compose,
            screen=telegram,
            alarm=alarm("telegram cards"),
            clock=clock,
            log=log,
        ),
        "telegram menus": TelegramMenus(
            database=database,
            bot=telegram.bot,
            commands=commands,
            texts=texts,
            coordinators=[each.address for each in runs.coordinators if each.network == TELEGRAM],
            alarm=alarm("telegram menus"),
            clock=clock,
            log=log,
        ),
    }


def _cards(
    events: EventPolicy, runs: RunPolicy, page: Callable[[int], str | None], prefix: str
) -> Cards:
    standing = Standing(policy=runs, records=Records(policy=runs))
    return Cards(
        event_card=EventCard(planning=Planning(policy=events), page=page),
        run_card=RunCard(policy=runs, standing=standing),
        preview_card=PreviewCard(policy=runs, standing=standing),
        prefix=prefix,
    )
