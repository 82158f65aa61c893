"""One request that changes something on a wiki, never resent, and how it ended by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chatbot.wiki.answers import Answer, AskNow, NoAnswer, Refused
from chatbot.wiki.outcomes import result_of_refusal, result_of_silence
from commands.writes import Outcome, SaveResult


class Writer(Protocol):
    """What writing needs of a session."""

    @property
    def ask(self) -> AskNow:
        """Ask as the account."""
        ...

    def token(self) -> str:
        """Return the token that writing needs. Raises Refused or NoAnswer."""
        ...

    def forget_token(self) -> None:
        """Let the next call fetch a fresh one."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, how its answer is read, and the error codes that only this action has."""

    parameters: Mapping[str, str | int | bool]
    read: Callable[[Answer], SaveResult]
    codes: Mapping[str, Outcome] = field(default_factory=dict)


def send(writer: Writer, request: Request) -> SaveResult:
    """Send a request and say how that ended. Raises nothing that a wiki can cause."""
    try:
        token = writer.token()
    except NoAnswer as silence:
        return SaveResult(Outcome.UNREACHABLE, detail=f"before the edit: {silence.reason}")
    except Refused as refusal:
        return result_of_refusal(refusal)
    try:
        answer = writer.ask(**request.parameters, formatversion=2, token=token)
    except NoAnswer as silence:
        return result_of_silence(silence)
    except Refused as refusal:
        result = result_of_refusal(refusal, request.codes)
        if result.outcome is Outcome.BAD_TOKEN:
            writer.forget_token()
        return result
    return request.read(answer)
