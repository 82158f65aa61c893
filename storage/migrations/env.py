"""Alembic's entry: migrate on the connection handed over by `run.upgrade`."""

from alembic import context

from storage.columns import Table
from storage.deliveries import DeliveryRow
from storage.errands import ErrandRow
from storage.events import EventRow
from storage.lanes import LaneRow
from storage.ledger import LedgerRow
from storage.linking import LinkRow
from storage.notices import NoticeRow
from storage.people import PersonRow
from storage.progress import ProgressRow
from storage.runs import RunRow

# Naming them loads the modules, so that the metadata is whole.
TABLES = (
    DeliveryRow,
    ErrandRow,
    EventRow,
    LaneRow,
    LedgerRow,
    LinkRow,
    NoticeRow,
    PersonRow,
    ProgressRow,
    RunRow,
)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
