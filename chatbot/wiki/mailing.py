"""Mail sent by the wiki itself (https://www.mediawiki.org/wiki/API:Email).

No log tells afterwards what was sent: a lost answer stays unknown for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatbot.wiki.answers import Answer
from chatbot.wiki.codes import EMAIL, outcome_of_code
from chatbot.wiki.outcomes import senseless
from chatbot.wiki.sending import Request, Writer, send
from commands.writes import Email, Outcome, SaveResult


def send_email(writer: Writer, email: Email, *, maxlag: int) -> SaveResult:
    """Have a mail sent and say how that ended."""
    parameters: dict[str, str | int | bool] = {
        "action": "emailuser",
        "target": email.user,
        "subject": email.subject,
        "text": email.text,
        "maxlag": maxlag,
    }
    return send(writer, Request(parameters, _result, EMAIL))


def _result(answer: Answer) -> SaveResult:
    mail = answer.get("emailuser")
    if not isinstance(mail, dict):
        return senseless("mail")
    if mail.get("result") in {"Success", "Warnings"}:
        return SaveResult(Outcome.SAVED)
    return _failure(next(iter(mail.get("errors", ())), {}))


def _failure(error: Mapping[str, Any]) -> SaveResult:
    """Return the end of a mail that was taken and failed then.

    A mail server may have taken it before the trouble: unless the code says otherwise, nobody
    knows.
    """
    code = str(error.get("code", ""))
    outcome = outcome_of_code(code, EMAIL)
    if outcome is Outcome.REFUSED:
        outcome = Outcome.UNKNOWN
    return SaveResult(outcome, code=code, detail=str(error.get("text", error.get("html", ""))))
