"""How the books stood when each week was made."""

from __future__ import annotations

import sqlalchemy as sa

from hub.tables import metadata

checkpoint = sa.Table(
    "checkpoint",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),  # the week
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("given", sa.Integer, nullable=False),
)
