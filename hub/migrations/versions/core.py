"""Clusters, one row a change, chained points, jobs, roles; what was there before is kept."""

from __future__ import annotations

import uuid

import msgspec
import sqlalchemy as sa
from alembic import op

from feedback import ledger as books
from feedback.wire_points import Entry

revision = "0003"
down_revision = "0002"

_ROLES = "reader triager product_manager release_engineer arbiter steward"
_PLANNED = ("fix_planned", "confirmed", "not_fixed")


def upgrade() -> None:
    """Each report gets a cluster of its own with what the makers said of it."""
    db = op.get_bind()
    reports = [dict(row) for row in db.execute(sa.text("SELECT * FROM report")).mappings()]
    replies = [dict(row) for row in db.execute(sa.text("SELECT * FROM reply")).mappings()]
    entries = [
        dict(row) for row in db.execute(sa.text("SELECT * FROM ledger ORDER BY n")).mappings()
    ]
    for table in ("reply", "report", "change"):
        op.drop_table(table)
    _drop_ledger(db)
    _members(db)
    _clusters()
    _reports()
    _stream()
    _books()
    for row in reports:
        _keep_report(db, row)
    for row in replies:
        db.execute(_REPLY, row)
    _keep_books(db, entries)
    db.execute(sa.text(_TELL_REPORTS))
    db.execute(sa.text(_TELL_MEMBERS))


_REPLY = sa.text(
    "INSERT INTO reply (id, report_id, author, staff, at, text)"
    " VALUES (:id, :report_id, :author, :staff, :at, :text)"
)
_TELL_REPORTS = (
    "INSERT INTO change (audience, entity, entity_id) SELECT member_id, 'report', id FROM report"
)
_TELL_MEMBERS = (
    "INSERT INTO change (audience, entity, entity_id) SELECT id, 'member', id FROM member"
)


def _drop_ledger(db: sa.Connection) -> None:
    op.drop_table("ledger")
    if db.dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_refuse()")


def _members(db: sa.Connection) -> None:
    with op.batch_alter_table("member") as table:
        table.drop_column("version")
        table.add_column(sa.Column("account", sa.String(length=36)))
        table.add_column(sa.Column("invited_by", sa.String(length=36)))
        table.add_column(
            sa.Column("board", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("last_seen", sa.Float(precision=53)))
        table.add_column(sa.Column("left", sa.Float(precision=53)))
    for (name,) in db.execute(sa.text("SELECT id FROM member")).all():
        db.execute(
            sa.text("UPDATE member SET account = :account WHERE id = :id"),
            {"account": str(uuid.uuid4()), "id": name},
        )
    with op.batch_alter_table("member") as table:
        table.alter_column("account", existing_type=sa.String(length=36), nullable=False)
        table.create_unique_constraint("member_account", ["account"])
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("made_by", sa.String(length=36)))
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("roles", sa.Text(), nullable=False, server_default=_ROLES))
    with op.batch_alter_table("staff") as table:
        table.alter_column("roles", existing_type=sa.Text(), server_default=None)


