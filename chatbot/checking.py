"""Connects to everything that is configured, once, and says in plain words what works."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TextIO

from chatbot import settings, wikisettings
from chatbot.clock import utc_now
from chatbot.config import Config
from chatbot.irc.client import IrcClient, deaf
from chatbot.irc.state import IrcState
from chatbot.logs import start_logging
from chatbot.publicity import known_address
from chatbot.seat import taken
from chatbot.text import Texts
from chatbot.wiki import checking
from chatbot.wiki.library import Library
from chatbot.wiki.sites import PywikibotWiki
from commands.messages import Line, line
from storage import people
from storage.database import Database


async def check_everything(config: Config, environment: Mapping[str, str], screen: TextIO) -> int:
    """Print what works and what does not. Return 0 when everything does, else 1."""
    text = Texts(default=config.language)
    works = True
    for good, lines in (
        *await _database(config),
        *[await _network(config, client) for client in _clients(config, environment, text)],
        *await _telegram(config, environment),
        *_web(config),
        *await _mail(config, environment),
        *await _social(config, environment),
        *[await _wiki(config, wiki) for wiki in _wikis(config, environment)],
    ):
        works = works and good
        mark = text.words(line("check.good" if good else "check.bad"))
        screen.writelines(f"{mark} {text.words(each)}\n" for each in lines)
    return 0 if works else 1


async def _database(config: Config) -> list[tuple[bool, list[Line]]]:
    settings.data_folder(config)
    database = Database.open(settings.database_url(config))
    try:
        await database.upgrade()
        async with database.reading() as session:
            count = len(await people.coordinators(session))
    except Exception as fault:  # noqa: BLE001 - whatever it is, the operator wants to read it
        return [(False, [line("check.database_failed", reason=str(fault).partition("\n")[0])])]
    finally:
        await database.close()
    works = (True, [line("check.database", count=count)])
    return [works] if count > 1 else [works, (False, [line("check.too_few_coordinators")])]


def _clients(config: Config, environment: Mapping[str, str], text: Texts) -> Iterator[IrcClient]:
    # What goes wrong is said in words; the log would only say it again.
    log = start_logging(settings.all_secrets(config, environment), level=logging.CRITICAL)
    for network in settings.irc_networks(config, environment):
        yield IrcClient(
            settings=network,
            hear=deaf,
            text=text.lines,
            clock=utc_now,
            log=log,
        )


async def _network(config: Config, client: IrcClient) -> tuple[bool, list[Line]]:
    state = await client.check()
    wants_account = any(each.account for each in config.irc if each.network == state.network)
    lines = list(_told(state, wants_account=wants_account))
    refused = any(reason is not None for reason in state.channels.values())
    account_missing = wants_account and state.account is None
    return state.connected and not (refused or account_missing or state.trouble), lines


def _told(state: IrcState, *, wants_account: bool) -> Iterator[Line]:
    network = state.network
    if state.trouble is not None:
        yield line("check.irc.trouble", network=network, reason=state.trouble)
    if not state.connected:
        return
    yield line("check.irc.tls" if state.tls else "check.irc.plain", network=network)
    yield line("check.irc.nick", network=network, nick=state.nick or "", wanted=state.wanted_nick)
    if state.account is not None:
        yield line("check.irc.account", network=network, account=state.account)
    elif wants_account:
        yield line("check.irc.no_account", network=network)
    if "account-tag" not in state.capabilities:
        yield line("check.irc.no_account_tag", network=network)
    for channel, reason in state.channels.items():
        key = "check.irc.channel" if reason is None else "check.irc.channel_refused"
        yield line(key, network=network, channel=channel, reason=reason or "")


async def _telegram(
    config: Config, environment: Mapping[str, str]
) -> list[tuple[bool, list[Line]]]:
    bot = settings.telegram_bot(config, environment)
    if bot is None:
        return []
    # Only where there is a bot is its library loaded.
    from chatbot.telegram.checking import findings
    from chatbot.telegram.inquiry import inquire

    state = await inquire(bot, running=taken(settings.data_folder(config)))
    return [(good, [said]) for good, said in findings(state, bot)]


def _web(config: Config) -> list[tuple[bool, list[Line]]]:
    if config.web is None:
        return []
    address = known_address(config)
    return [
        (True, [line("check.web", address=address)])
        if address
        else (False, [line("check.web.no_address")])
    ]


async def _mail(config: Config, environment: Mapping[str, str]) -> list[tuple[bool, list[Line]]]:
    if config.mail is None:
        return []
    # Only where there is a server is all loaded that sends mails.
    from chatbot.digesting import check_mail

    return await check_mail(config.mail, environment)


async def _social(config: Config, environment: Mapping[str, str]) -> list[tuple[bool, list[Line]]]:
    if not config.social:
        return []
    # Only where there is an account is its network's library loaded.
    from chatbot.socialising import check_accounts

    return await check_accounts(config.social, environment)


async def _wiki(config: Config, wiki: PywikibotWiki) -> tuple[bool, list[Line]]:
    try:
        checked = await checking.check(wiki, preload=config.runs.optout_preload)
    finally:
        await wiki.close()
    return checked.works, list(checked.lines)


def _wikis(config: Config, environment: Mapping[str, str]) -> Iterator[PywikibotWiki]:
    library = Library(folder=settings.data_folder(config) / "pywikibot")
    for wiki in wikisettings.real_wikis(config, environment):
        yield PywikibotWiki(settings=wiki, library=library)
