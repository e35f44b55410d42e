"""The hub's core tables: who is there, what houses asked, reports and clusters, changes, points.

A room with tables of its own has them in `tables_<room>.py`, in the same metadata; hub/store.py
brings them together.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("expires", sa.Float(53), nullable=False),
    sa.Column("used", sa.Float(53)),
    sa.Column("used_by", sa.String(32)),  # key id
    sa.Column("made_by", sa.String(36), index=True),  # member id; none: staff
    sa.Column("lab", sa.Boolean, nullable=False, server_default=sa.false()),  # for the makers' own
    sa.Column("id", sa.String(36)),  # what staff and members call it; no secret
    sa.Column("batch", sa.String(60), nullable=False, server_default=""),
    sa.Column("issuer", sa.String(60), nullable=False, server_default=""),  # of the staff
    sa.Column("ring", sa.Integer, nullable=False, server_default="2"),
    sa.Column("models", sa.Text, nullable=False, server_default="[]"),  # JSON
    sa.Column("desk_of", sa.String(36)),  # member id: another desktop of that household
    sa.Column("revoked", sa.Float(53)),
)
member = sa.Table(
    "member",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("account", sa.String(36), nullable=False, unique=True),  # a pseudonym: of points
    sa.Column("enrolled", sa.Float(53), nullable=False),
    sa.Column("invited_by", sa.String(36)),  # member id; none: staff invited it
    sa.Column("board", sa.Boolean, nullable=False, server_default=sa.false()),  # shown on boards
    sa.Column("last_seen", sa.Float(53)),
    sa.Column("left", sa.Float(53)),
    sa.Column("lab", sa.Boolean, nullable=False, server_default=sa.false()),
)
key = sa.Table(
    "key",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("member_id", sa.String(36), sa.ForeignKey("member.id"), nullable=False),
    sa.Column("public", sa.String(44), nullable=False, unique=True),
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("revoked", sa.Float(53)),
)
nonce = sa.Table(
    "nonce",
    metadata,
    sa.Column("key_id", sa.String(32), primary_key=True),
    sa.Column("nonce", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False, index=True),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), sa.ForeignKey("member.id"), nullable=False),
    sa.Column("acked", sa.Integer, nullable=False),
)
op = sa.Table(
    "op",
    metadata,
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("outbox_id", sa.String(36), sa.ForeignKey("outbox.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("member_id", sa.String(36), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("received", sa.Float(53), nullable=False),
    sa.UniqueConstraint("outbox_id", "seq", name="op_number"),
    sa.Index("op_of_member", "member_id", "kind", "received"),
)
# What is wrong, once: every report is in exactly one cluster, and staff deal with clusters.
cluster = sa.Table(
    "cluster",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("component", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(200), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),  # wire.ClusterState
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),  # "", minor, major, critical, security
    sa.Column("safety", sa.Boolean, nullable=False),
    sa.Column("team", sa.String(60), nullable=False),
    sa.Column("seen", sa.Float(53)),  # somebody read a report of it
    sa.Column("seen_by", sa.String(60), nullable=False),
    sa.Column("owner", sa.String(60), nullable=False),  # the named product manager
    sa.Column("owned", sa.Float(53)),
    sa.Column("answered", sa.Float(53)),  # the first words of a person to all of it
    sa.Column("solved", sa.Float(53)),  # the first solution
    sa.Column("closed", sa.Float(53)),  # everybody was told what becomes of it
    sa.Column("fix_week", sa.String(8), nullable=False),
    sa.Column("fix_version", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # JSON: language -> title, text, workaround
    sa.Column("rule", sa.Text, nullable=False),  # JSON: whom a known issue concerns; "": nobody
    sa.Column("merged_into", sa.String(36)),
    sa.Column("invalid", sa.Boolean, nullable=False),
    sa.Index("cluster_of_signature", "signature", "vendor", "model"),
)
report = sa.Table(
    "report",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), sa.ForeignKey("member.id"), nullable=False, index=True),
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("device", sa.String(64), nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # JSON of wire.DeviceFacts
    sa.Column("signature", sa.String(200), nullable=False),
    sa.Column("me_too", sa.Boolean, nullable=False),  # "this is mine": joined by its author
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("received", sa.Float(53), nullable=False, index=True),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # as it was sent, byte for byte
    sa.Column("payload_sha256", sa.String(64), nullable=False),
    sa.Column("answered", sa.Float(53)),  # the first words of a person to it alone
    sa.Column("asked", sa.Float(53)),  # since when its author is asked for more
    sa.Column("fixed", sa.Boolean),  # the author's word on the fix of `fixed_week`
    sa.Column("fixed_week", sa.String(8), nullable=False),
    sa.Column("fixed_at", sa.Float(53)),  # when the author said so
)
reply = sa.Table(
    "reply",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("cluster_id", sa.String(36), sa.ForeignKey("cluster.id"), index=True),  # to all of it
    sa.Column("report_id", sa.String(36), sa.ForeignKey("report.id"), index=True),  # to it alone
    sa.Column("author", sa.String(60), nullable=False),
    sa.Column("staff", sa.Boolean, nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
# One row for each thing that somebody is to hear of; it moves to the end when the thing changes.
change = sa.Table(
    "change",
    metadata,
    sa.Column(
        "seq",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    sa.Column("xid", sa.BigInteger, nullable=False, server_default="0"),  # PostgreSQL's transaction
    sa.Column("audience", sa.String(36), nullable=False),  # member id; "": everybody
    sa.Column("entity", sa.String(16), nullable=False),
    sa.Column("entity_id", sa.String(64), nullable=False),
    sa.UniqueConstraint("audience", "entity", "entity_id", name="change_once"),
    sa.Index("change_of", "audience", "xid", "seq"),
    sqlite_autoincrement=True,
)
job = sa.Table(
    "job",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("ran", sa.Float(53), nullable=False),
    sa.Column("error", sa.Text, nullable=False),
)
staff = sa.Table(
    "staff",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("roles", sa.Text, nullable=False),  # of hub.rights.ROLES, with blanks between
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("revoked", sa.Float(53)),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("staff", sa.String(60), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, server_default=""),  # hub/audit.py
    sqlite_autoincrement=True,
)
# feedback/ledger.py says what its rows mean and how they are chained.
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("rule", sa.String(40), nullable=False),
    sa.Column("rule_version", sa.Integer, nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("debit", sa.String(64), nullable=False, index=True),
    sa.Column("account", sa.String(64), nullable=False, index=True),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("rule", "cause", "account", name="ledger_once"),
    sa.CheckConstraint("points > 0", name="ledger_points"),
    sa.Index("ledger_of_cause", "cause"),
)
# Nothing in it tells who sent it: no member, no operation, no hour; and without row numbers not
# even the order in which rows came (docs/adr/0023).
outcome = sa.Table(
    "outcome",
    metadata,
    sa.Column("attempt", sa.String(36), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("home", sa.String(32), nullable=False),
    sa.Column("device", sa.String(32), nullable=False, index=True),
    sa.Column("lab", sa.Boolean, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),  # of its first word, since the epoch
    sa.Column("week", sa.String(8), nullable=False),
    sa.Column("target", sa.String(200), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("hardware", sa.String(64), nullable=False),
    sa.Column("version_from", sa.String(64), nullable=False),
    sa.Column("version_to", sa.String(64), nullable=False),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("transient", sa.Boolean, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("staging_s", sa.Integer),
    sa.Column("transfer_s", sa.Integer),
    sa.Column("install_s", sa.Integer),
    sa.Column("come_back_s", sa.Integer),
    sa.Index("outcome_of_week", "week", "target", "sha256", "device"),
    sqlite_with_rowid=False,
)
mark = sa.Table(
    "mark",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("vendor", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),  # wire_outcomes.MarkKind
    sa.Column("reason", sa.String(40), primary_key=True),  # of failures that are known; "": safety
    sa.Column("staff", sa.String(60), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
)
