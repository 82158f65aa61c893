"""What a server says of itself in ISUPPORT (005), as far as it matters here."""

from __future__ import annotations

import string
from collections.abc import Sequence

_ASCII = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_STRICT_RFC1459 = _ASCII | str.maketrans("[]\\", "{}|")
_RFC1459 = _STRICT_RFC1459 | str.maketrans("~", "^")
_CASE_MAPPINGS = {"ascii": _ASCII, "rfc1459": _RFC1459, "strict-rfc1459": _STRICT_RFC1459}


class Isupport:
    """The tokens of ISUPPORT, and the comparison of names that follows from them.

    Takes the place of the library's FeatureSet, which drops tokens without a value (WHOX) and
    raises on values it does not expect. https://modern.ircdocs.horse/#rplisupport-005
    """

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def load(self, arguments: Sequence[str]) -> None:
        """Take in the parameters of one 005: our nick, the tokens, a closing text."""
        for token in arguments[1:-1]:
            name, _, value = token.partition("=")
            if name.startswith("-"):
                self._tokens.pop(name[1:], None)
            else:
                self._tokens[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self._tokens

    def fold(self, name: str) -> str:
        """Return a nick or channel name in the case in which the server compares it."""
        mapping = self._tokens.get("CASEMAPPING", "rfc1459")
        return name.translate(_CASE_MAPPINGS.get(mapping, _ASCII))

    @property
    def bot_flag(self) -> str:
        """The letter that marks bots in WHO replies and as a user mode."""
        return self._tokens.get("BOT") or "B"
