"""Where a run may go from where it stands (the state machine in CONTRIBUTING.md)."""

from __future__ import annotations

from storage.runvalues import RunState

EDITABLE = frozenset(
    {
        RunState.DRAFT,
        RunState.AUDIENCE_BUILT,
        RunState.PROPOSED,
        RunState.OBJECTED,
        RunState.EXPIRED,
        RunState.WITHDRAWN,
    }
)
"""Nothing was sent yet. A change voids a proposal."""

PROPOSABLE = EDITABLE - {RunState.PROPOSED}
UNDER_WAY = frozenset({RunState.CANARY, RunState.RUNNING})
OVER = frozenset({RunState.DONE, RunState.CANCELLED})


def drafted(recipients: int) -> RunState:
    """Return the state of a run that is being prepared, by how many recipients it has."""
    return RunState.AUDIENCE_BUILT if recipients else RunState.DRAFT
