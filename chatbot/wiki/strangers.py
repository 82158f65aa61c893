"""Asks a wiki where the bot has no account, such as Wikidata, of which other wikis tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from chatbot.wiki.answers import Answer, AskNow, Refused
from chatbot.wiki.carrier import Carrier
from chatbot.wiki.settings import WikiSettings

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def stranger(settings: WikiSettings, api: str) -> Iterator[AskNow]:
    """Ask the wiki at `api` as nobody, with the time-outs and the user agent of `settings`."""
    carrier = Carrier(settings, elsewhere=api)

    def ask(**parameters: str | int | bool | None) -> Answer:
        body = urlencode({"format": "json", **_sent(parameters)})
        answer = carrier.decoded(carrier.post(body, _FORM))
        if "error" in answer:
            error = answer["error"]
            retry_after = carrier.retry_after
            raise Refused(error["code"], error.get("info", ""), retry_after=retry_after)
        return answer

    try:
        yield ask
    finally:
        carrier.close()


def _sent(parameters: dict[str, str | int | bool | None]) -> dict[str, str | int]:
    kept = {key: value for key, value in parameters.items() if value not in (None, False)}
    return {key: "" if value is True else value for key, value in kept.items() if value is not None}
