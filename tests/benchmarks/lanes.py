"""How long a big run takes on many wikis, as a ratio of the slowest lane's own limit.

    python -m tests.benchmarks.lanes [RECIPIENTS] [LANES] [SEED]

The wikis are of very different sizes, as those of an outreach are, and each may be edited at a
rate of its own. The engine and its lanes are the real ones, with a database; the wikis only
remember what was saved (see `tests.peers.memory_wiki`), and the clock jumps.
"""

import logging
import random
import sys
import tempfile
import time
from pathlib import Path

import structlog

from tests.lanes_together import Lane, delivered

GOAL = 1.05
_RATES = (6, 10, 20, 30, 60)


def lanes_of(recipients: int, lanes: int, seed: int) -> dict[str, Lane]:
    """Return lanes whose sizes fall off as those of languages do, at rates drawn by the seed."""
    draw = random.Random(seed)
    weights = [1 / (each + 1) ** 0.9 for each in range(lanes)]
    shares = [max(1, int(recipients * weight / sum(weights))) for weight in weights]
    shares[0] += recipients - sum(shares)
    return {
        f"wiki{number}": Lane(share, draw.choice(_RATES)) for number, share in enumerate(shares)
    }


def main(recipients: int = 5000, lanes: int = 280, seed: int = 1) -> None:
    """Print how long it takes and the ratio."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    given = lanes_of(recipients, lanes, seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        taken, wikis = delivered(given, Path(folder))
    assert sum(len(wiki.edits) for wiki in wikis.values()) == recipients
    slowest = max(lane.limit for lane in given.values())
    print(  # noqa: T201 - its result
        f"{recipients} recipients, {lanes} lanes: {taken} by the virtual clock, "
        f"{time.monotonic() - began:.0f} s in fact; slowest lane {slowest}, "
        f"ratio {taken / slowest:.3f}, goal {GOAL}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
