"""Reads a call's parameters as strictly as they are documented.

The real API passes over a parameter that it does not know and reads a number that is none as
0. A test wants to see such a mistake, so these are refused, in words of our own.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import bad_request

Arguments = dict[str, Any]
Kind = Callable[[str, str], Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the API: the parameters that it takes, and what carries it out."""

    parameters: Mapping[str, Kind]
    carry_out: Callable[[Arguments], object]


def text(_: str, raw: str) -> str:
    """Take a String as it is."""
    return raw


def integer(name: str, raw: str) -> int:
    """Take an Integer."""
    if not re.fullmatch(r"-?\d{1,18}", raw):
        raise bad_request(f'parameter "{name}" must be an Integer')
    return int(raw)


def boolean(name: str, raw: str) -> bool:
    """Take a Boolean."""
    if raw not in {"true", "false", "True", "False"}:
        raise bad_request(f'parameter "{name}" must be a Boolean')
    return raw.lower() == "true"


def chat_id(name: str, raw: str) -> int | str:
    """Take the id of a chat, or an @name."""
    if not raw:
        raise bad_request(f"{name} is empty")
    return raw if raw.startswith("@") else integer(name, raw)


def structure(what: str, kind: type) -> Kind:
    """Return what takes JSON of a kind; `what` is its name in the API's refusals."""

    def take(_: str, raw: str) -> Any:
        try:
            value = json.loads(raw)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None
        if not isinstance(value, kind):
            raise bad_request(f"{'object' if kind is dict else 'array'} expected as {what}")
        return value

    return take


def arguments(
    raw: Mapping[str, str], files: Mapping[str, Upload], declared: Mapping[str, Kind]
) -> Arguments:
    """Convert what came. Raises ApiError for what is not declared or of the wrong type."""
    for name in (*raw, *files):
        if name not in declared:
            raise bad_request(f'unknown parameter "{name}"')
    taken = {name: declared[name](name, value) for name, value in raw.items()}
    return taken | dict(files)


def fields(what: str, value: object, known: Mapping[str, type]) -> Json:
    """Take a JSON object whose fields are all known and of their type."""
    if not isinstance(value, dict):
        raise bad_request(f"object expected as {what}")
    for name, given in value.items():
        if name not in known:
            raise bad_request(f'unknown field "{name}" in {what}')
        if type(given) is not known[name]:
            raise bad_request(f'field "{name}" must be of type {_NAMES[known[name]]}')
    return value


_NAMES = {str: "String", int: "Number", bool: "Boolean", list: "Array", dict: "Object"}
