"""Reads parse_mode=HTML as the Bot API does, and refuses with its words what it refuses.

Written from https://core.telegram.org/bots/api#html-style and from what the real parser
answers (`parse_html` of tdlib's MessageEntity.cpp): offsets in its errors are bytes of UTF-8,
those of entities are UTF-16 code units. As there, an `&` that begins no entity is itself, and
an entity may lack its semicolon.
"""

import re
from dataclasses import dataclass

from tests.peers.telegram_server.entities import Json, utf16_length
from tests.peers.telegram_server.errors import ApiError, bad_request

_TYPES = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
_ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[^\s=>]*)\s*(?P<equal>=?)\s*(?P<value>"[^"]*"|'[^']*'|[A-Za-z0-9.-]*)"""
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text without its tags, and what the tags said."""

    text: str
    entities: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag that is not closed yet."""

    tag: str
    argument: str
    offset: int
    begins: int


def parse_html(source: str) -> Formatted:
    """Take the tags out of a text. Raises ApiError as the API answers."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Json] = []

    def parse(self) -> Formatted:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._end_tag()
            elif self._source[self._at] == "<":
                self._start_tag()
            else:
                self._character()
        if self._open:
            raise _unparsable(f"Can't find end tag corresponding to start tag {self._open[-1].tag}")
        entities = sorted(self._entities, key=lambda x: (x["offset"], -x["length"]))
        return Formatted("".join(self._text), tuple(entities))

    def _character(self) -> None:
        reference = _REFERENCE.match(self._source, self._at)
        character = _decoded(reference) if reference else self._source[self._at]
        self._at = reference.end() if reference else self._at + 1
        self._text.append(character)
        self._offset += utf16_length(character)

    def _start_tag(self) -> None:
        begin = self._at
        named = re.compile(r"<([^\s>]*)").match(self._source, begin)
        assert named is not None
        tag = named.group(1).lower()
        self._at = named.end()
        if self._at == len(self._source):
            raise _unparsable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _TYPES:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        argument = self._argument(tag, begin)
        if tag == "span" and argument != "tg-spoiler":
            raise _unparsable(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}'
            )
        self._open.append(_Open(tag, argument, self._offset, len(self._text)))

    def _argument(self, tag: str, begin: int) -> str:
        wanted = {"a": "href", "code": "class", "span": "class"}.get(tag)
        argument = ""
        while True:
            self._at += len(self._source[self._at :]) - len(self._source[self._at :].lstrip())
            if self._at >= len(self._source):
                raise _unparsable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            if self._source[self._at] == ">":
                self._at += 1
                return argument
            name, value = self._attribute(tag, begin)
            argument = value if name == wanted else argument

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        match = _ATTRIBUTE.match(self._source, self._at)
        assert match is not None
        self._at = match.end()
        name = match["name"]
        if not name:
            raise _unparsable(
                f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}'
            )
        if (tag, name, match["equal"]) == ("blockquote", "expandable", ""):
            return name, ""
        if not match["equal"]:
            raise _unparsable(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {self._bytes(begin)}'
            )
        if self._at < len(self._source) and self._source[self._at] in "\"'":
            raise _unparsable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        return name, _unquoted(match["value"])

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        match = re.compile(r"</([^\s>]*)\s*(>?)").match(self._source, begin)
        assert match is not None
        if not match[2]:
            raise _unparsable(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        opened = self._open.pop()
        if match[1] and match[1].lower() != opened.tag:
            raise _unparsable(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{match[1].lower()}>"'
            )
        self._at = match.end()
        if self._offset > opened.offset:
            self._keep(opened)

    def _keep(self, opened: _Open) -> None:
        entity: Json = {
            "type": _TYPES[opened.tag],
            "offset": opened.offset,
            "length": self._offset - opened.offset,
        }
        if opened.tag == "a":
            url = opened.argument or "".join(self._text[opened.begins :])
            if not re.match(r"(https?|tg|mailto)\b:|[\w-]+\.\w", url):
                return
            entity["url"] = url
        self._entities.append(entity)

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())


def _decoded(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= 0x10FFFF:
        return reference.group()
    return chr(code)


def _unquoted(value: str) -> str:
    if value[:1] in {'"', "'"}:
        return _REFERENCE.sub(_decoded, value[1:-1])
    return value.lower()


def _unparsable(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")
