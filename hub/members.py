"""Who may speak to the hub: invitations, members, their keys, and staff with their tokens.

Only hashes are kept: of a code HMAC-SHA256 with the hub's secret (a file beside the database, so a
stolen database gives no code), of a staff token SHA-256 (it has 256 random bits).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import invitation as code_of
from feedback import signature
from feedback.wire import NAME_MAX, EnrolRequest, HubError
from hub import changes
from hub.rights import EVERYTHING
from hub.store import insert_once, one
from hub.tables import invitation, key, member, nonce, staff

INVITATION_S = 30 * 24 * 3600.0
_SEEN_S = 3600.0  # how exactly we note when a member was here last
_NONCE_S = 2 * signature.WINDOW_S  # older ones are refused by their time


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who asks: a member by one of its keys."""

    member_id: str
    key_id: str
    name: str
    lab: bool = False  # a home of the makers' own: its outcomes are not counted


def invite(
    db: Connection,
    secret: bytes,
    *,
    now: float,
    lasts: float = INVITATION_S,
    lab: bool = False,
    by: str | None = None,
) -> str:
    """Make an invitation and return its code: it is shown once and not kept. `by`: a member."""
    code = code_of.make()
    db.execute(
        sa.insert(invitation).values(
            hash=_hash(secret, code_of.read(code)),
            made=now,
            expires=now + lasts,
            made_by=by,
            lab=lab,
        )
    )
    return code


def enrol(db: Connection, secret: bytes, request: EnrolRequest, *, now: float) -> Standing:
    """Turn an invitation into a membership; asked again by the same key, the same answer.

    HubError: code_mistyped, code_unknown, code_used, code_expired, invalid_op (name, key).
    """
    public = public_of_text(request.public_key)
    key_id = signature.key_id(public)
    known = _standing(db, key_id)
    if known is not None:
        return known
    if not 0 < len(request.name.strip()) <= NAME_MAX:
        raise HubError("invalid_op", field="name")
    lab, inviter = _use(db, _hash(secret, code_of.read(request.code)), key_id, now)
    member_id = str(uuid.uuid4())
    name = request.name.strip()
    db.execute(
        sa.insert(member).values(
            id=member_id,
            name=name,
            account=str(uuid.uuid4()),
            enrolled=now,
            invited_by=inviter,
            last_seen=now,
            lab=lab,
        )
    )
    db.execute(
        sa.insert(key).values(id=key_id, member_id=member_id, public=request.public_key, made=now)
    )
    changes.tell_member(db, member_id)
    return Standing(member_id=member_id, key_id=key_id, name=name, lab=lab)


def public_of(db: Connection, key_id: str) -> bytes:
    """The public key; HubError("key_unknown") where there is none or it was revoked."""
    row = one(db, sa.select(key).where(key.c.id == key_id))
    if row is None or row["revoked"] is not None:
        raise HubError("key_unknown")
    return base64.b64decode(row["public"])


def admit(db: Connection, key_id: str, used: str, *, now: float) -> Standing:
    """Return who asks, once for each nonce. HubError: key_unknown, replayed (asked before)."""
    standing = _standing(db, key_id)
    if standing is None:
        raise HubError("key_unknown")
    remember(db, key_id, used, now=now)
    stale = sa.or_(member.c.last_seen.is_(None), member.c.last_seen < now - _SEEN_S)
    here = sa.and_(member.c.id == standing.member_id, stale)
    db.execute(sa.update(member).where(here).values(last_seen=now))
    return standing


def remember(db: Connection, key_id: str, used: str, *, now: float) -> None:
    """Note a nonce. HubError("replayed") where this key has used it before."""
    db.execute(sa.delete(nonce).where(nonce.c.at < now - _NONCE_S))
    if not insert_once(db, nonce, key_id=key_id, nonce=used, at=now):
        raise HubError("replayed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the staff."""

    name: str
    roles: str  # of hub.rights.ROLES, with blanks between


def add_staff(db: Connection, name: str, *, now: float, roles: str = EVERYTHING) -> str:
    """Give a person a token and return it: it is shown once; a former one ends."""
    if not 0 < len(name.strip()) <= NAME_MAX:
        raise HubError("invalid_op", field="name")
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _token_hash(token), "roles": roles, "made": now, "revoked": None}
    if not insert_once(db, staff, name=name.strip(), **values):
        db.execute(sa.update(staff).where(staff.c.name == name.strip()).values(**values))
    return token


def staff_of(db: Connection, token: str, *, now: float) -> Person:
    """Who is behind a token; HubError("not_staff")."""
    del now  # a token of this kind has no end
    query = sa.select(staff.c.name, staff.c.roles).where(
        staff.c.token_hash == _token_hash(token), staff.c.revoked.is_(None)
    )
    row = one(db, query)
    if row is None:
        raise HubError("not_staff")
    return Person(name=row["name"], roles=row["roles"])


def _standing(db: Connection, key_id: str) -> Standing | None:
    query = (
        sa.select(member.c.id, member.c.name, member.c.lab)
        .join(key, key.c.member_id == member.c.id)
        .where(key.c.id == key_id, key.c.revoked.is_(None))
    )
    row = one(db, query)
    if row is None:
        return None
    return Standing(member_id=row["id"], key_id=key_id, name=row["name"], lab=row["lab"])


def _use(db: Connection, hashed: str, key_id: str, now: float) -> tuple[bool, str | None]:
    """Use an invitation up; whether it was made for a home of the makers' own, and by whom."""
    row = one(db, sa.select(invitation).where(invitation.c.hash == hashed))
    if row is None:
        raise HubError("code_unknown")
    if row["used"] is None and row["expires"] < now:
        raise HubError("code_expired")
    taken = db.execute(
        sa.update(invitation)
        .where(invitation.c.hash == hashed, invitation.c.used.is_(None))
        .values(used=now, used_by=key_id)
    )
    if taken.rowcount != 1:
        raise HubError("code_used")
    return bool(row["lab"]), row["made_by"]


def public_of_text(text: str) -> bytes:
    """The 32 raw bytes of a key in base64; HubError("invalid_op")."""
    try:
        public = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise HubError("invalid_op", field="public_key") from error
    if len(public) != 32:  # noqa: PLR2004 - the size of an ed25519 key
        raise HubError("invalid_op", field="public_key")
    return public


def _hash(secret: bytes, code: str) -> str:
    return hmac.new(secret, code.encode(), hashlib.sha256).hexdigest()


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
