"""Tables of triage: teams, promises and what became of them, moves between clusters, weeks."""

from __future__ import annotations

import sqlalchemy as sa

from hub.tables import metadata

# A team from `since` on; older rows stay, so that no time that has passed is worked out anew.
team = sa.Table(
    "team",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("since", sa.Float(53), primary_key=True),
    sa.Column("doc", sa.Text, nullable=False),  # JSON of wire_triage.Team
)
# Whose hours count for a cluster from `since` on.
shift = sa.Table(
    "shift",
    metadata,
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("since", sa.Float(53), primary_key=True),
    sa.Column("team", sa.String(60), nullable=False),
    sa.Column("always", sa.Boolean, nullable=False),  # around the clock
)
promise = sa.Table(
    "promise",
    metadata,
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("name", sa.String(16), primary_key=True),  # wire.ClockName
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("started", sa.Float(53), nullable=False),
    sa.Column("always", sa.Boolean, nullable=False),
    sa.Column("met", sa.Float(53)),
    sa.Column("met_by", sa.String(60), nullable=False),  # always a person
    sa.Column("dropped", sa.Float(53)),  # owed no more since then
    sa.Column("settled", sa.Boolean, nullable=False, index=True),  # nothing more can come of it
)
pause = sa.Table(
    "pause",
    metadata,
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("since", sa.Float(53), primary_key=True),
    sa.Column("until", sa.Float(53)),
)
# A promise that was not kept. Rows are never changed: a trigger refuses.
breach = sa.Table(
    "breach",
    metadata,
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("due", sa.Float(53), nullable=False, index=True),
    sa.Column("noted", sa.Float(53), nullable=False),
)
# Why; as unchangeable.
excuse = sa.Table(
    "excuse",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), nullable=False, index=True),
    sa.Column("name", sa.String(16), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("author", sa.String(60), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
nudge = sa.Table(
    "nudge",
    metadata,
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),  # per cent
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("whom", sa.String(60), nullable=False, index=True),
)
move = sa.Table(
    "move",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("kind", sa.String(8), nullable=False),  # merge, split
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), nullable=False, index=True),
    sa.Column("other_id", sa.String(36), sa.ForeignKey("cluster.id"), nullable=False, index=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),  # "": the hub, by its rules for signatures
    sa.Column("changed", sa.Text, nullable=False),  # JSON of what it changed beside the reports
    sa.Column("undone", sa.Float(53)),
    sa.Column("undone_by", sa.String(60), nullable=False),
    sqlite_autoincrement=True,
)
move_report = sa.Table(
    "move_report",
    metadata,
    sa.Column("move_id", sa.String(36), sa.ForeignKey("move.id"), primary_key=True),
    sa.Column("report_id", sa.String(36), primary_key=True, index=True),
)
# It is true: since when, and how that is known.
proof = sa.Table(
    "proof",
    metadata,
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("how", sa.String(16), nullable=False),  # reproduced, households, fixed
    sa.Column("steps", sa.Boolean, nullable=False),
)
# Published clusters whose numbers moved: houses are told once a minute.
stale = sa.Table(
    "stale",
    metadata,
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
)
week = sa.Table(
    "week",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("published", sa.Float(53), nullable=False),  # for the first time
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("doc", sa.Text, nullable=False),  # JSON of wire_weeks.PublishWeek
    sa.Column("page", sa.Text, nullable=False),  # JSON of wire_weeks.WeekPage: as it was told last
)
week_line = sa.Table(
    "week_line",
    metadata,
    sa.Column("week", sa.String(8), sa.ForeignKey("week.week"), primary_key=True),
    sa.Column("cluster_id", sa.String(36), primary_key=True, index=True),
)
