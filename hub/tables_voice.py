"""Tables of what members decide: ideas, ballots, cases, committees, circles, the charter.

Nothing of a ballot tells whose it is: a name on the roll is a hash, and when a ballot is sealed
what joins the names to the ballots is deleted. Those tables have no row numbers, so not even the
order in which people voted is kept.

A row that refers to another's by a foreign key is exported and erased with it (hub/personal.py). So
votes on an idea, and who sits in a case, name those without one: they are other members' own.
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.tables import metadata

__all__ = ["metadata"]


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(36), primary_key=True)


def _time(name: str) -> sa.Column[float | None]:
    return sa.Column(name, sa.Float(53))


# --- ideas and petitions -------------------------------------------------------------------------

idea = sa.Table(
    "idea",
    metadata,
    _id(),
    sa.Column("member_id", sa.String(36), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("template", sa.String(16), nullable=False),
    sa.Column("line", sa.String(24), nullable=False),
    sa.Column("received", sa.Float(53), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),  # wire_voice.IdeaState
    sa.Column("week", sa.String(8), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("outside", sa.Boolean, nullable=False),
    _time("petition"),  # since when it is one
    _time("due"),
    sa.Column("owner", sa.String(60), nullable=False),
    sa.Column("answer", sa.String(16), nullable=False),  # wire_voice.Petition
    _time("answered"),
    sa.Column("answered_by", sa.String(60), nullable=False),
    sa.Column("ballot", sa.String(36), nullable=False),
    _time("ended"),
    sa.Index("idea_due", "petition", "answered"),
)
vote = sa.Table(
    "vote",
    metadata,
    sa.Column("idea_id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),  # False: given back, the idea has ended
    sa.Index("vote_of_member", "member_id", "live"),
)
breach = sa.Table(  # never changed, never deleted
    "voice_breach",
    metadata,
    sa.Column("what", sa.String(16), primary_key=True),
    sa.Column("subject", sa.String(36), primary_key=True),
    sa.Column("due", sa.Float(53), nullable=False, index=True),
)
stale = sa.Table(  # public documents whose numbers moved: told once a minute
    "voice_stale",
    metadata,
    sa.Column("entity", sa.String(16), primary_key=True),
    sa.Column("entity_id", sa.String(36), primary_key=True),
)

# --- ballots -------------------------------------------------------------------------------------

ballot = sa.Table(
    "ballot",
    metadata,
    _id(),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("options", sa.Text, nullable=False),  # JSON
    sa.Column("binding", sa.Boolean, nullable=False),
    sa.Column("opened", sa.Float(53), nullable=False),
    sa.Column("closes", sa.Float(53), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("about", sa.String(36), nullable=False),
    sa.Column("eligible", sa.Integer, nullable=False),
    sa.Column("roll", sa.String(64), nullable=False),
    _time("closed"),
    sa.Column("cast", sa.Integer, nullable=False),
    sa.Column("totals", sa.Text, nullable=False),  # JSON
    sa.Column("sealed", sa.String(64), nullable=False),
    sa.Column("winners", sa.Text, nullable=False),  # JSON
    sa.Index("ballot_due", "closed", "closes"),
)
ballot_roll = sa.Table(
    "ballot_roll",
    metadata,
    sa.Column("ballot_id", sa.String(36), primary_key=True),
    sa.Column("tag", sa.String(64), primary_key=True),
    sa.Column("voted", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
ballot_cast = sa.Table(  # while it is open
    "ballot_cast",
    metadata,
    sa.Column("ballot_id", sa.String(36), primary_key=True),
    sa.Column("tag", sa.String(64), primary_key=True),
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("choice", sa.SmallInteger, nullable=False),
    sa.Column("salt", sa.String(64), nullable=False),
    sqlite_with_rowid=False,
)
ballot_line = sa.Table(  # when it is sealed
    "ballot_line",
    metadata,
    sa.Column("ballot_id", sa.String(36), primary_key=True),
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("choice", sa.SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

# --- cases ---------------------------------------------------------------------------------------

appeal = sa.Table(
    "appeal",
    metadata,
    _id(),
    sa.Column("member_id", sa.String(36), nullable=False, index=True),
    sa.Column("against", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(36), nullable=False),
    sa.Column("decided_by", sa.String(60), nullable=False),  # who of the makers decided first
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("makers", sa.Text, nullable=False),
    sa.Column("asked", sa.String(16), nullable=False),  # wire_voice.Remedy
    sa.Column("opened", sa.Float(53), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),  # wire_voice.CaseState
    sa.Column("pool", sa.Integer, nullable=False),
    sa.Column("pool_digest", sa.String(64), nullable=False),
    sa.Column("checkpoint", sa.String(8), nullable=False),
    sa.Column("seed", sa.String(64), nullable=False),
    sa.Column("drawn", sa.Text, nullable=False),  # JSON: marks, in the order of the lot
    _time("drawn_at"),
    _time("due"),
    _time("decided"),
    sa.Column("by_deadline", sa.Boolean, nullable=False),
    sa.Column("votes", sa.Integer, nullable=False),  # when it was decided
    sa.Column("upheld", sa.Integer, nullable=False),
)
appeal_pool = sa.Table(
    "appeal_pool",
    metadata,
    sa.Column("case_id", sa.String(36), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),
    sqlite_with_rowid=False,
)
appeal_seat = sa.Table(
    "appeal_seat",
    metadata,
    sa.Column("case_id", sa.String(36), primary_key=True),
    sa.Column("holder", sa.String(60), primary_key=True),  # a member's id or a steward's name
    sa.Column("steward", sa.Boolean, primary_key=True),
    sa.Column("uphold", sa.Boolean),
    _time("at"),
    sa.Index("appeal_seat_of", "holder"),
)
remedy = sa.Table(  # what is to be done within 72 hours
    "voice_remedy",
    metadata,
    _id("case_id"),
    sa.Column("what", sa.String(16), nullable=False),  # wire_voice.Remedy
    sa.Column("due", sa.Float(53), nullable=False),
    _time("done"),
    sa.Column("done_by", sa.String(60), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)

# --- committees ----------------------------------------------------------------------------------

product_line = sa.Table(
    "product_line",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("manager", sa.String(60), nullable=False),
    sa.Column("term", sa.String(8), nullable=False),  # the half year it is in
)
stand = sa.Table(
    "committee_stand",
    metadata,
    sa.Column("line", sa.String(24), primary_key=True),
    sa.Column("term", sa.String(8), primary_key=True),
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
)
election = sa.Table(
    "committee_election",
    metadata,
    sa.Column("line", sa.String(24), primary_key=True),
    sa.Column("term", sa.String(8), primary_key=True),
    sa.Column("ballot_id", sa.String(36), nullable=False),  # "": no more stood than there are seats
    sa.Column(
        "candidates", sa.Text, nullable=False
    ),  # JSON: member ids in the order of the options
)
seat = sa.Table(
    "committee_seat",
    metadata,
    sa.Column("line", sa.String(24), primary_key=True),
    sa.Column("term", sa.String(8), primary_key=True),
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("votes", sa.Integer, nullable=False),
    sa.Index("committee_seat_of", "member_id"),
)
motion = sa.Table(
    "committee_motion",
    metadata,
    _id(),
    sa.Column("line", sa.String(24), nullable=False),
    sa.Column("term", sa.String(8), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("week", sa.String(8), nullable=False),
    sa.Column("options", sa.Text, nullable=False),  # JSON
    sa.Column("ideas", sa.Text, nullable=False),  # JSON
    sa.Column("made", sa.Float(53), nullable=False),
    _time("done"),
    sa.Index("committee_motion_of", "line", "term"),
)
support = sa.Table(
    "committee_support",
    metadata,
    sa.Column("motion_id", sa.String(36), sa.ForeignKey("committee_motion.id"), primary_key=True),
    sa.Column("member_id", sa.String(36), primary_key=True),
)
hold = sa.Table(
    "committee_hold",
    metadata,
    sa.Column("line", sa.String(24), primary_key=True),
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered_by", sa.String(60), nullable=False),
    _time("answered"),
)
top = sa.Table(
    "committee_top",
    metadata,
    sa.Column("line", sa.String(24), primary_key=True),
    sa.Column("quarter", sa.String(8), primary_key=True),
    sa.Column("ideas", sa.Text, nullable=False),  # JSON
    sa.Column("at", sa.Float(53), nullable=False),
)
frozen = sa.Table(
    "committee_frozen",
    metadata,
    sa.Column("line", sa.String(24), primary_key=True),
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("items", sa.Text, nullable=False),  # JSON
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
)

# --- circles and the charter ---------------------------------------------------------------------

circle = sa.Table(
    "circle",
    metadata,
    _id(),  # kind:name
    sa.Column("leader", sa.String(36), nullable=False),  # a member's id; "": none
    sa.Column("made", sa.Float(53), nullable=False),
)
circle_member = sa.Table(
    "circle_member",
    metadata,
    sa.Column("circle_id", sa.String(36), sa.ForeignKey("circle.id"), primary_key=True),
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Index("circle_member_of", "member_id"),
)
idea_circle = sa.Table(
    "idea_circle",
    metadata,
    sa.Column("idea_id", sa.String(36), sa.ForeignKey("idea.id"), primary_key=True),
    sa.Column("circle_id", sa.String(36), sa.ForeignKey("circle.id"), primary_key=True),
    sa.Index("idea_circle_of", "circle_id"),
)
charter = sa.Table(
    "charter",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("proposed", sa.Float(53), nullable=False),
    _time("adopted"),
    _time("rejected"),
    sa.Column("ballot", sa.String(36), nullable=False),
)
