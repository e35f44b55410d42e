"""Tables of hub/accounts: how staff sign in, what members asked for, seats, what is counted."""

from __future__ import annotations

import sqlalchemy as sa

from hub.tables import metadata

# Beside a row of `staff`: how that person signs in, and whose household is theirs.
staff_account = sa.Table(
    "staff_account",
    metadata,
    sa.Column("name", sa.String(60), sa.ForeignKey("staff.name"), primary_key=True),
    sa.Column("password", sa.Text),  # argon2id; none: no sign-in by a password
    sa.Column("issuer", sa.Text),  # the provider that knows this person, and by what
    sa.Column("subject", sa.Text),
    sa.Column("member_id", sa.String(36)),  # their own household: nothing is awarded to it by them
    sa.UniqueConstraint("issuer", "subject", name="staff_of_provider"),
)
session = sa.Table(
    "session",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),  # SHA-256 of the token
    sa.Column("staff", sa.String(60), nullable=False, index=True),
    sa.Column("how", sa.String(16), nullable=False),  # sessions.How
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("expires", sa.Float(53), nullable=False),
    sa.Column("read_only", sa.Boolean, nullable=False),
)
# Under a hash of whatever name was typed, somebody's or nobody's.
login_tries = sa.Table(
    "login_tries",
    metadata,
    sa.Column("name_hash", sa.String(64), primary_key=True),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("last", sa.Float(53), nullable=False),
    sa.Column("shut_until", sa.Float(53), nullable=False),
)
# One sign-in at the provider, from its first leg until its token is fetched.
sign_in = sa.Table(
    "sign_in",
    metadata,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("browser_hash", sa.String(64), nullable=False),  # of the cookie
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("port", sa.Integer, nullable=False),  # where the program listens that asked
    sa.Column("program_state", sa.String(128), nullable=False),
    sa.Column("program_challenge", sa.String(64), nullable=False),
    sa.Column("made", sa.Float(53), nullable=False, index=True),
    sa.Column("grant_hash", sa.String(64), unique=True),  # what is handed to that program
    sa.Column("staff", sa.String(60)),
)
# A key that will follow another: the old one ends when the new one is first used.
key_successor = sa.Table(
    "key_successor",
    metadata,
    sa.Column("new_id", sa.String(32), primary_key=True),
    sa.Column("old_id", sa.String(32), nullable=False),
)
# Keys of members that are gone, so that a house hears why; 400 days.
gone_key = sa.Table(
    "gone_key",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
)
seat = sa.Table(
    "seat",
    metadata,
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("ring", sa.Integer, nullable=False),
    sa.Column("models", sa.Text, nullable=False),  # JSON: what this home was invited for
    sa.Column("noticed", sa.Float(53)),  # told that the seat will go back
    sa.Column("returned", sa.Float(53)),  # gone back to the pool; coming back takes it again
)
waiting = sa.Table(
    "waiting",
    metadata,
    sa.Column("key_id", sa.String(32), primary_key=True),
    sa.Column("public", sa.String(44), nullable=False),
    sa.Column("models", sa.Text, nullable=False),  # JSON
    sa.Column("medals", sa.Integer, nullable=False),
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("called", sa.Float(53)),  # a code is ready for it
)
# What a member asked of us about its own data.
member_request = sa.Table(
    "member_request",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),  # people.Asked
    sa.Column("asked", sa.Float(53), nullable=False),
    sa.Column("due", sa.Float(53), nullable=False),  # it is done by then
    sa.Column("done", sa.Float(53)),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
)
# Counted for all processes of the hub together.
tally = sa.Table(
    "tally",
    metadata,
    sa.Column("what", sa.String(80), primary_key=True),
    sa.Column("slot", sa.BigInteger, primary_key=True),  # whole minutes since the epoch
    sa.Column("n", sa.Integer, nullable=False),
)
