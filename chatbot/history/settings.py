"""What the operator says about imported history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """Where it is, and who computes over it.

    `master` is the URL of a Spark cluster's master; without one DuckDB computes in this process,
    and takes `memory` (such as `4GB`) at most.
    """

    folder: Path
    memory: str = "4GB"
    master: str | None = None
