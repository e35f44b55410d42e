"""Seats: who has one, who is told that it goes back, who waits and in which order they are called.

A seat that goes back turns nobody out: updates stay, and whoever comes back has it again at once.
What is due is computed from stored times; `ordered` and `due` are pure.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import invitation as code_of
from feedback.wire import HubError
from hub import changes, invitations
from hub.config import Seats
from hub.invitations import Made, Wanted
from hub.store import alone, insert_once, one
from hub.tables import member
from hub.tables_accounts import seat, waiting

MEMBERSHIP: Final = "membership"
"""The entity under which a household hears how it stands."""

_DAY_S: Final = 86_400.0
_MODELS_MAX: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who would like to join."""

    key_id: str
    models: tuple[str, ...]
    medals: int
    made: float
    called: float | None = None


def ordered(those: Iterable[Waiting], needed: Sequence[str]) -> list[Waiting]:
    """Return who is called first: a needed model, then medals, then who has waited longest."""
    wanted = {model.casefold() for model in needed}

    def place(one: Waiting) -> tuple[bool, int, float, str]:
        has = any(model.casefold() in wanted for model in one.models)
        return (not has, -one.medals, one.made, one.key_id)

    return sorted(those, key=place)


def claim(db: Connection, key_id: str, *, seats: int) -> None:
    """Let a new home take a seat. HubError("no_seat"); who was called from the list has one."""
    if not seats:
        return
    alone(db, "seats")
    called = db.execute(sa.delete(waiting).where(waiting.c.key_id == key_id, _called())).rowcount
    if not called and free(db, seats) < 1:
        raise HubError("no_seat")


def free(db: Connection, seats: int) -> int:
    """Return how many seats nobody has and nobody was called for."""
    taken = (
        sa.select(sa.func.count())
        .select_from(seat.join(member, member.c.id == seat.c.member_id))
        .where(seat.c.returned.is_(None), member.c.left.is_(None), ~member.c.lab)
    )
    kept = sa.select(sa.func.count()).select_from(waiting).where(_called())
    return seats - db.execute(taken).scalar_one() - db.execute(kept).scalar_one()


def sit(db: Connection, member_id: str, *, ring: int, models: str) -> None:
    """Give a member a seat."""
    insert_once(db, seat, member_id=member_id, ring=ring, models=models)


def come_back(db: Connection, member_id: str) -> None:
    """Somebody who had left, or whose seat had gone back, is here again."""
    here = sa.and_(member.c.id == member_id, member.c.left.is_not(None))
    db.execute(sa.update(member).where(here).values(left=None))
    seen(db, member_id)


def seen(db: Connection, member_id: str) -> None:
    """A member is here: no notice, and the seat is theirs, whether one is free or not."""
    gone = sa.or_(seat.c.noticed.is_not(None), seat.c.returned.is_not(None))
    here = sa.and_(seat.c.member_id == member_id, gone)
    if db.execute(sa.update(seat).where(here).values(noticed=None, returned=None)).rowcount:
        changes.tell(db, MEMBERSHIP, member_id, member_id)


def leave(db: Connection, member_id: str, *, now: float) -> None:
    """A member leaves: the seat is free, nothing else changes."""
    here = sa.and_(member.c.id == member_id, member.c.left.is_(None))
    db.execute(sa.update(member).where(here).values(left=now))
    changes.tell(db, MEMBERSHIP, member_id, member_id)


def return_silent(db: Connection, settings: Seats, *, now: float) -> tuple[int, int]:
    """Tell those who are silent that their seat goes back; take it back of those told long ago.

    Returns how many were told and how many seats went back.
    """
    told = _mark(db, seat.c.noticed, now - settings.notice_days * _DAY_S, now)
    back = _mark(db, seat.c.returned, now - settings.return_days * _DAY_S, now)
    return told, back


def _mark(db: Connection, column: sa.Column[Any], before: float, now: float) -> int:
    silent = sa.select(member.c.id).where(
        sa.func.coalesce(member.c.last_seen, member.c.enrolled) <= before,
        member.c.left.is_(None),
        ~member.c.lab,
    )
    here = sa.and_(column.is_(None), seat.c.member_id.in_(silent))
    ids = list(db.execute(sa.select(seat.c.member_id).where(here)).scalars())
    db.execute(sa.update(seat).where(here).values({column: now}))
    for member_id in ids:
        changes.tell(db, MEMBERSHIP, member_id, member_id)
    return len(ids)


# --- the waiting list ----------------------------------------------------------------------------


def wait(
    db: Connection, key_id: str, public: str, models: Sequence[str], *, medals: int, now: float
) -> None:
    """Put somebody on the list, or note which models they have now."""
    if len(models) > _MODELS_MAX or any(len(model) > 64 for model in models):  # noqa: PLR2004
        raise HubError("invalid_op", field="models")
    said = msgspec.json.encode(list(models)).decode()
    new = insert_once(
        db, waiting, key_id=key_id, public=public, models=said, medals=medals, made=now
    )
    if not new:
        db.execute(sa.update(waiting).where(waiting.c.key_id == key_id).values(models=said))


def waits(db: Connection) -> list[Waiting]:
    """Return all who wait, in no order."""
    return [
        Waiting(
            key_id=row["key_id"],
            models=tuple(msgspec.json.decode(row["models"])),
            medals=row["medals"],
            made=row["made"],
            called=row["called"],
        )
        for row in db.execute(sa.select(waiting)).mappings()
    ]


def call_next(db: Connection, secret: bytes, settings: Seats, *, now: float) -> list[str]:
    """Call as many of the list as there are seats free; returns their keys.

    Who was called and did not come loses the place.
    """
    alone(db, "seats")
    late = sa.and_(_called(), waiting.c.called < now - settings.call_days * _DAY_S)
    db.execute(sa.delete(waiting).where(late))
    room = free(db, settings.seats) if settings.seats else 0  # without a number nobody is called
    those = [one for one in waits(db) if one.called is None]
    chosen = ordered(those, settings.needed_models)[: max(0, room)]
    for each in chosen:
        made = Made(id=each.key_id, code=code_for(secret, each.key_id, now))
        wanted = Wanted(lasts=settings.call_days * _DAY_S, batch="waiting list", models=each.models)
        invitations.keep(db, secret, made, wanted, now=now)
        db.execute(sa.update(waiting).where(waiting.c.key_id == each.key_id).values(called=now))
    return [each.key_id for each in chosen]


def code_for(secret: bytes, key_id: str, called: float) -> str:
    """Return the code of somebody who was called: made anew each time, so it is nowhere kept."""
    said = f"waiting {key_id} {called!r}".encode()
    digest = hmac.new(secret, said, hashlib.sha256).digest()
    return code_of.of_number(int.from_bytes(digest[:10]))


def place_of(db: Connection, key_id: str, needed: Sequence[str]) -> tuple[int, int, float | None]:
    """Return (place from 1, of how many, when called). HubError("not_waiting")."""
    row = one(db, sa.select(waiting).where(waiting.c.key_id == key_id))
    if row is None:
        raise HubError("not_waiting")
    those = ordered((each for each in waits(db) if each.called is None), needed)
    names = [each.key_id for each in those]
    return (names.index(key_id) + 1 if key_id in names else 0, len(names), row["called"])


def _called() -> sa.ColumnElement[bool]:
    return waiting.c.called.is_not(None)