def _clusters() -> None:
    op.create_table(
        "cluster",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made", sa.Float(precision=53), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("team", sa.String(length=60), nullable=False),
        sa.Column("seen", sa.Float(precision=53), nullable=True),
        sa.Column("seen_by", sa.String(length=60), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("owned", sa.Float(precision=53), nullable=True),
        sa.Column("answered", sa.Float(precision=53), nullable=True),
        sa.Column("solved", sa.Float(precision=53), nullable=True),
        sa.Column("closed", sa.Float(precision=53), nullable=True),
        sa.Column("fix_week", sa.String(length=8), nullable=False),
        sa.Column("fix_version", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.String(length=36), nullable=True),
        sa.Column("invalid", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cluster_signature", "cluster", ["signature"])
    op.create_index("ix_cluster_state", "cluster", ["state"])
    op.create_index("cluster_of_signature", "cluster", ["signature", "vendor", "model"])


def _reports() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("cluster_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.Column("me_too", sa.Boolean(), nullable=False),
        sa.Column("made", sa.Float(precision=53), nullable=False),
        sa.Column("received", sa.Float(precision=53), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("answered", sa.Float(precision=53), nullable=True),
        sa.Column("asked", sa.Float(precision=53), nullable=True),
        sa.Column("fixed", sa.Boolean(), nullable=True),
        sa.Column("fixed_week", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_report_member_id", "report", ["member_id"])
    op.create_index("ix_report_cluster_id", "report", ["cluster_id"])
    op.create_index("ix_report_received", "report", ["received"])
    op.create_table(
        "reply",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("cluster_id", sa.String(length=36), nullable=True),
        sa.Column("report_id", sa.String(length=36), nullable=True),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reply_cluster_id", "reply", ["cluster_id"])
    op.create_index("ix_reply_report_id", "reply", ["report_id"])


def _stream() -> None:
    op.create_table(
        "change",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("xid", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("audience", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("entity_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("audience", "entity", "entity_id", name="change_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("change_of", "change", ["audience", "xid", "seq"])
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("ran", sa.Float(precision=53), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _books() -> None:
    op.create_table(
        "ledger",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("debit", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("points > 0", name="ledger_points"),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("rule", "cause", "account", name="ledger_once"),
    )
    op.create_index("ix_ledger_account", "ledger", ["account"])
    op.create_index("ix_ledger_debit", "ledger", ["debit"])
    op.create_index("ledger_of_cause", "ledger", ["cause"])
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


_APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER ledger_no_{what} BEFORE {what} ON ledger"
        " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for what in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        ),
    ),
}


def _keep_report(db: sa.Connection, row: dict[str, object]) -> None:
    facts = msgspec.json.decode(str(row["facts"]))
    state = str(row["state"])
    made = {
        **{name: row[name] for name in ("id", "title", "kind", "seen", "seen_by", "reason")},
        **{name: row[name] for name in ("fix_week", "fix_version")},
        "vendor": facts.get("vendor", "")[:64],
        "model": facts.get("model", "")[:64],
        "state": "planned" if state in _PLANNED else "declined" if state == "declined" else "open",
        "made": row["received"],
        "no": False,
    }
    db.execute(_CLUSTER, made)
    said = {"confirmed": True, "not_fixed": False}.get(state)
    kept = {**row, "fixed": said, "fixed_week": row["fix_week"] if said is not None else ""}
    db.execute(_REPORT, {**kept, "no": False})


_CLUSTER = sa.text(
    "INSERT INTO cluster (id, title, kind, vendor, model, component, signature, state, made,"
    " severity, safety, team, seen, seen_by, owner, fix_week, fix_version, reason, public, words,"
    " rule, invalid) VALUES (:id, :title, :kind, :vendor, :model, '', '', :state, :made, '', :no,"
    " '', :seen, :seen_by, '', :fix_week, :fix_version, :reason, :no, '', '', :no)"
)
_REPORT = sa.text(
    "INSERT INTO report (id, member_id, cluster_id, kind, title, text, device, facts, signature,"
    " me_too, made, received, payload, payload_sha256, answered, fixed, fixed_week) VALUES (:id,"
    " :member_id, :id, :kind, :title, :text, :device, :facts, '', :no, :made, :received, :payload,"
    " :payload_sha256, :answered, :fixed, :fixed_week)"
)
_ENTRY = sa.text(
    'INSERT INTO ledger (n, at, rule, rule_version, cause, debit, account, points, "by", why,'
    " hash) VALUES (:n, :at, :rule, :rule_version, :cause, :debit, :account, :points, :by, :why,"
    " :hash)"
)


def _keep_books(db: sa.Connection, rows: list[dict[str, object]]) -> None:
    """Points of before the chain were paid at once: they stay vested, under the new pseudonyms."""
    query = sa.text("SELECT id, account FROM member")
    names = {f"member:{name}": books.member(account) for name, account in db.execute(query).all()}
    head = books.FIRST
    for n, row in enumerate(rows, start=1):
        moved = {side: names.get(str(row[side]), str(row[side])) for side in ("debit", "account")}
        entry = Entry(
            n=n,
            at=float(str(row["at"])),
            rule=str(row["rule"]),
            rule_version=0,
            cause=str(row["cause"]),
            points=int(str(row["points"])),
            by="",
            why="",
            hash="",
            **moved,
        )
        head = books.digest(head, entry)
        db.execute(_ENTRY, {**msgspec.structs.asdict(entry), "hash": head})
