"""The outcome of an attempt to save, named by the wiki's code or by how the answer failed."""

from __future__ import annotations

from chatbot.wiki.answers import Answer, NoAnswer, Refused
from commands.wikis import Outcome, SaveResult

SESSION_LOST_CODES = frozenset(
    {
        "assertuserfailed",
        "assertnameduserfailed",
        "assertbotfailed",
        "notloggedin",
        "readapidenied",
        "mwoauth-invalid-authorization",
    }
)

_BY_CODE: dict[str, Outcome] = {
    "editconflict": Outcome.CONFLICT,
    "articleexists": Outcome.CONFLICT,
    "pagedeleted": Outcome.CONFLICT,
    "readonly": Outcome.READ_ONLY,
    "maxlag": Outcome.LAGGED,
    "ratelimited": Outcome.RATE_LIMITED,
    "actionthrottledtext": Outcome.RATE_LIMITED,
    "badtoken": Outcome.BAD_TOKEN,
    "notoken": Outcome.BAD_TOKEN,
    "blocked": Outcome.SENDER_BLOCKED,
    "autoblocked": Outcome.SENDER_BLOCKED,
    "systemblocked": Outcome.SENDER_BLOCKED,
    "permissiondenied": Outcome.PERMISSION_DENIED,
    "writeapidenied": Outcome.PERMISSION_DENIED,
    "noedit": Outcome.PERMISSION_DENIED,
    "cantcreate": Outcome.PERMISSION_DENIED,
    "protectedpage": Outcome.PROTECTED,
    "protectedtitle": Outcome.PROTECTED,
    "cascadeprotected": Outcome.PROTECTED,
    "protectednamespace": Outcome.PROTECTED,
    "protectednamespace-interface": Outcome.PROTECTED,
    "spamblacklist": Outcome.SPAM_BLACKLISTED,
    "spamdetected": Outcome.SPAM_BLACKLISTED,
    "spamprotectiontext": Outcome.SPAM_BLACKLISTED,
    "spamprotectionmatch": Outcome.SPAM_BLACKLISTED,
    "captcha": Outcome.CAPTCHA,
    "contenttoobig": Outcome.TOO_BIG,
    "toobig": Outcome.TOO_BIG,
    "hookaborted": Outcome.HOOK_ABORTED,
    "badtags": Outcome.INVALID,
    "invalidtitle": Outcome.INVALID,
    "missingtitle": Outcome.INVALID,
    "nosuchrevid": Outcome.INVALID,
    "pagecannotexist": Outcome.INVALID,
    "sectionsnotsupported": Outcome.INVALID,
    "unsupportednamespace": Outcome.INVALID,
    "no-direct-editing": Outcome.INVALID,
    "emptynewsection": Outcome.INVALID,
    "invalidparammix": Outcome.INVALID,
    "missingparam": Outcome.INVALID,
    "badvalue": Outcome.INVALID,
} | dict.fromkeys(SESSION_LOST_CODES, Outcome.SESSION_LOST)

_BY_PREFIX: tuple[tuple[str, Outcome], ...] = (
    ("titleblacklist-", Outcome.TITLE_BLACKLISTED),
    ("abusefilter-", Outcome.ABUSE_FILTERED),
    ("captcha-", Outcome.CAPTCHA),
    ("globalblocking-", Outcome.SENDER_BLOCKED),
    ("wikimedia-globalblocking-", Outcome.SENDER_BLOCKED),
    ("tags-apply-", Outcome.INVALID),
    ("mwoauth-invalid-authorization", Outcome.SESSION_LOST),
    ("login-", Outcome.SESSION_LOST),
    # The exception may come from the commit itself, after which the edit can stand.
    ("internal_api_error_", Outcome.UNKNOWN),
)


def outcome_of_code(code: str) -> Outcome:
    """Return what an error code of `action=edit` means.

    See https://www.mediawiki.org/wiki/API:Edit#Possible_errors. A code that nobody listed is
    still an answer instead of a save.
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    matches = (outcome for prefix, outcome in _BY_PREFIX if code.startswith(prefix))
    return next(matches, Outcome.SERVER_ERROR)


def result_of_refusal(refusal: Refused) -> SaveResult:
    """Return the end of an attempt that the wiki answered with an error."""
    return SaveResult(
        outcome_of_code(refusal.code),
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
