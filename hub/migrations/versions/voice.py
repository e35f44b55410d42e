"""Tables of what members decide."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables."""
    _ideas()
    _votes()
    _ballots()
    _lists()
    _cases()
    _panels()
    _lines()
    _motions()
    _lists_of_weeks()
    _circles()


def _ideas() -> None:
    op.create_table(
        "idea",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("template", sa.String(length=16), nullable=False),
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("received", sa.Float(precision=53), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("petition", sa.Float(precision=53), nullable=True),
        sa.Column("due", sa.Float(precision=53), nullable=True),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered", sa.Float(precision=53), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=False),
        sa.Column("ballot", sa.String(length=36), nullable=False),
        sa.Column("ended", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("idea_due", "idea", ["petition", "answered"])
    op.create_index("ix_idea_member_id", "idea", ["member_id"])
    op.create_index("ix_idea_state", "idea", ["state"])


def _votes() -> None:
    op.create_table(
        "vote",
        sa.Column("idea_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("idea_id", "member_id"),
    )
    op.create_index("vote_of_member", "vote", ["member_id", "live"])
    op.create_table(
        "voice_breach",
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("due", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("what", "subject"),
    )
    op.create_index("ix_voice_breach_due", "voice_breach", ["due"])
    op.create_table(
        "voice_stale",
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("entity", "entity_id"),
    )


def _ballots() -> None:
    op.create_table(
        "ballot",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.Float(precision=53), nullable=False),
        sa.Column("closes", sa.Float(precision=53), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=36), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("roll", sa.String(length=64), nullable=False),
        sa.Column("closed", sa.Float(precision=53), nullable=True),
        sa.Column("cast", sa.Integer(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("sealed", sa.String(length=64), nullable=False),
        sa.Column("winners", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ballot_due", "ballot", ["closed", "closes"])


def _lists() -> None:
    op.create_table(
        "ballot_roll",
        sa.Column("ballot_id", sa.String(length=36), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("voted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "tag"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_cast",
        sa.Column("ballot_id", sa.String(length=36), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "tag"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_line",
        sa.Column("ballot_id", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "token"),
        sqlite_with_rowid=False,
    )


def _cases() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("against", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("makers", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(length=16), nullable=False),
        sa.Column("opened", sa.Float(precision=53), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("pool_digest", sa.String(length=64), nullable=False),
        sa.Column("checkpoint", sa.String(length=8), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.Float(precision=53), nullable=True),
        sa.Column("due", sa.Float(precision=53), nullable=True),
        sa.Column("decided", sa.Float(precision=53), nullable=True),
        sa.Column("by_deadline", sa.Boolean(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("upheld", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_appeal_member_id", "appeal", ["member_id"])
    op.create_index("ix_appeal_state", "appeal", ["state"])


def _panels() -> None:
    op.create_table(
        "appeal_pool",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "mark"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appeal_seat",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("steward", sa.Boolean(), nullable=False),
        sa.Column("uphold", sa.Boolean(), nullable=True),
        sa.Column("at", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "holder", "steward"),
    )
    op.create_index("appeal_seat_of", "appeal_seat", ["holder"])
    op.create_table(
        "voice_remedy",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("due", sa.Float(precision=53), nullable=False),
        sa.Column("done", sa.Float(precision=53), nullable=True),
        sa.Column("done_by", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )


def _lines() -> None:
    op.create_table(
        "product_line",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("manager", sa.String(length=60), nullable=False),
        sa.Column("term", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "committee_stand",
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("term", sa.String(length=8), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("line", "term", "member_id"),
    )
    op.create_table(
        "committee_election",
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("term", sa.String(length=8), nullable=False),
        sa.Column("ballot_id", sa.String(length=36), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("line", "term"),
    )
    op.create_table(
        "committee_seat",
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("term", sa.String(length=8), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line", "term", "member_id"),
    )
    op.create_index("committee_seat_of", "committee_seat", ["member_id"])


def _motions() -> None:
    op.create_table(
        "committee_motion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("term", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("ideas", sa.Text(), nullable=False),
        sa.Column("made", sa.Float(precision=53), nullable=False),
        sa.Column("done", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("committee_motion_of", "committee_motion", ["line", "term"])
    op.create_table(
        "committee_support",
        sa.Column("motion_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["motion_id"], ["committee_motion.id"]),
        sa.PrimaryKeyConstraint("motion_id", "member_id"),
    )
    op.create_table(
        "committee_hold",
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=60), nullable=False),
        sa.Column("answered", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("line", "week"),
    )


def _lists_of_weeks() -> None:
    op.create_table(
        "committee_top",
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("ideas", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("line", "quarter"),
    )
    op.create_table(
        "committee_frozen",
        sa.Column("line", sa.String(length=24), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("line", "week"),
    )


def _circles() -> None:
    op.create_table(
        "circle",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("leader", sa.String(length=36), nullable=False),
        sa.Column("made", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "circle_member",
        sa.Column("circle_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"]),
        sa.PrimaryKeyConstraint("circle_id", "member_id"),
    )
    op.create_index("circle_member_of", "circle_member", ["member_id"])
    op.create_table(
        "idea_circle",
        sa.Column("idea_id", sa.String(length=36), nullable=False),
        sa.Column("circle_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"]),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"]),
        sa.PrimaryKeyConstraint("idea_id", "circle_id"),
    )
    op.create_index("idea_circle_of", "idea_circle", ["circle_id"])
    op.create_table(
        "charter",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("proposed", sa.Float(precision=53), nullable=False),
        sa.Column("adopted", sa.Float(precision=53), nullable=True),
        sa.Column("rejected", sa.Float(precision=53), nullable=True),
        sa.Column("ballot", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
