"""Which IRCv3 capabilities to ask for, and which stand (capability negotiation 302)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

WANTED = (
    "account-notify",
    "account-tag",
    "batch",
    "cap-notify",
    "chghost",
    "echo-message",
    "extended-join",
    "message-tags",
    "sasl",
    "server-time",
)


class Capabilities:
    """The state of the negotiation. `heard` returns the requests to send.

    https://ircv3.net/specs/extensions/capability-negotiation
    """

    def __init__(self) -> None:
        self.offered: dict[str, str] = {}
        self.enabled: set[str] = set()
        self.listed = False
        self._asked: set[str] = set()

    @property
    def settled(self) -> bool:
        """Whether the offer is complete and every request was answered."""
        return self.listed and not self._asked

    def heard(self, arguments: Sequence[str]) -> Sequence[str]:
        """Take in a CAP message's parameters after our nick, return the lines to answer with."""
        subcommand, *rest = arguments
        names = rest[-1].split() if rest else []
        match subcommand.upper():
            case "LS":
                more = rest[:1] == ["*"]
                return self._offer(names, complete=not more)
            case "NEW":
                return self._offer(names, complete=True)
            case "ACK":
                self._acknowledge(names)
            case "DEL":
                self._withdraw(names)
            case "NAK":
                return self._refused(names)
        return []

    def _offer(self, names: Iterable[str], *, complete: bool) -> Sequence[str]:
        for name, _, value in (item.partition("=") for item in names):
            self.offered[name] = value
        if not complete:
            return []
        self.listed = True
        missing = [w for w in WANTED if w in self.offered and w not in self.enabled | self._asked]
        return list(self._request(missing))

    def _acknowledge(self, names: Iterable[str]) -> None:
        for name in names:
            self._asked.discard(name.lstrip("-"))
            if name.startswith("-"):
                self.enabled.discard(name[1:])
            else:
                self.enabled.add(name)

    def _withdraw(self, names: Iterable[str]) -> None:
        for name in names:
            self.offered.pop(name, None)
            self.enabled.discard(name)
            self._asked.discard(name)

    def _refused(self, names: Sequence[str]) -> Sequence[str]:
        # A request is refused as a whole: ask again one by one, and take no for an answer then.
        self._asked.difference_update(names)
        alone = names if len(names) > 1 else []
        self._asked.update(alone)
        return [f"CAP REQ {name}" for name in alone]

    def _request(self, names: Sequence[str]) -> Iterator[str]:
        self._asked.update(names)
        if names:
            yield f"CAP REQ :{' '.join(names)}"
