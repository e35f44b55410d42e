"""Who may speak to the hub: members by their keys, how they join, and staff with their tokens.

Of a staff token only SHA-256 is kept (it has 256 random bits).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection

from feedback import signature
from feedback.wire import NAME_MAX, EnrolRequest, HubError
from feedback.wire_accounts import REKEY, Rekey
from hub import changes, invitations, seating
from hub.rights import EVERYTHING
from hub.seating import MEMBERSHIP
from hub.store import insert_once, one
from hub.tables import key, member, nonce, staff
from hub.tables_accounts import gone_key, key_successor

_SEEN_S: Final = 3600.0  # how exactly we note when a member was here last
NONCE_S: Final = 2 * signature.WINDOW_S  # older ones are refused by their time


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
    lasts: float = invitations.LASTS_S,
    lab: bool = False,
    by: str | None = None,
) -> str:
    """Make an invitation and return its code: it is shown once and not kept. `by`: a member."""
    wanted = invitations.Wanted(lasts=lasts, lab=lab, by=by)
    return invitations.make(db, secret, wanted, now=now)[0].code


def enrol(
    db: Connection, secret: bytes, request: EnrolRequest, *, now: float, seats: int = 0
) -> Standing:
    """Turn an invitation into a membership, or add a desktop to one.

    Asked again by the same key it is the same answer, and whoever had left or lost the seat has it
    again. `seats`: how many homes there may be; 0: as many as are invited. HubError: code_mistyped,
    code_unknown, code_used, code_expired, code_revoked, no_seat, invalid_op (name, key).
    """
    public = public_of_text(request.public_key)
    key_id = signature.key_id(public)
    known = _standing(db, key_id)
    if known is not None:
        seating.come_back(db, known.member_id)
        return known
    if one(db, sa.select(key.c.id).where(key.c.id == key_id)):
        raise HubError("key_revoked")
    if not 0 < len(request.name.strip()) <= NAME_MAX:
        raise HubError("invalid_op", field="name")
    asked = invitations.use(db, secret, request.code, key_id, now=now)
    if asked["desk_of"]:
        member_id = str(asked["desk_of"])
        if one(db, sa.select(member.c.id).where(member.c.id == member_id)) is None:
            raise HubError("code_revoked")
        seating.come_back(db, member_id)
    else:
        seating.claim(db, key_id, seats=seats)
        member_id = _new_member(db, request, asked, now)
    _add_key(db, key_id, member_id, request.public_key, now=now)
    changes.tell_member(db, member_id)
    changes.tell(db, MEMBERSHIP, member_id, member_id)
    standing = _standing(db, key_id)
    assert standing is not None  # noqa: S101 - it was just made
    return standing


def rekey(db: Connection, who: Standing, asked: Rekey, *, now: float) -> str:
    """Let a new key follow the one that asks; returns its id. HubError: bad_signature, invalid_op.

    The old one ends when the new one is first used, so an answer that is lost locks nobody out.
    """
    public = public_of_text(asked.public_key)
    key_id = signature.key_id(public)
    try:
        proof = base64.b64decode(asked.proof, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(proof, REKEY + who.key_id.encode())
    except (InvalidSignature, ValueError) as error:
        raise HubError("bad_signature", why="the new key did not sign") from error
    if not insert_once(db, key_successor, new_id=key_id, old_id=who.key_id):
        return key_id
    if one(db, sa.select(key.c.id).where(key.c.id == key_id)):
        raise HubError("invalid_op", field="public_key")
    _add_key(db, key_id, who.member_id, asked.public_key, now=now)
    changes.tell(db, MEMBERSHIP, who.member_id, who.member_id)
    return key_id


def end_keys(db: Connection, member_id: str, *, key_id: str = "", now: float) -> int:
    """End one key of a member, or all; returns how many that were."""
    which = sa.and_(key.c.member_id == member_id, key.c.revoked.is_(None))
    which = sa.and_(which, key.c.id == key_id) if key_id else which
    ended = db.execute(sa.update(key).where(which).values(revoked=now)).rowcount
    changes.tell(db, MEMBERSHIP, member_id, member_id)
    return ended


def public_of(db: Connection, key_id: str) -> bytes:
    """The public key. HubError: key_revoked; key_unknown, or why its member is no more."""
    row = one(db, sa.select(key).where(key.c.id == key_id))
    if row is None:
        code = db.execute(sa.select(gone_key.c.code).where(gone_key.c.id == key_id)).scalar()
        raise HubError(code or "key_unknown")
    if row["revoked"] is not None:
        raise HubError("key_revoked")
    return base64.b64decode(row["public"])


def admit(db: Connection, key_id: str, used: str | None, *, now: float) -> Standing:
    """Return who asks, once for each nonce. HubError: key_unknown, replayed (asked before).

    `used` None: it may be asked again and again, because that changes nothing.
    """
    standing = _standing(db, key_id)
    if standing is None:
        raise HubError("key_unknown")
    if used is not None:
        remember(db, key_id, used, now=now)
    _succeed(db, key_id, now)
    stale = sa.or_(member.c.last_seen.is_(None), member.c.last_seen < now - _SEEN_S)
    here = sa.and_(member.c.id == standing.member_id, stale)
    if db.execute(sa.update(member).where(here).values(last_seen=now)).rowcount:
        seating.seen(db, standing.member_id)
    return standing


def remember(db: Connection, key_id: str, used: str, *, now: float) -> None:
    """Note a nonce. HubError("replayed") where this key has used it before."""
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


def _new_member(db: Connection, request: EnrolRequest, asked: Mapping[str, Any], now: float) -> str:
    member_id = str(uuid.uuid4())
    db.execute(
        sa.insert(member).values(
            id=member_id,
            name=request.name.strip(),
            account=str(uuid.uuid4()),
            enrolled=now,
            invited_by=asked["made_by"],
            last_seen=now,
            lab=asked["lab"],
        )
    )
    seating.sit(db, member_id, ring=asked["ring"], models=asked["models"])
    return member_id


def _add_key(db: Connection, key_id: str, member_id: str, public: str, *, now: float) -> None:
    db.execute(sa.insert(key).values(id=key_id, member_id=member_id, public=public, made=now))


def _succeed(db: Connection, key_id: str, now: float) -> None:
    """End the key that this one follows."""
    query = sa.select(key_successor.c.old_id).where(key_successor.c.new_id == key_id)
    old = db.execute(query).scalar()
    if old is None:
        return
    db.execute(sa.delete(key_successor).where(key_successor.c.new_id == key_id))
    db.execute(sa.update(key).where(key.c.id == old).values(revoked=now))


def public_of_text(text: str) -> bytes:
    """The 32 raw bytes of a key in base64; HubError("invalid_op")."""
    try:
        public = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise HubError("invalid_op", field="public_key") from error
    if len(public) != 32:  # noqa: PLR2004 - the size of an ed25519 key
        raise HubError("invalid_op", field="public_key")
    return public


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
