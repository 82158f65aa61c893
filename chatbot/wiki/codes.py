"""What each error code of the API means for who wanted something written.

The codes are those of MediaWiki 1.39 (`ApiEditPage`, `ApiMessageTrait`, `ApiEmailUser`), of the
extensions that watch over edits, and of MassMessage and StructuredDiscussions (REL1_39).
"""

from __future__ import annotations

from collections.abc import Mapping

from commands.writes import Outcome

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

_CODES: Mapping[Outcome, tuple[str, ...]] = {
    # The page is not as it was when it was looked at: edited, made, deleted or moved.
    Outcome.CONFLICT: (
        "editconflict",
        "articleexists",
        "missingtitle",
        "nosuchrevid",
        "pagedeleted",
        "revwrongpage",
        "undofailure",
    ),
    Outcome.READ_ONLY: ("readonly",),
    Outcome.LAGGED: ("maxlag",),
    Outcome.RATE_LIMITED: ("ratelimited", "actionthrottledtext"),
    Outcome.BAD_TOKEN: ("badtoken", "notoken"),
    Outcome.SESSION_LOST: tuple(sorted(SESSION_LOST_CODES)),
    Outcome.SENDER_BLOCKED: ("blocked", "autoblocked", "systemblocked", "blockedemailuser"),
    Outcome.PERMISSION_DENIED: (
        "badaccess",
        "cantcreate",
        "cantcreate-anon",
        "confirmemail",
        "noedit",
        "noedit-anon",
        "permissiondenied",
        "writeapidenied",
    ),
    Outcome.PROTECTED: (
        "cascadeprotected",
        "protectednamespace",
        "protectednamespace-interface",
        "protectedpage",
        "protectedtitle",
    ),
    Outcome.SPAM_BLACKLISTED: (
        "spamblacklist",
        "spamdetected",
        "spamprotectionmatch",
        "spamprotectiontext",
    ),
    Outcome.CAPTCHA: ("captcha",),
    Outcome.TOO_BIG: ("contenttoobig", "toobig"),
    Outcome.HOOK_ABORTED: ("hookaborted",),
    Outcome.INVALID: (
        "appendnotsupported",
        "badformat",
        "badtags",
        "badvalue",
        "cantchangecontentmodel",
        "contentmodel-mismatch",
        "contentnotallowedhere",
        "edit-invalidredirect",
        "emptynewsection",
        "emptypage",
        "invalidparammix",
        "invalidsection",
        "invalidtitle",
        "missingparam",
        "no-direct-editing",
        "nosuchsection",
        "notext",
        "pagecannotexist",
        "parseerror",
        "redirect-appendonly",
        "sectionsnotsupported",
        "summaryrequired",
        "unsupportednamespace",
    ),
    Outcome.SERVER_ERROR: ("unknownerror", "unknownerror-editpage"),
}
_COMMON = {code: outcome for outcome, codes in _CODES.items() for code in codes}

FLOW: Mapping[str, Outcome] = {
    # Named after the part of the request that does not please; the words are in the info.
    "block": Outcome.PROTECTED,
    "permissions": Outcome.PROTECTED,
    "topic": Outcome.INVALID,
    "content": Outcome.INVALID,
    "spamfilter": Outcome.ABUSE_FILTERED,
    "edit-token": Outcome.BAD_TOKEN,
    "no-commit": Outcome.HOOK_ABORTED,
    "invalid-page": Outcome.INVALID,
    "invalid-page-negative-namespace": Outcome.INVALID,
}
"""Codes of `action=flow&submodule=new-topic` beside the common ones."""

EMAIL: Mapping[str, Outcome] = {
    "noemail": Outcome.NOT_EMAILABLE,
    "noemailtext": Outcome.NOT_EMAILABLE,
    "notarget": Outcome.NOT_EMAILABLE,
    "notargettext": Outcome.NOT_EMAILABLE,
    "nowikiemail": Outcome.NOT_EMAILABLE,
    "nowikiemailtext": Outcome.NOT_EMAILABLE,
    "cantsend": Outcome.PERMISSION_DENIED,
    "usermaildisabled": Outcome.PERMISSION_DENIED,
}
"""Codes of `action=emailuser` beside the common ones."""

_BY_PREFIX: tuple[tuple[str, Outcome], ...] = (
    ("titleblacklist-", Outcome.TITLE_BLACKLISTED),
    ("abusefilter-", Outcome.ABUSE_FILTERED),
    ("captcha-", Outcome.CAPTCHA),
    ("globalblocking-", Outcome.SENDER_BLOCKED),
    ("wikimedia-globalblocking-", Outcome.SENDER_BLOCKED),
    ("tags-apply-", Outcome.INVALID),
    ("massmessage-", Outcome.INVALID),
    ("mwoauth-invalid-authorization", Outcome.SESSION_LOST),
    ("login-", Outcome.SESSION_LOST),
    # The exception may come from the commit itself, after which the edit can stand.
    ("internal_api_error_", Outcome.UNKNOWN),
)

_NONE: Mapping[str, Outcome] = {}


def outcome_of_code(code: str, own: Mapping[str, Outcome] = _NONE) -> Outcome:
    """Return what an error code means; `own` are those that only this action has.

    A code that nobody listed is an answer instead of a save, but nobody knows whether the same
    will be answered for ever: it is not tried again by itself.
    """
    known = own.get(code) or _COMMON.get(code)
    if known is not None:
        return known
    matches = (outcome for prefix, outcome in _BY_PREFIX if code.startswith(prefix))
    return next(matches, Outcome.REFUSED)
