"""Tables of hub/bridges: what is to be told, what was told, what was heard, what is proposed."""

from __future__ import annotations

import sqlalchemy as sa

from hub.tables import metadata

# A cluster at a tracker. `hash`: of the page as it was written there last; "": not yet.
bridged = sa.Table(
    "bridged",
    metadata,
    sa.Column("bridge", sa.String(40), primary_key=True),
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("number", sa.Integer),  # of the issue
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),  # as we wrote it
    sa.Column("done", sa.Boolean, nullable=False),  # closed there, and staff agreed
    sa.Index("bridged_number", "bridge", "number"),
)
# The outbox: one row for each cluster that is to be brought to a tracker.
bridge_task = sa.Table(
    "bridge_task",
    metadata,
    sa.Column("bridge", sa.String(40), primary_key=True),
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), primary_key=True),
    sa.Column("since", sa.Float(53), nullable=False, index=True),
    sa.Column("round", sa.Integer, nullable=False),  # grows when it is wanted again meanwhile
)
# How a bridge stands.
bridge_state = sa.Table(
    "bridge_state",
    metadata,
    sa.Column("bridge", sa.String(40), primary_key=True),
    sa.Column("looked", sa.Float(53), nullable=False),  # up to when clusters were looked through
    sa.Column("heard", sa.Float(53), nullable=False),  # up to when the tracker was asked
    sa.Column("bot", sa.String(100), nullable=False),  # our own login there
    sa.Column("tries", sa.Integer, nullable=False),  # failures in a row
    sa.Column("not_before", sa.Float(53), nullable=False),
    sa.Column("error", sa.String(40), nullable=False),
)
# What was heard once is not heard again.
bridge_heard = sa.Table(
    "bridge_heard",
    metadata,
    sa.Column("bridge", sa.String(40), primary_key=True),
    sa.Column("event", sa.String(200), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False),
)
bridge_proposal = sa.Table(
    "bridge_proposal",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("bridge", sa.String(40), nullable=False),
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),  # wire_bridges.ProposalKind
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),  # a login there
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("decided", sa.Float(53)),
    sa.Column("decided_by", sa.String(60), nullable=False),
    sa.Column("accepted", sa.Boolean),
)
