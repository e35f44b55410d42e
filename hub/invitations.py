"""Invitations: a code is used once, by one home, until it expires or is taken back.

Only an HMAC-SHA256 of a code is kept, with the hub's secret (a file beside the database, so a
stolen database gives no code). Taking a code back does not turn anybody out who has joined by it.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import invitation as code_of
from feedback.wire import HubError
from feedback.wire_accounts import InvitationShown, Invited
from hub.store import alone, insert_once, one
from hub.tables import invitation, member

LASTS_S: Final = 30 * 86_400.0
DESK_S: Final = 86_400.0
"""How long a code for another desktop of a household can be used."""

YEAR_S: Final = 365 * 86_400.0
_RINGS: Final = range(5)  # 0 lab, 1 review team, 2 beta, 3 stable early, 4 stable
_LIST_MAX: Final = 500
_BATCH_MAX: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an invitation is for. `by`: who gives it; `desk_of`: whose own desktop it is for."""

    lasts: float = LASTS_S
    batch: str = ""
    issuer: str = ""
    ring: int = 2
    models: tuple[str, ...] = ()
    lab: bool = False
    by: str | None = None
    desk_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new invitation; the code is shown once and not kept."""

    id: str
    code: str


def make(
    db: Connection, secret: bytes, wanted: Wanted, *, now: float, count: int = 1
) -> list[Made]:
    """Make invitations. HubError("invalid_op"): no such ring, too many, too long a name."""
    fits = wanted.ring in _RINGS and 1 <= count <= _BATCH_MAX and len(wanted.batch) <= 60  # noqa: PLR2004
    if not fits or wanted.lasts <= 0 or len(wanted.models) > 64:  # noqa: PLR2004
        raise HubError("invalid_op", field="ring, count, days, batch or models")
    made = [Made(id=str(uuid.uuid4()), code=code_of.make()) for _ in range(count)]
    for each in made:
        keep(db, secret, each, wanted, now=now)
    return made


def keep(db: Connection, secret: bytes, made: Made, wanted: Wanted, *, now: float) -> bool:
    """Keep an invitation whose code somebody has made; False where that code is kept already."""
    return insert_once(
        db,
        invitation,
        hash=hashed(secret, code_of.read(made.code)),
        id=made.id,
        made=now,
        expires=now + wanted.lasts,
        made_by=wanted.by,
        lab=wanted.lab,
        batch=wanted.batch,
        issuer=wanted.issuer,
        ring=wanted.ring,
        models=msgspec.json.encode(wanted.models).decode(),
        desk_of=wanted.desk_of,
    )


def kept_for(db: Connection, secret: bytes, made: Made, member_id: str) -> float | None:
    """Return until when a code is kept that this member asked for before; None: it did not."""
    query = sa.select(invitation.c.expires).where(
        invitation.c.hash == hashed(secret, code_of.read(made.code)),
        invitation.c.id == made.id,
        sa.or_(invitation.c.made_by == member_id, invitation.c.desk_of == member_id),
    )
    return db.execute(query).scalar()


def use(db: Connection, secret: bytes, code: str, key_id: str, *, now: float) -> dict[str, Any]:
    """Use an invitation up and return its row; of two at one moment exactly one can.

    HubError: code_mistyped, code_unknown, code_used, code_expired, code_revoked.
    """
    wanted = invitation.c.hash == hashed(secret, code_of.read(code))
    row = one(db, sa.select(invitation).where(wanted))
    if row is None:
        raise HubError("code_unknown")
    if row["used"] is None and row["revoked"] is not None:
        raise HubError("code_revoked")
    if row["used"] is None and row["expires"] < now:
        raise HubError("code_expired")
    free = sa.and_(wanted, invitation.c.used.is_(None), invitation.c.revoked.is_(None))
    taken = db.execute(sa.update(invitation).where(free).values(used=now, used_by=key_id))
    if taken.rowcount != 1:
        raise HubError("code_used")
    return row


def give(
    db: Connection, secret: bytes, member_id: str, made: Made, *, gifts: int, now: float
) -> None:
    """Let a member invite another home. HubError: no_gift_left, id_taken."""
    alone(db, f"gifts {member_id}")
    if gifts_left(db, member_id, gifts=gifts, now=now) < 1:
        raise HubError("no_gift_left")
    if not keep(db, secret, made, Wanted(by=member_id), now=now):
        raise HubError("id_taken")


def gifts_left(db: Connection, member_id: str, *, gifts: int, now: float) -> int:
    """Return how many homes a member may still invite: so many in any year."""
    query = sa.select(sa.func.count()).where(
        invitation.c.made_by == member_id, invitation.c.made > now - YEAR_S
    )
    return max(0, gifts - db.execute(query).scalar_one())


def revoke(db: Connection, which: sa.ColumnElement[bool], *, now: float) -> int:
    """Take back what can still be used of these; returns how many that were."""
    free = sa.and_(invitation.c.used.is_(None), invitation.c.revoked.is_(None))
    open_ones = sa.and_(which, free, invitation.c.expires >= now)
    return db.execute(sa.update(invitation).where(open_ones).values(revoked=now)).rowcount


def listed(
    db: Connection, *, now: float, batch: str = "", state: str = ""
) -> tuple[InvitationShown, ...]:
    """Return invitations, newest first, at most 500; those for further desktops are not shown."""
    query = sa.select(invitation).where(invitation.c.desk_of.is_(None))
    query = query.where(invitation.c.batch == batch) if batch else query
    rows = db.execute(query.order_by(invitation.c.made.desc(), invitation.c.id)).mappings()
    shown = (_shown(row, now) for row in rows)
    return tuple(each for each in shown if not state or each.state == state)[:_LIST_MAX]


def invited(db: Connection, member_id: str) -> Invited:
    """Return what became of a member's invitations: numbers, never names."""
    query = sa.select(sa.func.count()).where(invitation.c.made_by == member_id)
    joined = _children(db, [member_id])
    below, level = 0, joined
    while level := _children(db, level):
        below += len(level)
    return Invited(made=db.execute(query).scalar_one(), joined=len(joined), below=below)


def hashed(secret: bytes, code: str) -> str:
    """Return what is kept of 17 symbols."""
    return hmac.new(secret, code.encode(), hashlib.sha256).hexdigest()


def _children(db: Connection, ids: Iterable[str]) -> list[str]:
    query = sa.select(member.c.id).where(member.c.invited_by.in_(list(ids)))
    return list(db.execute(query).scalars())


def _state(row: Any, now: float) -> str:  # noqa: ANN401 - a row's mapping
    if row["used"] is not None:
        return "used"
    if row["revoked"] is not None:
        return "revoked"
    return "expired" if row["expires"] < now else "active"


def _shown(row: Any, now: float) -> InvitationShown:  # noqa: ANN401 - a row's mapping
    return InvitationShown(
        id=row["id"] or "",
        state=_state(row, now),
        batch=row["batch"],
        issuer=row["issuer"],
        ring=row["ring"],
        models=tuple(msgspec.json.decode(row["models"])),
        made=row["made"],
        expires=row["expires"],
    )
