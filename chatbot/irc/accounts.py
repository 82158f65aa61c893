"""Which services account is speaking, and which nick an account has now: never from a nick alone.

Where the server tags every line with its account (`account-tag`), the tag is the answer. Else
what is known of a user counts while the server would tell us of every change: while he shares a
channel with us, on a connection with `account-notify`. Everything else is asked anew (WHOIS),
each time: an answer would be out of date with the next login, logout or change of nick.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from irc.client import Event, NickMask

from chatbot.irc.link import Link
from chatbot.irc.whois import Answer, Learn

WHOX_TOKEN = "152"  # noqa: S105 - the number by which we know our own WHO replies
WHOX_FIELDS = f"%tcuhnafr,{WHOX_TOKEN}"
_NO_ACCOUNT = frozenset({"*", "0", ""})
_BOT_TAGS = frozenset({"bot", "inspircd.org/bot", "draft/bot"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What the network vouches for: the account (None: not logged in), and whether it is a bot."""

    account: str | None
    bot: bool = False


@dataclass(slots=True)
class _User:
    """One who shares a channel with us. `standing` is None while nothing is known."""

    nick: str
    channels: set[str] = field(default_factory=set)
    standing: Standing | None = None
    spoke: int = 0

    def relogged(self, account: str | None) -> None:
        """Take note of the account of now."""
        self.standing = Standing(account, self.standing is not None and self.standing.bot)


class Asks(Protocol):
    """Asking the server about a nick, as `Whois` does it."""

    async def ask(self, nick: str, learn: Learn) -> Answer:
        """Return what the server says now, after telling `learn`."""
        ...


class Accounts:
    """What is known of accounts on one connection.

    `enabled` are the capabilities that stand.
    """

    def __init__(
        self,
        *,
        enabled: Collection[str],
        link: Link,
        whois: Asks,
    ) -> None:
        self._enabled = enabled
        self._link = link
        self._fold = link.fold
        self._whois = whois
        self._channels: set[str] = set()
        self._users: dict[str, _User] = {}
        self._heard = itertools.count(1)

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event."""
        return {
            "join": self._on_join,
            "part": lambda event: self._left(event.source.nick, event.target),
            "kick": lambda event: self._left(event.arguments[0], event.target),
            "quit": self._on_quit,
            "nick": self._on_nick,
            "account": self._on_account,
            "cap": self._on_cap,
            "whospcrpl": self._on_whox,
        }

    def heard(self, source: NickMask, tags: Mapping[str, str]) -> Standing | None:
        """Return who says a line that just came, None when the server has to be asked."""
        user = self._users.get(self._fold(source.nick))
        if user is not None:
            user.spoke = next(self._heard)
        known = self._tracked(user)
        bot = not _BOT_TAGS.isdisjoint(tags) or (known is not None and known.bot)
        if "account-tag" in self._enabled:
            return Standing(_account(tags.get("account", "")), bot)
        return known and Standing(known.account, bot or known.bot)

    async def asked(self, source: NickMask) -> Standing:
        """Ask the server who has the nick, and vouch for nobody but the one who spoke.

        The nick may have changed hands since: then `userhost` is another's.
        """
        answer = await self._whois.ask(source.nick, self._learn)
        if answer.userhost != source.userhost:
            return Standing(None, answer.bot)
        return Standing(answer.account, answer.bot)

    async def nick_of(self, account: str, *, preferred: str | None = None) -> str | None:
        """Return a nick that is logged in to `account` at this moment, None when there is none.

        Raises TimeoutError and ConnectionGone.
        """
        candidates = list(self._candidates(account, preferred))
        for nick in candidates:
            if self._has(nick, account):
                return nick
        for nick in candidates:
            answer = await self._whois.ask(nick, self._learn)
            if _same(answer.account, account) and self._has(nick, account) is not False:
                return nick
        return None

    def _has(self, nick: str, account: str) -> bool | None:
        known = self._tracked(self._users.get(self._fold(nick)))
        return None if known is None else _same(known.account, account)

    def _candidates(self, account: str, preferred: str | None) -> Iterator[str]:
        found = [
            u for u in self._users.values() if u.standing and _same(u.standing.account, account)
        ]
        found.sort(key=lambda user: user.spoke, reverse=True)
        nicks = [preferred, *(user.nick for user in found), account]
        yield from dict.fromkeys(nick for nick in nicks if nick)

    def _tracked(self, user: _User | None) -> Standing | None:
        return user.standing if user is not None and "account-notify" in self._enabled else None

    def _learn(self, nick: str, answer: Answer) -> None:
        user = self._users.get(self._fold(nick))
        if user is not None and answer.userhost is not None:
            user.standing = Standing(answer.account, answer.bot)

    def _forget(self, nick: str) -> _User | None:
        return self._users.pop(self._fold(nick), None)

    def _on_join(self, event: Event) -> None:
        if self._link.is_me(event.source.nick):
            self._channels.add(self._fold(event.target))
        user = self._present(event.source.nick, event.target)
        if event.arguments:
            user.relogged(_account(event.arguments[0]))

    def _present(self, nick: str, channel: str) -> _User:
        user = self._users.setdefault(self._fold(nick), _User(nick))
        user.channels.add(self._fold(channel))
        return user

    def _left(self, nick: str, channel: str) -> None:
        if self._link.is_me(nick):
            self._channels.discard(self._fold(channel))
            gone = list(self._users.values())
        else:
            gone = [user for user in [self._users.get(self._fold(nick))] if user]
        for user in gone:
            user.channels.discard(self._fold(channel))
            if not user.channels:
                self._forget(user.nick)

    def _on_quit(self, event: Event) -> None:
        self._forget(event.source.nick)

    def _on_nick(self, event: Event) -> None:
        user = self._forget(event.source.nick)
        self._forget(event.target)
        if user is not None:
            user.nick = event.target
            self._users[self._fold(event.target)] = user

    def _on_account(self, event: Event) -> None:
        user = self._users.get(self._fold(event.source.nick))
        if user is not None:
            user.relogged(_account(event.target))

    def _on_cap(self, event: Event) -> None:
        # While `account-notify` is away, changes are missed.
        if event.arguments[0] != "LS" and "account-notify" in event.arguments[-1]:
            for user in self._users.values():
                user.standing = None

    def _on_whox(self, event: Event) -> None:
        token, channel, _user, _host, nick, flags, account = event.arguments[:7]
        if token == WHOX_TOKEN and self._fold(channel) in self._channels:
            bot = self._link.isupport.bot_flag in flags
            self._present(nick, channel).standing = Standing(_account(account), bot)


def _account(name: str) -> str | None:
    return None if name in _NO_ACCOUNT else name


def _same(account: str | None, wanted: str) -> bool:
    return account is not None and account.casefold() == wanted.casefold()
