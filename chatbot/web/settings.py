"""What the operator decided about the web face, made ready."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What pages show besides the programme.

    `address` is where the public reaches the site, without a slash at its end; empty where that
    is not known. `kinds` are the kinds of events in the operator's order, `chats` the places to
    talk in. `prefix` is what commands begin with there. `feeds`, `cards` and `statistics` say
    that there are feeds, pictures of events, and a page about how they were attended.
    """

    title: str = ""
    address: str = ""
    kinds: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    prefix: str = "!"
    feeds: bool = False
    cards: bool = False
    statistics: bool = False
