"""The step from one delivery to the next, taken for each of very many in one go.

Its statements are made once: to make them anew for each delivery costs more than to run them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from storage.claims import ENDING, ending
from storage.columns import Instant
from storage.deliveries import DeliveryRow, value_of, workable
from storage.lanes import RENEWAL, LaneLost, renewal
from storage.runs import RunRow
from storage.runvalues import Delivery, DeliveryState, Way

_DELIVERY = DeliveryRow.metadata.tables[DeliveryRow.__tablename__]

# The run's state is read under a lock, so that whoever halts a run and then counts what is
# claimed has counted all.
_NEXT = (
    select(_DELIVERY)
    .join(RunRow, RunRow.number == _DELIVERY.c.run)
    .where(
        _DELIVERY.c.wiki == bindparam("of_wiki"),
        _DELIVERY.c.run.in_(bindparam("of_runs", expanding=True)),
        _DELIVERY.c.state == DeliveryState.PENDING,
        _DELIVERY.c.way != Way.MASS_MESSAGE,
        workable(bindparam("canary"), bindparam("now", type_=Instant)),
    )
    .order_by(_DELIVERY.c.run, _DELIVERY.c.number)
    .limit(1)
    .with_for_update(read=True, of=RunRow)
)
_CLAIM = (
    update(_DELIVERY)
    .where(_DELIVERY.c.run == bindparam("of_run"), _DELIVERY.c.number == bindparam("of_number"))
    .values(state=DeliveryState.CLAIMED, claimed_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Step:
    """Whose step it is: `holder` of the lane of `wiki`, kept `until` then, at work on `runs`.

    Of a run that is tried out, only the first `canary` deliveries are claimed.
    """

    wiki: str
    holder: str
    until: datetime
    runs: Collection[int]
    canary: int


def take(
    connection: Connection, step: Step, ended: Delivery | None, *, now: datetime
) -> Delivery | None:
    """Keep how a delivery has ended, and claim the next one; None when there is none.

    Raises LaneLost when somebody else holds the lane by now.
    """
    kept = connection.execute(
        RENEWAL, renewal(step.wiki, holder=step.holder, until=step.until)
    ).first()
    if kept is None:
        raise LaneLost(step.wiki)
    if ended is not None:
        connection.execute(ENDING, ending(ended))
    return _claim_next(connection, step, now)


def _claim_next(connection: Connection, step: Step, now: datetime) -> Delivery | None:
    asked = {"of_wiki": step.wiki, "of_runs": list(step.runs), "canary": step.canary, "now": now}
    found = connection.execute(_NEXT, asked).first()
    if found is None:
        return None
    connection.execute(_CLAIM, {"of_run": found.run, "of_number": found.number, "at": now})
    return replace(value_of(found), state=DeliveryState.CLAIMED, claimed_at=now)
