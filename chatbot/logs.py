"""What is logged, how it looks, and that no secret is in it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

_HIDDEN = "(secret)"
_QUIET = {
    "apscheduler": logging.WARNING,
    "httpx": logging.WARNING,
    "irc": logging.WARNING,
    "pywiki": logging.WARNING,
    "telegram": logging.CRITICAL + 1,
    "tornado": logging.CRITICAL,
}
"""Below these levels the libraries tell more than anybody needs, and some of them secrets.

Whatever goes wrong with Telegram we tell ourselves, once.
"""


def start_logging(secrets: Iterable[str], *, level: int = logging.INFO) -> FilteringBoundLogger:
    """Send our own log and that of all libraries to standard error, secrets blotted out."""
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _blot_out(secrets),
    ]
    renderer: Processor = structlog.processors.LogfmtRenderer(
        key_order=["timestamp", "level", "event"], bool_as_flag=False
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    log: FilteringBoundLogger = structlog.get_logger()
    return log


def _blot_out(secrets: Iterable[str]) -> Processor:
    hidden = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: _blotted(value, hidden) for key, value in event.items()}

    return process


def _blotted(value: object, hidden: Iterable[str]) -> object:
    if not isinstance(value, str):
        value = value if isinstance(value, int | float | None) else repr(value)
    if isinstance(value, str):
        for secret in hidden:
            value = value.replace(secret, _HIDDEN)
    return value
