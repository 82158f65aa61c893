"""Carries one request to api.php and says exactly how it failed, if it did."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from chatbot import __version__
from chatbot.wiki.answers import Answer, NoAnswer
from chatbot.wiki.settings import BotPassword, OwnerOnlyOAuth, WikiSettings


class Carrier:
    """HTTP to one wiki, with cookies and connections of its own. Never sends anything twice."""

    def __init__(self, settings: WikiSettings, *, elsewhere: str | None = None) -> None:
        """`elsewhere` is the api.php of another wiki, at which nothing is signed."""
        self.retry_after: timedelta | None = None
        """What the last answer asked for in Retry-After."""
        self._api = elsewhere or settings.api
        self._time_outs = (settings.connect, settings.answer)
        self._http = _http_of(settings, self._api)
        self._http.auth = _signature(settings.credentials) if elsewhere is None else None

    def post(self, body: str, headers: dict[str, str]) -> requests.Response:
        """Send one POST request. Raises NoAnswer, not `sent` where no connection came about."""
        self.retry_after = None
        try:
            response = self._http.post(
                self._api,
                data=body,
                headers=headers,
                timeout=self._time_outs,
                # A redirected POST arrives as a GET without its body.
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as trouble:
            raise NoAnswer(_reason(trouble), sent=not _never_left(trouble)) from trouble
        self.retry_after = _retry_after(response)
        return response

    def decoded(self, response: requests.Response) -> Answer:
        """Return the API's answer. Raises NoAnswer for any other page, whatever its status."""
        try:
            answer = response.json()
        except requests.JSONDecodeError:
            answer = None
        if isinstance(answer, dict):
            return answer
        raise NoAnswer(
            f"HTTP {response.status_code} {response.reason}, not an answer of the API",
            status=response.status_code,
            retry_after=self.retry_after,
        )

    def forget_cookies(self) -> None:
        """Leave any session, so that a login does not meet an old one."""
        self._http.cookies.clear()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _http_of(settings: WikiSettings, api: str) -> requests.Session:
    """Return a session that has read the environment once, and ~/.netrc never."""
    http = requests.Session()
    environment = http.merge_environment_settings(api, {}, None, None, None)
    http.trust_env = False
    http.proxies, http.verify = environment["proxies"], environment["verify"]
    http.headers["User-Agent"] = (
        f"Bellringer/{__version__} ({settings.contact}) pywikibot requests/{requests.__version__}"
    )
    return http


def _signature(credentials: BotPassword | OwnerOnlyOAuth) -> AuthBase | None:
    if isinstance(credentials, BotPassword):
        return None
    from requests_oauthlib import OAuth1

    signature: AuthBase = OAuth1(
        credentials.consumer_key,
        credentials.consumer_secret,
        credentials.access_token,
        credentials.access_secret,
    )
    return signature


def _never_left(trouble: Exception) -> bool:
    """Whether it is certain that no byte of the request reached anybody."""
    if isinstance(trouble, requests.ConnectTimeout):
        return True
    cause = trouble.args[0] if trouble.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _reason(trouble: BaseException) -> str:
    """Return the system's word for it, else the exception's name.

    The exceptions' own texts can quote the request, and with it a secret.
    """
    link: BaseException | None = trouble
    while link is not None:
        if isinstance(link, OSError) and link.strerror:
            return link.strerror
        link = link.__cause__ or link.__context__
    return type(trouble).__name__


def _retry_after(response: requests.Response) -> timedelta | None:
    """Return Retry-After (RFC 9110, section 10.2.3), a date counted from the answer's Date."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return timedelta(seconds=int(value))
    try:
        until = parsedate_to_datetime(value)
        return max(until - parsedate_to_datetime(response.headers["Date"]), timedelta(0))
    except (KeyError, TypeError, ValueError):
        return None
