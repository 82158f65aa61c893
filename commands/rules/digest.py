"""What two coordinators confirm: one digest over all that a run will do, and each one's own code.

The digest is SHA-256 over canonical JSON (sorted keys, no spaces, ASCII), so that it can be
computed again at any time from what is kept, and by anybody from a report of the run.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from commands import codes
from commands.policy import RunPolicy
from commands.rules.marks import summary
from storage.runvalues import Recipient, Run, Text

CODE_LENGTH = 10
"""How many characters of a digest people are shown."""

_MANNER = {
    "section": "new",
    "minor": False,
    "bot flag": "user talk only",
    "footer": "below",
    "signature": "last",
}
"""What the code of the delivery does for every run: a release that changes it voids proposals."""


class Typed(Enum):
    """What somebody typed for a code."""

    RIGHT = auto()
    OUTDATED = auto()
    """His own, for what the run was before it changed."""
    OF_ANOTHER = auto()
    WRONG = auto()


def digest(
    run: Run, recipients: Iterable[Recipient], policy: RunPolicy, *, texts: Iterable[Text] = ()
) -> str:
    """Return the digest of a run as it would be sent now, in hexadecimal.

    Whatever is changed of recipients, text in any language, options or what the configuration
    adds to an edit changes it.
    """
    return hashlib.sha256(canonical(run, recipients, policy, texts=texts)).hexdigest()


def canonical(
    run: Run, recipients: Iterable[Recipient], policy: RunPolicy, *, texts: Iterable[Text] = ()
) -> bytes:
    """Return what the digest is made of: all that a run will do, as JSON."""
    covered = _covered(run, recipients, policy) | {"texts": _texts(texts)}
    return json.dumps(covered, sort_keys=True, separators=(",", ":")).encode()


def digest_code(full: str) -> str:
    """Return the characters of a digest by which people know a proposal."""
    return full[:CODE_LENGTH]


def is_digest_code(text: str) -> bool:
    """Return whether a text could be such characters."""
    return len(text) == CODE_LENGTH and set(text) <= set("0123456789abcdef")


def personal_code(secret: bytes, full: str, person: int) -> str:
    """Return what one person types to confirm one digest: `K7Q2-M9XD`."""
    seal = hmac.digest(secret, f"{full}:{person}".encode(), "sha256")
    return codes.spelled(int.from_bytes(seal[:8]))


def typed_code(
    typed: str,
    *,
    secret: bytes,
    current: str | None,
    person: int,
    shown: Iterable[tuple[str, int]],
) -> Typed:
    """Return what a person typed, in any case, with or without dash and spaces.

    `shown` are the digests of the run that were ever shown, each with the person: no code is
    right that was not. `current` is the digest that stands, None where none does.
    """
    given = codes.normal(typed).encode()

    def meant(full: str, whose: int) -> bool:
        code = codes.normal(personal_code(secret, full, whose))
        return hmac.compare_digest(given, code.encode())

    hits = [(full, whose) for full, whose in shown if meant(full, whose)]
    if (current, person) in hits:
        return Typed.RIGHT
    if any(whose == person for _, whose in hits):
        return Typed.OUTDATED
    return Typed.OF_ANOTHER if hits else Typed.WRONG


def _covered(run: Run, recipients: Iterable[Recipient], policy: RunPolicy) -> dict[str, Any]:
    audience = sorted(recipients, key=lambda each: each.number)
    return {
        "number": run.number,
        "name": run.name,
        "recipients": [_recipient(each) for each in audience],
        "kind": run.kind,
        "puts right": run.of_run,
        "wikis": sorted({each.wiki for each in audience}),
        "subject": run.subject,
        "body": run.body,
        "footer": run.footer,
        "language": run.language,
        "particulars": asdict(run.particulars),
        "live": run.live,
        "revisions": {wiki: dict(pages) for wiki, pages in run.revisions.items()},
        "summary": summary(run.number, policy.about, "", 0, run.subject),
        "canary": policy.canary,
        "canary pause": policy.canary_pause.total_seconds(),
        "window": [_instant(run.not_before), _instant(run.not_after)],
        "event": run.event,
        "approvals": dict(run.approvals),
        "unified accounts": policy.unified,
        "manner": _MANNER,
    }


def _instant(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None


def _recipient(each: Recipient) -> list[object]:
    languages = [each.language, each.page_language]
    human = [each.human, *(list(other) for other in each.others)]
    return [each.number, each.wiki, each.title, each.user, each.reason, each.way, *languages, human]


def _texts(texts: Iterable[Text]) -> list[list[str]]:
    in_order = sorted(texts, key=lambda each: each.language)
    return [[each.language, each.subject, each.body, each.footer] for each in in_order]
