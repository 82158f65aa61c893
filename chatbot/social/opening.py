"""Finds a network by its name: our own two, and those that other packages bring.

A network's library is loaded when an account on it is configured, and not before.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import cast

from chatbot.sections import ConfigError
from chatbot.social.network import GROUP, Credentials, Network, Opening

OWN = ("mastodon", "bluesky")


def opened(key: str, network: str, credentials: Credentials) -> Network:
    """Return an account's network. Raises ConfigError, which names the account's key."""
    try:
        opening = _opening(network)
    except ImportError as fault:
        raise ConfigError(
            f"{key}: {network!r} needs a library that is not installed ({fault.name}); "
            f"for {' and '.join(OWN)}: pip install 'bellringer[social]'"
        ) from fault
    if opening is None:
        known = ", ".join(sorted({*OWN, *_others()}))
        raise ConfigError(f"{key}: there is no network {network!r} (there are: {known})")
    try:
        return opening(credentials)
    except ValueError as fault:
        raise ConfigError(f"{key}: {fault}") from fault


def _opening(network: str) -> Opening | None:
    if network == "mastodon":
        from chatbot.social.mastodon import MastodonAccount

        return MastodonAccount
    if network == "bluesky":
        from chatbot.social.bluesky import BlueskyAccount

        return BlueskyAccount
    found = _others().get(network)
    return None if found is None else cast("Opening", found.load())


def _others() -> dict[str, EntryPoint]:
    return {each.name: each for each in entry_points(group=GROUP)}
