"""Many lanes at once take no longer than the slowest alone, and share what is limited for all."""

from datetime import timedelta
from pathlib import Path

from tests.lanes_together import Lane, delivered


def test_a_run_takes_no_longer_than_its_slowest_lane(tmp_path: Path) -> None:
    rates = (5, 20, 60)
    lanes = {f"wiki{each}": Lane(1 + 60 // (each + 1), rates[each % 3]) for each in range(20)}
    taken, wikis = delivered(lanes, tmp_path)
    slowest = max(lane.limit for lane in lanes.values())
    assert taken / slowest <= 1.05
    for name, lane in lanes.items():
        assert len({edit.title for edit in wikis[name].edits}) == lane.recipients
        assert len(wikis[name].edits) == lane.recipients


def test_lanes_share_a_limit_on_all_of_them_evenly(tmp_path: Path) -> None:
    lanes = {"onewiki": Lane(40, 600), "twowiki": Lane(40, 600), "slowwiki": Lane(5, 6)}
    taken, wikis = delivered(lanes, tmp_path, cap=60)
    assert timedelta(seconds=84) <= taken <= 1.3 * timedelta(seconds=85)
    middle = min(edit.saved_at for wiki in wikis.values() for edit in wiki.edits) + taken / 2
    so_far = {
        name: sum(edit.saved_at < middle for edit in wiki.edits) for name, wiki in wikis.items()
    }
    assert abs(so_far["onewiki"] - so_far["twowiki"]) <= 2
