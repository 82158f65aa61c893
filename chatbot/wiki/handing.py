"""Messages handed to the MassMessage extension.

See https://www.mediawiki.org/wiki/Extension:MassMessage/API. The answer tells how many pages the
list holds and nothing of what becomes of them; its log tells of skips and failures only.
"""

from __future__ import annotations

from chatbot.wiki.answers import Answer
from chatbot.wiki.outcomes import senseless
from chatbot.wiki.sending import Request, Writer, send
from commands.writes import MassMessage, Outcome, SaveResult

DELIVERED = "massmessage-delivery"
"""The tag of the edits by which the extension's account delivers."""


def mass_message(writer: Writer, message: MassMessage, *, maxlag: int) -> SaveResult:
    """Hand a message over and say how that ended. It cannot be called back."""
    parameters: dict[str, str | int | bool] = {
        "action": "massmessage",
        "spamlist": message.list_page,
        "subject": message.subject,
        "message": message.body,
        "maxlag": maxlag,
    }
    return send(writer, Request(parameters, _result))


def _result(answer: Answer) -> SaveResult:
    handed = answer.get("massmessage")
    if not isinstance(handed, dict) or handed.get("result") != "success":
        return senseless("message")
    return SaveResult(Outcome.SAVED, count=int(handed["count"]))
