"""How staff sign in, what members asked for, seats; more on invitations; the audit is chained."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TEXT = sa.Text()
_TIME = sa.Float(precision=53)
_SQLITE = """
CREATE TRIGGER audit_no_{what} BEFORE {what} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
"""
_POSTGRESQL = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
)


def upgrade() -> None:
    """Add the tables and columns; entries of the audit get their hashes."""
    _staff()
    _sign_ins()
    _seats()
    _requests()
    _invitations()
    _chain()


def _staff() -> None:
    op.create_table(
        "staff_account",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password", _TEXT, nullable=True),
        sa.Column("issuer", _TEXT, nullable=True),
        sa.Column("subject", _TEXT, nullable=True),
        sa.Column("member_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["name"], ["staff.name"]),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("issuer", "subject", name="staff_of_provider"),
    )
    op.create_table(
        "session",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("staff", sa.String(length=60), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("made", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_session_staff", "session", ["staff"])


def _sign_ins() -> None:
    op.create_table(
        "login_tries",
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last", _TIME, nullable=False),
        sa.Column("shut_until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name_hash"),
    )
    op.create_table(
        "sign_in",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("program_state", sa.String(length=128), nullable=False),
        sa.Column("program_challenge", sa.String(length=64), nullable=False),
        sa.Column("made", _TIME, nullable=False),
        sa.Column("grant_hash", sa.String(length=64), nullable=True),
        sa.Column("staff", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("state_hash"),
        sa.UniqueConstraint("grant_hash"),
    )
    op.create_index("ix_sign_in_made", "sign_in", ["made"])


def _seats() -> None:
    op.create_table(
        "key_successor",
        sa.Column("new_id", sa.String(length=32), nullable=False),
        sa.Column("old_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("new_id"),
    )
    op.create_table(
        "gone_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "seat",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("ring", sa.Integer(), nullable=False),
        sa.Column("models", _TEXT, nullable=False),
        sa.Column("noticed", _TIME, nullable=True),
        sa.Column("returned", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_table(
        "waiting",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("public", sa.String(length=44), nullable=False),
        sa.Column("models", _TEXT, nullable=False),
        sa.Column("medals", sa.Integer(), nullable=False),
        sa.Column("made", _TIME, nullable=False),
        sa.Column("called", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("key_id"),
    )


def _requests() -> None:
    op.create_table(
        "member_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("asked", _TIME, nullable=False),
        sa.Column("due", _TIME, nullable=False),
        sa.Column("done", _TIME, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_member_request_member_id", "member_request", ["member_id"])
    op.create_table(
        "tally",
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "slot"),
    )


def _invitations() -> None:
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("id", sa.String(length=36), nullable=True))
        table.add_column(
            sa.Column("batch", sa.String(length=60), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("issuer", sa.String(length=60), nullable=False, server_default="")
        )
        table.add_column(sa.Column("ring", sa.Integer(), nullable=False, server_default="2"))
        table.add_column(sa.Column("models", _TEXT, nullable=False, server_default="[]"))
        table.add_column(sa.Column("desk_of", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("revoked", _TIME, nullable=True))
        table.create_index("ix_invitation_made_by", ["made_by"])


def _chain() -> None:
    op.add_column(
        "audit", sa.Column("hash", sa.String(length=64), nullable=False, server_default="")
    )
    db = op.get_bind()
    from hub import audit  # noqa: PLC0415 - after the column is there

    audit.chain_old(db)
    if db.dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(sa.text(_SQLITE.format(what=what)))
    else:
        for statement in _POSTGRESQL:
            op.execute(sa.text(statement))
