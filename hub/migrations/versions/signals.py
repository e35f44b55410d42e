"""Tables of signals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add them, and since when a report's author has said whether its fix works."""
    with op.batch_alter_table("report") as table:
        table.add_column(sa.Column("fixed_at", sa.Float(precision=53)))
    _counters()
    _incidents()
    _households()
    _campaigns()
    _boards()


def _counters() -> None:
    op.create_table(
        "signal_series",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.Column("circle", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("signal_series_of", "signal_series", ["vendor", "component", "model"])
    op.create_table(
        "signal_sighting",
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("series", "hour", "member_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("signal_sighting_hour", "signal_sighting", ["hour"])
    op.create_index("signal_sighting_member", "signal_sighting", ["member_id"])
    op.create_table(
        "signal_day",
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("homes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signal_alert",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.Column("homes", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Float(precision=53), nullable=False),
        sa.Column("before", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_signal_alert_at", "signal_alert", ["at"])


def _incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.Float(precision=53), nullable=False),
        sa.Column("noticed", sa.Float(precision=53), nullable=False),
        sa.Column("due", sa.Float(precision=53), nullable=False),
        sa.Column("homes", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(precision=53), nullable=False),
        sa.Column("chance", sa.Float(precision=53), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("breached", sa.Float(precision=53), nullable=True),
        sa.Column("closed", sa.Float(precision=53), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("told_homes", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_state", "incident", ["state"])
    op.create_table(
        "incident_subject",
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "component", "model"),
    )
    op.create_table(
        "incident_event",
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "n"),
    )


def _households() -> None:
    op.create_table(
        "thermometer",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("degrees", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Float(precision=53), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_table(
        "takeover",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("cluster_id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("noticed", sa.Float(precision=53), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "cluster_id"),
    )
    op.create_table(
        "open_data",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("night", sa.Integer(), nullable=False),
        sa.Column("made", sa.Float(precision=53), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "night"),
    )


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("feature", sa.String(length=64), nullable=False),
        sa.Column("every_s", sa.Float(precision=53), nullable=False),
        sa.Column("starts", sa.Float(precision=53), nullable=False),
        sa.Column("ends", sa.Float(precision=53), nullable=False),
        sa.Column("ended", sa.Float(precision=53), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("staff", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "campaign_member",
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "member_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_home",
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "home"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_sample",
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("p50", sa.Float(precision=53), nullable=False),
        sa.Column("p95", sa.Float(precision=53), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "home", "device", "hour"),
        sqlite_with_rowid=False,
    )


def _boards() -> None:
    op.create_table(
        "board",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("begins", sa.Float(precision=53), nullable=False),
        sa.Column("ends", sa.Float(precision=53), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("week", "name"),
    )
    op.create_table(
        "nickname",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("nickname", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("member_id"),
        sa.UniqueConstraint("nickname"),
    )
    op.create_table(
        "fix_rate",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("cluster_id", sa.String(length=36), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("rate", sa.String(length=16), nullable=False),
        sa.Column("engineer", sa.String(length=60), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "cluster_id", "week"),
    )
    op.create_index("ix_fix_rate_at", "fix_rate", ["at"])
    op.create_table(
        "medal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("medal", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Float(precision=53), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("member_id", "medal", name="medal_once"),
    )
    op.create_table(
        "patch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("staff", sa.String(length=60), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
