"""Alembic's entry: runs on the connection that hub.store hands over, in one transaction."""

from __future__ import annotations

from alembic import context

import hub.store  # noqa: F401 - brings all tables together
from hub.tables import metadata

connection = context.config.attributes["connection"].execution_options(orangery_write=True)
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
