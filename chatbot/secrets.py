"""Where secrets come from: the environment, a file of the service's own, or made once and kept."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from chatbot.sections import ConfigError


def secret_of(name: str, file: str, environment: Mapping[str, str]) -> str | None:
    """Return a secret from its environment variable, else from its file. Raises ConfigError."""
    if found := environment.get(variable(name)):
        return found
    if not file:
        return None
    try:
        path = Path(file)
        if path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid():
            raise ConfigError(f"{file}: others can read this secret; chmod 600 it")
        return path.read_text().strip()
    except OSError as fault:
        raise ConfigError(f"{file}: {fault.strerror}") from fault


def variable(name: str) -> str:
    """Return the name of the environment variable that holds a secret."""
    return f"BELLRINGER_{name.upper().replace('-', '_')}"


def kept_key(path: Path) -> bytes:
    """Return the key that personal codes are made with, made at the first start."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    key = secrets.token_bytes(32)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
