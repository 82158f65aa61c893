"""What a feed says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Top:
    """The head of a feed: `source` is where it is to be had, `page` what it is a feed of.

    `community` is whose it is, `language` the tag of the language that its sentences are in.
    """

    name: str
    description: str
    community: str
    source: str
    page: str
    language: str
