"""Stands before a real wiki and lets somebody else act there at the worst instant.

The fault: what others do between one request of the bot's and the next, which no test that only
waits would hit. What they do is real, and all requests reach the real wiki.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.peers.faulty_proxy import AskWiki, FaultyProxy

Deed = Callable[[], object]


class Meddler(FaultyProxy):
    """A wiki's second address, at which each deed is done once, just before a request passes."""

    def __init__(self, *, wiki_api: str) -> None:
        super().__init__(wiki_api=wiki_api)
        self._deeds: list[tuple[Mapping[str, str], Deed]] = []

    @property
    def done(self) -> bool:
        """Whether every deed has been done."""
        return not self._deeds

    def just_before(self, deed: Deed, **request: str) -> None:
        """Do it before the first request whose parameters contain these."""
        self._deeds.append((request, deed))

    def answer(self, parameters: Mapping[str, str], ask_wiki: AskWiki) -> bytes | None:
        """Leave the answer to the wiki, once others have acted."""
        due = [each for each in self._deeds if _meant(each[0], parameters)]
        self._deeds = [each for each in self._deeds if each not in due]
        for _, deed in due:
            deed()
        return super().answer(parameters, ask_wiki)


def _meant(request: Mapping[str, str], parameters: Mapping[str, str]) -> bool:
    return all(value in parameters.get(name, "") for name, value in request.items())
