"""What houses ask, taken exactly once: numbers per outbox, ids per operation, keys per effect.

1. An outbox counts its operations without a hole; the hub keeps what it took under each number.
   What comes again under a taken number is answered again and done no more. Another operation
   under a taken number means that the house was set back: HubError("outbox_fork"), it starts a new
   outbox. Because the rows are kept there is no need for a chain of hashes.
2. An operation's id is unique over all outboxes: after a fork the same operation is a duplicate.
3. Effects have keys of their own: the id of a report, reply or attempt, (rule, cause, account) of
   points.

A refused operation consumes its number like any other, so it never stops those behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import PUSH_OPS, HubError, Op, OpKind, OpResult, Push, Status
from feedback.wire_signals import SignalOp
from hub import outcomes
from hub.effects import EFFECTS
from hub.members import Standing
from hub.store import insert_once, one
from hub.tables import op, outbox
from hub.valid import check_id

_KIND_MAX: Final = 32  # characters that are kept of what nobody knows
# Of these nobody is to tell whose they are: not even their hour is kept (docs/adr/0023, 0035).
_BY_DAY: Final = frozenset({OpKind.OUTCOME, SignalOp.SAMPLE, SignalOp.JOIN, SignalOp.LEAVE})


# Made once: to put a statement together takes longer than SQLite takes to do it.
_KNOWN: Final = sa.select(op).where(op.c.op_id == sa.bindparam("asked"))
_KEEP: Final = sa.insert(op)
_BOX: Final = sa.select(outbox).where(outbox.c.id == sa.bindparam("box")).with_for_update()
_SETTLE: Final = (
    sa.update(outbox).where(outbox.c.id == sa.bindparam("box")).values(acked=sa.bindparam("upto"))
)


def take(db: Connection, who: Standing, push: Push, *, now: float) -> tuple[int, list[OpResult]]:
    """Settle the operations of one push; returns (acked, results).

    HubError: bad_request (numbers or ids out of order), gap (first number above acked + 1; fact
    `acked`), outbox_fork.
    """
    _in_order(push)
    acked = _acked(db, who, push.outbox_id)
    if push.ops and push.ops[0].seq > acked + 1:
        raise HubError("gap", acked=acked)
    results = [
        _again(db, push.outbox_id, asked)
        if asked.seq <= acked
        else _first(db, who, push.outbox_id, asked, now)
        for asked in push.ops
    ]
    acked = max([acked, *(asked.seq for asked in push.ops)])
    db.execute(_SETTLE, {"box": push.outbox_id, "upto": acked})
    return acked, results


def acked_of(db: Connection, who: Standing, outbox_id: str) -> int:
    """How far this outbox is settled; 0 where nothing came of it yet."""
    query = sa.select(outbox.c.acked).where(
        outbox.c.id == outbox_id, outbox.c.member_id == who.member_id
    )
    return int(db.execute(query).scalar() or 0)


def _in_order(push: Push) -> None:
    numbers = [asked.seq for asked in push.ops]
    whole = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
    if push.v != 1 or len(push.ops) > PUSH_OPS or not whole or (numbers and numbers[0] < 1):
        raise HubError("bad_request", why="operations out of order")
    for text in (push.outbox_id, *(asked.op_id for asked in push.ops)):
        check_id(text, "bad_request")


def _acked(db: Connection, who: Standing, outbox_id: str) -> int:
    insert_once(db, outbox, id=outbox_id, member_id=who.member_id, acked=0)
    row = db.execute(_BOX, {"box": outbox_id}).mappings().first()
    if row is None or row["member_id"] != who.member_id:
        raise HubError("outbox_fork")
    return int(row["acked"])


def _again(db: Connection, outbox_id: str, asked: Op) -> OpResult:
    """Answer what was settled before."""
    query = sa.select(op).where(op.c.outbox_id == outbox_id, op.c.seq == asked.seq)
    row = one(db, query)
    if row is None:  # settled here as a duplicate of another outbox: that one's row counts
        row = one(db, sa.select(op).where(op.c.op_id == asked.op_id))
    if row is None or row["op_id"] != asked.op_id:
        raise HubError("outbox_fork")
    return _duplicate(asked, row)


def _first(db: Connection, who: Standing, outbox_id: str, asked: Op, now: float) -> OpResult:
    """Settle a new number; the operation itself may be known from another outbox."""
    row = db.execute(_KNOWN, {"asked": asked.op_id}).mappings().first()
    if row is not None and row["member_id"] == who.member_id:
        return _duplicate(asked, row)
    code = "invalid_op" if row is not None else _effect(db, who, asked, now)
    status = Status.REJECTED if code else Status.APPLIED
    if row is None:
        values = {
            "op_id": asked.op_id,
            "outbox_id": outbox_id,
            "seq": asked.seq,
            "member_id": who.member_id,
            "kind": asked.kind[:_KIND_MAX],
            "status": status,
            "code": code,
            "received": outcomes.day_of(now) if asked.kind in _BY_DAY else now,
        }
        db.execute(_KEEP, values)
    return OpResult(seq=asked.seq, op_id=asked.op_id, status=status, code=code)


def _duplicate(asked: Op, row: Mapping[str, Any] | sa.RowMapping) -> OpResult:
    status = Status.REJECTED if row["status"] == Status.REJECTED else Status.DUPLICATE
    return OpResult(seq=asked.seq, op_id=asked.op_id, status=status, code=row["code"])


def _effect(db: Connection, who: Standing, asked: Op, now: float) -> str:
    """Do what is asked, or nothing of it and return why not."""
    do = EFFECTS.get(asked.kind)
    if do is None:
        return "invalid_op"
    try:
        with db.begin_nested():
            do(db, who, asked.body, now)
    except HubError as error:
        return error.code
    except (msgspec.MsgspecError, sa.exc.DataError, OverflowError):
        return "invalid_op"  # no such message, or one that the database cannot hold
    return ""
