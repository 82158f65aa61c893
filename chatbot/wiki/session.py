"""A wiki spoken to through pywikibot, each request sent once.

Pywikibot resends by itself whatever failed, also an edit whose answer was lost, sleeps inside,
asks for passwords on stdin, and shares one cookie jar among all sites. Here its site keeps the
family and the account, while each request leaves once and how it failed is kept.

Blocking: a session belongs to one thread. Import this through `library` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Never

import requests
from pywikibot import config
from pywikibot.data.api import Request
from pywikibot.exceptions import APIError, Error
from pywikibot.family import AutoFamily
from pywikibot.login import LoginStatus
from pywikibot.site import APISite

from chatbot.wiki.answers import Answer, NoAnswer, Refused
from chatbot.wiki.carrier import Carrier
from chatbot.wiki.codes import SESSION_LOST_CODES
from chatbot.wiki.settings import BotPassword, WikiSettings

config.max_retries = 0
config.solve_captcha = False

_ODD = (LookupError, TypeError, ValueError, AttributeError, AssertionError, RuntimeError)
"""What pywikibot raises over answers that are JSON and still none of the API's."""


_FEW, _MANY = 50, 500


class Session:
    """One account's session with one wiki. All methods raise Refused or NoAnswer.

    A lost session is Refused with one of SESSION_LOST_CODES; the next request logs in anew.
    """

    def __init__(self, settings: WikiSettings) -> None:
        self._username = settings.username
        self._carrier = Carrier(settings)
        self._site = _Site(settings, self._carrier)
        self._token: str | None = None
        self.batch = _FEW
        """How many values one parameter may hold, by the account's rights at the last login."""

    def log_in(self) -> None:
        """Log in where needed. Refused with code `login…` where the wiki does not want us."""
        if not self._site.logged_in():
            with _translated():
                self._site.login()
                self.batch = _MANY if "apihighlimits" in self._site.userinfo["rights"] else _FEW

    def ask(self, **parameters: str | int | bool | None) -> Answer:
        """Send one request as the account, logged in first where needed."""
        self.log_in()
        try:
            return _send(self._site, assertuser=self._username, **parameters)
        except Refused as refusal:
            if refusal.code in SESSION_LOST_CODES:
                self._forget()
            raise

    def ask_unknown(self, **parameters: str | int | bool | None) -> Answer:
        """Send one request as whoever we are to the wiki, without logging in."""
        return _send(self._site, **parameters)

    def token(self) -> str:
        """Return the token that edits need, asked for once a session."""
        if self._token is None:
            answer = self.ask(action="query", meta="tokens", formatversion=2)
            with _translated():
                self._token = str(answer["query"]["tokens"]["csrftoken"])
        return self._token

    def forget_token(self) -> None:
        """Let the next edit fetch a fresh token."""
        self._token = None

    def close(self) -> None:
        """Close the connections."""
        self._carrier.close()

    def _forget(self) -> None:
        self._token = None
        del self._site.userinfo


@contextmanager
def _translated() -> Iterator[None]:
    """Turn pywikibot's exceptions into ours, the cause kept."""
    try:
        yield
    except APIError as refusal:
        raise Refused(refusal.code, refusal.info, details=refusal.other) from refusal
    except Error as trouble:
        raise NoAnswer(str(trouble)) from trouble
    except _ODD as odd:
        raise NoAnswer("an answer that makes no sense") from odd


def _send(site: _Site, **parameters: str | int | bool | None) -> Answer:
    request = _Once(site=site, parameters=parameters)
    try:
        with _translated():
            answer: Answer = request.submit()
    except Refused as refusal:
        refusal.retry_after = site.carrier.retry_after
        raise
    return answer


class _Once(Request):  # type: ignore[misc] # pywikibot is untyped
    """A request that leaves once: whatever would be repeated or repaired is raised instead."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.throttle = False  # the engine keeps the pace

    def _add_defaults(self) -> None:
        self._params.setdefault("format", ["json"])

    def _use_get(self) -> bool:
        return False

    def _http_request(
        self, _use_get: bool, _uri: str, body: str, headers: dict[str, str], _paramstring: str
    ) -> tuple[requests.Response, bool]:
        return self.site.carrier.post(body, headers), False

    def _json_loads(self, response: requests.Response) -> Answer:
        answer: Answer = self.site.carrier.decoded(response)
        return answer

    def _userinfo_query(self, _result: Answer) -> bool:
        return False

    def _logged_in(self, _code: str) -> Never:
        # Every error of the wiki passes here before pywikibot tries to repair it.
        raise APIError(**self.last_error)


class _Site(APISite):  # type: ignore[misc] # pywikibot is untyped
    """A site made from an address alone, whose requests all leave once."""

    def __init__(self, settings: WikiSettings, carrier: Carrier) -> None:
        self.carrier = carrier
        self._credentials = settings.credentials
        super().__init__("wiki", AutoFamily("wiki", settings.api), settings.username)

    @staticmethod
    def _request_class(_keywords: object) -> type[_Once]:
        return _Once

    def login(
        self, autocreate: bool = False, user: str | None = None, *, cookie_only: bool = False
    ) -> None:
        """Log in by the bot password, or find out whom the OAuth signature stands for.

        `cookie_only` is asked for by pywikibot's constructor, which shall not talk to the wiki.
        See https://www.mediawiki.org/wiki/API:Login.
        """
        if cookie_only:
            return
        if isinstance(self._credentials, BotPassword):
            self._send_password(self._credentials)
        del self.userinfo
        if self.userinfo["name"] != self.username():
            name = self.userinfo["name"]
            del self.userinfo
            raise APIError("login-wrong-account", f"the wiki takes us for {name}")
        self._loginstatus = LoginStatus.AS_USER

    def _send_password(self, password: BotPassword) -> None:
        self.carrier.forget_cookies()
        answer = _Once(
            site=self, parameters={"action": "query", "meta": "tokens", "type": "login"}
        ).submit()
        parameters = {
            "action": "login",
            "lgname": f"{self.username()}@{password.name}",
            "lgpassword": password.secret,
            "lgtoken": answer["query"]["tokens"]["logintoken"],
        }
        result = _Once(site=self, parameters=parameters).submit()["login"]
        if result["result"] != "Success":
            raise APIError(f"login-{result['result'].lower()}", result.get("reason", ""))
