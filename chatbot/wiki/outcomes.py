"""The outcome of an attempt to write, named by the wiki's code or by how the answer failed."""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.wiki.answers import Answer, NoAnswer, Refused
from chatbot.wiki.codes import outcome_of_code
from commands.writes import Outcome, SaveResult

_NONE: Mapping[str, Outcome] = {}


def result_of_refusal(refusal: Refused, own: Mapping[str, Outcome] = _NONE) -> SaveResult:
    """Return the end of an attempt that the wiki answered with an error.

    `own` are the codes that only this action has.
    """
    return SaveResult(
        outcome_of_code(refusal.code, own),
        code=refusal.code,
        detail=refusal.info,
        retry_after=refusal.retry_after,
    )


def result_of_silence(silence: NoAnswer) -> SaveResult:
    """Return the end of an attempt that no wiki answered.

    429 comes from a gate before the wiki, so nothing was saved. Any other page that is not the
    API's may hide an edit that stands.
    """
    if not silence.sent:
        outcome = Outcome.UNREACHABLE
    elif silence.status == 429:
        outcome = Outcome.RATE_LIMITED
    else:
        outcome = Outcome.UNKNOWN
    code = f"http-{silence.status}" if silence.status else ""
    return SaveResult(outcome, code=code, detail=silence.reason, retry_after=silence.retry_after)


def result_of_failure(edit: Answer) -> SaveResult:
    """Return the end of an attempt answered by `result: Failure`, as extensions do."""
    if "captcha" in edit:
        return SaveResult(Outcome.CAPTCHA, code="captcha", detail=str(edit["captcha"]))
    if "spamblacklist" in edit:
        urls = str(edit["spamblacklist"])
        return SaveResult(Outcome.SPAM_BLACKLISTED, code="spamblacklist", detail=urls)
    code = str(edit.get("code", "hookaborted"))
    return SaveResult(outcome_of_code(code), code=code, detail=str(edit.get("info", "")))


def senseless(what: str) -> SaveResult:
    """Return the end of an attempt whose answer does not tell it."""
    return SaveResult(Outcome.UNKNOWN, detail=f"an answer that says nothing of the {what}")
