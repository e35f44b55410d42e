"""Members as their houses hear of them and as stewards see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import NAME_MAX, HubError
from feedback.wire_accounts import (
    Asked,
    KeyShown,
    MembershipDoc,
    MemberShown,
    MembersShown,
    PersonShown,
)
from hub import changes, exports, invitations
from hub.changes import Compose
from hub.seating import MEMBERSHIP
from hub.store import one
from hub.tables import key, member, report, staff
from hub.tables_accounts import member_request, seat, staff_account

_LIST_MAX: Final = 200


def membership(db: Connection, member_id: str) -> MembershipDoc:
    """Return how a member stands. HubError("member_unknown")."""
    row = one(
        db,
        sa.select(member, seat.c.ring, seat.c.models, seat.c.noticed, seat.c.returned)
        .outerjoin(seat, seat.c.member_id == member.c.id)
        .where(member.c.id == member_id),
    )
    if row is None:
        raise HubError("member_unknown")
    keys = db.execute(
        sa.select(key.c.id, key.c.made)
        .where(key.c.member_id == member_id, key.c.revoked.is_(None))
        .order_by(key.c.made, key.c.id)
    )
    return MembershipDoc(
        id=member_id,
        name=row["name"],
        enrolled=row["enrolled"],
        ring=2 if row["ring"] is None else row["ring"],
        models=tuple(msgspec.json.decode(row["models"] or "[]")),
        keys=tuple(KeyShown(id=each.id, made=each.made) for each in keys),
        invited=invitations.invited(db, member_id),
        left=row["left"],
        noticed=row["noticed"],
        seat_returned=row["returned"],
        erased_by=exports.erased_by(db, member_id),
    )


def documents(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """Return what a house hears of its own membership."""
    return {member_id: membership(db, member_id)} if member_id in ids else {}


DOCS: Final[Mapping[str, Compose]] = {MEMBERSHIP: documents}


def rename(db: Connection, member_id: str, name: str) -> None:
    """Call a member otherwise. HubError: invalid_op, member_unknown."""
    name = name.strip()
    if not 0 < len(name) <= NAME_MAX:
        raise HubError("invalid_op", field="name")
    if not db.execute(sa.update(member).where(member.c.id == member_id).values(name=name)).rowcount:
        raise HubError("member_unknown")
    changes.tell_member(db, member_id)
    changes.tell(db, MEMBERSHIP, member_id, member_id)


def listed(db: Connection, *, name: str = "", after: str = "") -> MembersShown:
    """Return members by name, 200 at once; `name`: only those with it in theirs."""
    query = _members().order_by(member.c.id).limit(_LIST_MAX + 1)
    if name:
        query = query.where(member.c.name.icontains(name, autoescape=True))
    if after:
        query = query.where(member.c.id > after)
    rows = db.execute(query).mappings().all()
    return MembersShown(
        members=tuple(_shown(row) for row in rows[:_LIST_MAX]), more=len(rows) > _LIST_MAX
    )


def shown(db: Connection, member_id: str) -> MemberShown:
    """Return one member. HubError("member_unknown")."""
    row = db.execute(_members().where(member.c.id == member_id)).mappings().first()
    if row is None:
        raise HubError("member_unknown")
    return _shown(row)


def staff_shown(db: Connection) -> tuple[PersonShown, ...]:
    """Return the staff by name; whoever has ended too."""
    query = (
        sa.select(
            staff,
            staff_account.c.password,
            staff_account.c.issuer,
            staff_account.c.member_id,
        )
        .outerjoin(staff_account, staff_account.c.name == staff.c.name)
        .order_by(staff.c.name)
    )
    return tuple(
        PersonShown(
            name=row["name"],
            roles=tuple(row["roles"].split()),
            made=row["made"],
            revoked=row["revoked"],
            password=row["password"] is not None,
            provider=row["issuer"] is not None,
            household=row["member_id"] or "",
        )
        for row in db.execute(query).mappings()
    )


def _members() -> sa.Select[Any]:
    keys = (
        sa.select(sa.func.count())
        .where(key.c.member_id == member.c.id, key.c.revoked.is_(None))
        .scalar_subquery()
    )
    reports = sa.select(sa.func.count()).where(report.c.member_id == member.c.id).scalar_subquery()
    erased = (
        sa.select(member_request.c.due)
        .where(member_request.c.member_id == member.c.id, member_request.c.kind == Asked.ERASE)
        .scalar_subquery()
    )
    return sa.select(
        member,
        seat.c.ring,
        seat.c.returned,
        keys.label("keys"),
        reports.label("reports"),
        erased.label("erased_by"),
    ).outerjoin(seat, seat.c.member_id == member.c.id)


def _shown(row: Any) -> MemberShown:  # noqa: ANN401 - a row's mapping
    return MemberShown(
        id=row["id"],
        name=row["name"],
        enrolled=row["enrolled"],
        last_seen=row["last_seen"],
        ring=2 if row["ring"] is None else row["ring"],
        keys=row["keys"],
        reports=row["reports"],
        left=row["left"],
        seat_returned=row["returned"],
        lab=row["lab"],
        erased_by=row["erased_by"],
    )
