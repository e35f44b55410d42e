"""Outcomes of updates, marks of staff on them, and homes of the makers' own laboratory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables; those who were invited before are homes like any other."""
    for table in ("invitation", "member"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(
                sa.Column("lab", sa.Boolean(), nullable=False, server_default=sa.false())
            )
    op.create_index("op_of_member", "op", ["member_id", "kind", "received"])
    _outcomes()
    _marks()


def _outcomes() -> None:
    op.create_table(
        "outcome",
        sa.Column("attempt", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("home", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("lab", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("hardware", sa.String(length=64), nullable=False),
        sa.Column("version_from", sa.String(length=64), nullable=False),
        sa.Column("version_to", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("transient", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staging_s", sa.Integer(), nullable=True),
        sa.Column("transfer_s", sa.Integer(), nullable=True),
        sa.Column("install_s", sa.Integer(), nullable=True),
        sa.Column("come_back_s", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("attempt"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outcome_device", "outcome", ["device"])
    op.create_index("outcome_of_week", "outcome", ["week", "target", "sha256", "device"])


def _marks() -> None:
    op.create_table(
        "mark",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("staff", sa.String(length=60), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("week", "vendor", "model", "kind", "reason"),
    )
