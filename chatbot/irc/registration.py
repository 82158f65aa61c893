"""From the first line to the welcome: capabilities, login and a nick that is free."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from irc.client import Event
from structlog.typing import FilteringBoundLogger

from chatbot.irc.capabilities import Capabilities
from chatbot.irc.sasl import Sasl
from chatbot.irc.trouble import IrcTrouble, LoginRefused, fail

_FAILURES = ("nicklocked", "saslfail", "sasltoolong", "saslaborted")
_TAKEN = ("nicknameinuse", "nickcollision", "unavailresource", "erroneusnickname")
_NICKS_TO_TRY = 20


class Registration:
    """Answers the server until it welcomes us, and to later offers of capabilities.

    `welcome` is done when we are registered; it raises IrcTrouble when we cannot be. `account`
    is the services account that we are logged in to.
    """

    def __init__(
        self,
        *,
        nick: str,
        capabilities: Capabilities,
        sasl: Sasl,
        retry: float,
        send: Callable[[str], None],
        log: FilteringBoundLogger,
    ) -> None:
        self.welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.account: str | None = None
        self._nick = nick
        self._capabilities = capabilities
        self._sasl = sasl
        self._retry = retry
        self._send = send
        self._log = log
        self._authenticating = False
        self._ended = False
        self._refused = 0

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event."""
        return {
            "cap": self._on_cap,
            "authenticate": self._on_authenticate,
            "loggedin": self._on_logged_in,
            "loggedout": self._on_logged_out,
            "saslsuccess": self._on_login_done,
            "saslalready": self._on_login_done,
            "welcome": self._on_welcome,
            **dict.fromkeys(_FAILURES, self._on_login_failed),
            **dict.fromkeys(_TAKEN, self._on_nick_refused),
        }

    async def keep(self) -> None:
        """Ask again for the login that we lack, every `retry` seconds.

        Servers should tell when SASL is back (CAP NEW), but InspIRCd 3 does not.
        """
        while True:
            await asyncio.sleep(self._retry)
            if self._sasl.configured and self.account is None and not self._authenticating:
                self._send("CAP LS 302")

    def _on_cap(self, event: Event) -> None:
        self._send_all(self._capabilities.heard(event.arguments))
        if self._capabilities.settled and not self._authenticating:
            self._log_in_or_end()

    def _log_in_or_end(self) -> None:
        first = None
        if "sasl" in self._capabilities.enabled and self.account is None:
            first = self._sasl.begin(self._capabilities.offered.get("sasl", ""))
        if first is not None:
            self._authenticating = True
            self._send(first)
        else:
            self._warn_of_no_login()
            self._end()

    def _warn_of_no_login(self) -> None:
        # The services may be away for a while: the bot speaks without its account until they
        # return. Nobody else's identity hangs on ours.
        if self._sasl.configured and self.account is None:
            self._log.warning("irc.sasl_not_offered")

    def _on_authenticate(self, event: Event) -> None:
        if event.target == "+" and self._authenticating:
            self._send_all(self._sasl.response())

    def _on_logged_in(self, event: Event) -> None:
        self.account = event.arguments[1]

    def _on_logged_out(self, _event: Event) -> None:
        self.account = None

    def _on_login_done(self, _event: Event) -> None:
        self._authenticating = False
        self._end()

    def _on_login_failed(self, event: Event) -> None:
        if not self._authenticating:
            return
        following = self._sasl.next()
        if following is not None:
            self._send(following)
            return
        self._authenticating = False
        reason = event.arguments[-1] if event.arguments else event.type
        self._log.error("irc.login_refused", reason=reason)
        fail(self.welcome, LoginRefused(reason))

    def _on_nick_refused(self, event: Event) -> None:
        if self.welcome.done():
            return
        self._refused += 1
        if self._refused > _NICKS_TO_TRY:
            fail(self.welcome, IrcTrouble(f"no nick was accepted: {event.arguments[-1]}"))
        else:
            self._send(f"NICK {alternative(self._nick, self._refused)}")

    def _on_welcome(self, _event: Event) -> None:
        self._ended = True
        if not self.welcome.done():
            self.welcome.set_result(None)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._send("CAP END")

    def _send_all(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._send(line)


def alternative(nick: str, attempt: int) -> str:
    """Return another nick to try, within the nine characters that every server allows if need be.

    The first three have the nick whole; the later ones fit RFC 1459 section 1.2.
    """
    return nick + "_" * attempt if attempt <= 3 else f"{nick[:6]}{attempt:03d}"[:9]
