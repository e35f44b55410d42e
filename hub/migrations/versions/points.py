"""How the books stood when each week was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the checkpoints."""
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
