"""Alembic's entry: migrate on the connection handed over by `run.upgrade`."""

import importlib
import pkgutil

from alembic import context

import storage
from storage.columns import Table

# The metadata is whole once every module that has tables is loaded.
for module in pkgutil.iter_modules(storage.__path__, "storage."):
    importlib.import_module(module.name)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
