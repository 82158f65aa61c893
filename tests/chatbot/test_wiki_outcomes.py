"""Each way in which an attempt to save ends has one name."""

from datetime import timedelta

import pytest

from chatbot.wiki.answers import NoAnswer, Refused
from chatbot.wiki.codes import EMAIL, FLOW, outcome_of_code
from chatbot.wiki.outcomes import (
    result_of_failure,
    result_of_refusal,
    result_of_silence,
)
from commands.writes import Outcome, SaveResult


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("editconflict", Outcome.CONFLICT),
        ("articleexists", Outcome.CONFLICT),
        ("readonly", Outcome.READ_ONLY),
        ("maxlag", Outcome.LAGGED),
        ("ratelimited", Outcome.RATE_LIMITED),
        ("badtoken", Outcome.BAD_TOKEN),
        ("assertuserfailed", Outcome.SESSION_LOST),
        ("assertnameduserfailed", Outcome.SESSION_LOST),
        ("login-failed", Outcome.SESSION_LOST),
        ("autoblocked", Outcome.SENDER_BLOCKED),
        ("globalblocking-ipblocked", Outcome.SENDER_BLOCKED),
        ("permissiondenied", Outcome.PERMISSION_DENIED),
        ("protectedpage", Outcome.PROTECTED),
        ("cascadeprotected", Outcome.PROTECTED),
        ("titleblacklist-forbidden", Outcome.TITLE_BLACKLISTED),
        ("spamblacklist", Outcome.SPAM_BLACKLISTED),
        ("abusefilter-disallowed", Outcome.ABUSE_FILTERED),
        ("abusefilter-warning", Outcome.ABUSE_FILTERED),
        ("contenttoobig", Outcome.TOO_BIG),
        ("hookaborted", Outcome.HOOK_ABORTED),
        ("missingtitle", Outcome.CONFLICT),
        ("pagedeleted", Outcome.CONFLICT),
        ("nosuchrevid", Outcome.CONFLICT),
        ("revwrongpage", Outcome.CONFLICT),
        ("undofailure", Outcome.CONFLICT),
        ("protectednamespace", Outcome.PROTECTED),
        ("protectedtitle", Outcome.PROTECTED),
        ("captcha-edit-fail", Outcome.CAPTCHA),
        ("massmessage-spamlist-invalid", Outcome.INVALID),
        ("contentnotallowedhere", Outcome.INVALID),
        ("unknownerror", Outcome.SERVER_ERROR),
        ("badtags", Outcome.INVALID),
        ("internal_api_error_DBQueryError", Outcome.UNKNOWN),
        ("something-new", Outcome.REFUSED),
    ],
)
def test_a_code_has_its_outcome(code: str, outcome: Outcome) -> None:
    assert outcome_of_code(code) is outcome


@pytest.mark.parametrize(
    ("own", "code", "outcome"),
    [
        (FLOW, "block", Outcome.PROTECTED),
        (FLOW, "permissions", Outcome.PROTECTED),
        (FLOW, "spamfilter", Outcome.ABUSE_FILTERED),
        (FLOW, "topic", Outcome.INVALID),
        (FLOW, "content", Outcome.INVALID),
        (FLOW, "no-commit", Outcome.HOOK_ABORTED),
        (FLOW, "invalid-page", Outcome.INVALID),
        (FLOW, "readonly", Outcome.READ_ONLY),
        (EMAIL, "noemail", Outcome.NOT_EMAILABLE),
        (EMAIL, "nowikiemail", Outcome.NOT_EMAILABLE),
        (EMAIL, "notarget", Outcome.NOT_EMAILABLE),
        (EMAIL, "usermaildisabled", Outcome.PERMISSION_DENIED),
        (EMAIL, "cantsend", Outcome.PERMISSION_DENIED),
        (EMAIL, "blockedemailuser", Outcome.SENDER_BLOCKED),
        (EMAIL, "ratelimited", Outcome.RATE_LIMITED),
    ],
)
def test_an_action_has_codes_of_its_own(
    own: dict[str, Outcome], code: str, outcome: Outcome
) -> None:
    assert outcome_of_code(code, own) is outcome


def test_a_refusal_keeps_the_wiki_s_words() -> None:
    refusal = Refused("maxlag", "Waiting for db1", retry_after=timedelta(seconds=5))
    assert result_of_refusal(refusal) == SaveResult(
        Outcome.LAGGED,
        code="maxlag",
        detail="Waiting for db1",
        retry_after=timedelta(seconds=5),
    )


@pytest.mark.parametrize(
    ("silence", "outcome", "code"),
    [
        (NoAnswer("Connection refused", sent=False), Outcome.UNREACHABLE, ""),
        (NoAnswer("ReadTimeout"), Outcome.UNKNOWN, ""),
        (NoAnswer("HTTP 429", status=429), Outcome.RATE_LIMITED, "http-429"),
        (NoAnswer("HTTP 503", status=503), Outcome.UNKNOWN, "http-503"),
        (NoAnswer("HTTP 200", status=200), Outcome.UNKNOWN, "http-200"),
    ],
)
def test_silence_is_only_harmless_when_nothing_left(
    silence: NoAnswer, outcome: Outcome, code: str
) -> None:
    result = result_of_silence(silence)
    assert (result.outcome, result.code, result.detail) == (outcome, code, silence.reason)


@pytest.mark.parametrize(
    ("edit", "outcome"),
    [
        ({"captcha": {"id": "1"}}, Outcome.CAPTCHA),
        ({"spamblacklist": "example.org"}, Outcome.SPAM_BLACKLISTED),
        ({"code": "abusefilter-disallowed", "info": "no"}, Outcome.ABUSE_FILTERED),
        ({}, Outcome.HOOK_ABORTED),
    ],
)
def test_a_failure_without_an_error_is_told_apart(
    edit: dict[str, object], outcome: Outcome
) -> None:
    assert result_of_failure(edit).outcome is outcome
