"""Tables of bridges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables."""
    _sent()
    _came()


def _bridge() -> sa.Column[str]:
    return sa.Column("bridge", sa.String(length=40), primary_key=True, nullable=False)


def _cluster(*, key: bool = False, index: bool = False) -> sa.Column[str]:
    place = sa.ForeignKey("cluster.id")
    return sa.Column(
        "cluster_id", sa.String(length=36), place, primary_key=key, index=index, nullable=False
    )


def _sent() -> None:
    op.create_table(
        "bridged",
        _bridge(),
        _cluster(key=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
    )
    op.create_index("bridged_number", "bridged", ["bridge", "number"])
    op.create_table(
        "bridge_task",
        _bridge(),
        _cluster(key=True),
        sa.Column("since", sa.Float(precision=53), nullable=False, index=True),
        sa.Column("round", sa.Integer(), nullable=False),
    )


def _came() -> None:
    op.create_table(
        "bridge_state",
        _bridge(),
        sa.Column("looked", sa.Float(precision=53), nullable=False),
        sa.Column("heard", sa.Float(precision=53), nullable=False),
        sa.Column("bot", sa.String(length=100), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Float(precision=53), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=False),
    )
    op.create_table(
        "bridge_heard",
        _bridge(),
        sa.Column("event", sa.String(length=200), primary_key=True, nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
    )
    op.create_table(
        "bridge_proposal",
        sa.Column("id", sa.String(length=36), primary_key=True, nullable=False),
        sa.Column("bridge", sa.String(length=40), nullable=False),
        _cluster(index=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("decided", sa.Float(precision=53), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
    )
