"""The mark in the edit summary of each delivery, by which it is found again on the wiki."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGEST_CODE = 6
_LONGEST_SUBJECT = 100
_MARK = re.compile(r"(?:^|\s)b(\d{1,9})-([0-9a-f]{6})-(\d{4,9})\s*$", re.ASCII)
_MARKUP = re.compile(r"[\[\]{}<>|*/]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """Which run, by the first characters of its digest, and which of its recipients."""

    run: int
    digest_code: str
    recipient: int


def mark(run_number: int, digest: str, recipient_number: int) -> str:
    """Return the mark: `b7-3fa9c2-0042`. `digest` is the run's SHA-256, or its first characters."""
    return f"b{run_number}-{digest[:_DIGEST_CODE]}-{recipient_number:04}"


def summary(
    run_number: int, about_page: str, digest: str, recipient_number: int, subject: str
) -> str:
    """Return the edit summary of one delivery: `Subject: [[About|run 7]] · b7-3fa9c2-0042`.

    The subject is cut and loses its brackets, so that it can neither ping anybody nor push the
    mark out of the 500 characters that MediaWiki keeps. The mark is always last.
    """
    told = described(run_number, about_page, subject)
    return f"{told} · {mark(run_number, digest, recipient_number)}"


def described(run_number: int, about_page: str, subject: str) -> str:
    """Return the summary of an edit of a run, before its mark."""
    plain = " ".join(_MARKUP.sub(" ", subject).split())[:_LONGEST_SUBJECT].rstrip()
    return f"{plain}: [[{about_page}|run {run_number}]]"


def hidden_mark(run_number: int, digest: str, recipient_number: int) -> str:
    """Return the mark as a comment within a text, for what has no edit summary of ours."""
    return f"<!-- {mark(run_number, digest, recipient_number)} -->"


def find_mark(edit_summary: str) -> Mark | None:
    """Return the mark at the end of an edit summary, None where there is none."""
    found = _MARK.search(edit_summary)
    return Mark(int(found[1]), found[2], int(found[3])) if found else None
