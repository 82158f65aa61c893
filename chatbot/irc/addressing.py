"""Is a line for us, and what does it ask? By prefix, by our name, or said to us alone."""

from __future__ import annotations

from collections.abc import Callable

# Around a command in a sentence that runs from right to left, and copied with it.
_TURNING = "\u2066\u2067\u2068\u2069\u200e\u200f"


def asked(
    text: str, *, prefix: str, nick: str, private: bool, fold: Callable[[str], str]
) -> str | None:
    """Return what a cleaned line asks of us without prefix and name; None when it does not.

    `!events`, `bellringer: events`, `bellringer, events` and `@bellringer events` are for us;
    `!!!`, `! events` and `bellringer is nice` are not. In private everything is.
    """
    text = text.strip(_TURNING)
    named = _after_name(text, nick, fold)
    rest = text if named is None else named
    if _has_prefix(rest, prefix):
        return rest.removeprefix(prefix)
    if named is None and not private:
        return None
    return rest or None


def _has_prefix(text: str, prefix: str) -> bool:
    return text.startswith(prefix) and text[len(prefix) :][:1].isalnum()


def _after_name(text: str, nick: str, fold: Callable[[str], str]) -> str | None:
    at = text.startswith("@")
    name, rest = text[at : at + len(nick)], text[at + len(nick) :]
    if fold(name) != fold(nick):
        return None
    if rest[:1] in {":", ","}:
        return rest[1:].strip()
    return rest.strip() if at and (not rest or rest[0].isspace()) else None
