"""Which messages are meant for the bot, and what is left once it has been addressed."""

from __future__ import annotations

import re

from commands.grammar import printable, visible

_COMMAND = re.compile(r"/([^\s@/]+)(?:@(\w+))?$")


def asked(text: str, *, name: str, private: bool) -> str | None:
    """Return the command in a message, None when it is none or is meant for another bot.

    A command begins with `/`; in private everything is one. `name` is the bot's @name. In the
    first word `_` stands for a space, so that the menu can name commands of two words.
    """
    first, rest = _first_word(text)
    command = _COMMAND.match(first)
    if command is None:
        return text if private else None
    if command[2] is not None and command[2].casefold() != name.casefold():
        return None
    return f"{command[1].replace('_', ' ')} {rest}".strip()


def started(command: str) -> str | None:
    """Return what a `start` command was given, empty for nothing; None for any other command.

    `/start CODE` is what a deep link says (https://core.telegram.org/bots/features#deep-linking).
    """
    word, _, given = command.partition(" ")
    return given.strip() if word.casefold() == "start" else None


def _first_word(text: str) -> tuple[str, str]:
    """Return the first word without what is invisible, and what follows it."""
    words = printable(text).split(maxsplit=1)
    if words and not visible(words[0]):
        words = words[1].split(maxsplit=1) if len(words) > 1 else []
    first, rest = (*words, "", "")[:2]
    return visible(first), rest
