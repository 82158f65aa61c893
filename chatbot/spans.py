"""Spans of time as they are written in the configuration."""

from __future__ import annotations

from datetime import timedelta

from chatbot.sections import ConfigError
from commands import offsets


def span(key: str, text: str) -> timedelta:
    """Return a span of time. Raises ConfigError naming the key."""
    understood = offsets.span(text)
    if understood is None:
        raise ConfigError(f"{key}: {text!r} is no span of time like '90s', '10m', '2h' or '3d'")
    return understood
