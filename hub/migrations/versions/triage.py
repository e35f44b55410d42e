"""Teams, promises and what became of them, moves between clusters, weeks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the tables. What was reported before has no clocks: nothing was promised for it."""
    _promises()
    _what_became_of_them()
    _moves()
    _weeks()
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _cluster(*, key: bool = False) -> sa.Column[str]:
    place = sa.ForeignKey("cluster.id")
    return sa.Column("cluster_id", sa.String(length=36), place, primary_key=key, nullable=False)


def _promises() -> None:
    op.create_table(
        "team",
        sa.Column("name", sa.String(length=60), primary_key=True, nullable=False),
        sa.Column("since", sa.Float(precision=53), primary_key=True, nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
    )
    op.create_table(
        "shift",
        _cluster(key=True),
        sa.Column("since", sa.Float(precision=53), primary_key=True, nullable=False),
        sa.Column("team", sa.String(length=60), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "promise",
        _cluster(key=True),
        sa.Column("name", sa.String(length=16), primary_key=True, nullable=False),
        sa.Column("round", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("started", sa.Float(precision=53), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("met", sa.Float(precision=53)),
        sa.Column("met_by", sa.String(length=60), nullable=False),
        sa.Column("dropped", sa.Float(precision=53)),
        sa.Column("settled", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_promise_settled", "promise", ["settled"])
    op.create_table(
        "pause",
        _cluster(key=True),
        sa.Column("since", sa.Float(precision=53), primary_key=True, nullable=False),
        sa.Column("until", sa.Float(precision=53)),
    )


def _what_became_of_them() -> None:
    op.create_table(
        "breach",
        _cluster(key=True),
        sa.Column("name", sa.String(length=16), primary_key=True, nullable=False),
        sa.Column("round", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("due", sa.Float(precision=53), nullable=False),
        sa.Column("noted", sa.Float(precision=53), nullable=False),
    )
    op.create_index("ix_breach_due", "breach", ["due"])
    op.create_table(
        "excuse",
        sa.Column("id", sa.String(length=36), primary_key=True, nullable=False),
        _cluster(),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_excuse_cluster_id", "excuse", ["cluster_id"])
    op.create_table(
        "nudge",
        _cluster(key=True),
        sa.Column("name", sa.String(length=16), primary_key=True, nullable=False),
        sa.Column("round", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("step", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("whom", sa.String(length=60), nullable=False),
    )
    op.create_index("ix_nudge_whom", "nudge", ["whom"])


def _moves() -> None:
    op.create_table(
        "move",
        sa.Column("n", sa.Integer(), primary_key=True, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False, unique=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        _cluster(),
        sa.Column("other_id", sa.String(length=36), sa.ForeignKey("cluster.id"), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("undone", sa.Float(precision=53)),
        sa.Column("undone_by", sa.String(length=60), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_move_cluster_id", "move", ["cluster_id"])
    op.create_index("ix_move_other_id", "move", ["other_id"])
    op.create_table(
        "move_report",
        sa.Column(
            "move_id",
            sa.String(length=36),
            sa.ForeignKey("move.id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("report_id", sa.String(length=36), primary_key=True, nullable=False),
    )
    op.create_index("ix_move_report_report_id", "move_report", ["report_id"])
    op.create_table(
        "proof",
        _cluster(key=True),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("steps", sa.Boolean(), nullable=False),
    )
    op.create_table("stale", _cluster(key=True))


def _weeks() -> None:
    op.create_table(
        "week",
        sa.Column("week", sa.String(length=8), primary_key=True, nullable=False),
        sa.Column("published", sa.Float(precision=53), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
    )
    op.create_table(
        "week_line",
        sa.Column(
            "week",
            sa.String(length=8),
            sa.ForeignKey("week.week"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("cluster_id", sa.String(length=36), primary_key=True, nullable=False),
    )
    op.create_index("ix_week_line_cluster_id", "week_line", ["cluster_id"])


_KEPT = ("breach", "excuse")
_APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'what was promised and not kept stays'); END"
        for table in _KEPT
        for what in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE FUNCTION breach_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'what was promised and not kept stays'; END $$"
        ),
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION breach_refuse()"
            for table in _KEPT
        ),
    ),
}
