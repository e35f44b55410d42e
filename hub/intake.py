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

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import (
    PUSH_OPS,
    TEXT_MAX,
    TITLE_MAX,
    ConfirmFix,
    CreateReply,
    CreateReport,
    DeviceFacts,
    HubError,
    HubState,
    Kind,
    Op,
    OpKind,
    OpResult,
    Push,
    Status,
)
from hub import changes, ledger, outcomes
from hub.members import Standing
from hub.store import insert_once, one, op, outbox, reply, report


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
    db.execute(sa.update(outbox).where(outbox.c.id == push.outbox_id).values(acked=acked))
    return acked, results


def acked_of(db: Connection, who: Standing, outbox_id: str) -> int:
    """How far this outbox is settled; 0 where nothing came of it yet."""
    query = sa.select(outbox.c.acked).where(
        outbox.c.id == outbox_id, outbox.c.member_id == who.member_id
    )
    return int(db.execute(query).scalar() or 0)


def check_id(text: str, code: str = "invalid_op") -> None:
    """Return where `text` is a UUID in its usual writing; HubError(code) where not."""
    try:
        if str(uuid.UUID(text)) == text:
            return
    except ValueError:
        pass
    raise HubError(code, why="not an id")


def _in_order(push: Push) -> None:
    numbers = [asked.seq for asked in push.ops]
    whole = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
    if push.v != 1 or len(push.ops) > PUSH_OPS or not whole or (numbers and numbers[0] < 1):
        raise HubError("bad_request", why="operations out of order")
    for text in (push.outbox_id, *(asked.op_id for asked in push.ops)):
        check_id(text, "bad_request")


def _acked(db: Connection, who: Standing, outbox_id: str) -> int:
    insert_once(db, outbox, id=outbox_id, member_id=who.member_id, acked=0)
    row = one(db, sa.select(outbox).where(outbox.c.id == outbox_id).with_for_update())
    if row is None or row["member_id"] != who.member_id:
        raise HubError("outbox_fork")
    return int(row["acked"])


def _again(db: Connection, outbox_id: str, asked: Op) -> OpResult:
    """Answer what was settled before."""
    query = sa.select(op).where(op.c.outbox_id == outbox_id, op.c.seq == asked.seq)
    row = one(db, query)
    if row is None or row["op_id"] != asked.op_id:
        raise HubError("outbox_fork")
    return _duplicate(asked, row)


def _first(db: Connection, who: Standing, outbox_id: str, asked: Op, now: float) -> OpResult:
    """Settle a new number; the operation itself may be known from another outbox."""
    row = one(db, sa.select(op).where(op.c.op_id == asked.op_id))
    if row is not None and row["member_id"] == who.member_id:
        return _duplicate(asked, row)
    code = "invalid_op" if row is not None else _effect(db, who, asked, now)
    status = Status.REJECTED if code else Status.APPLIED
    if row is None:
        db.execute(
            sa.insert(op).values(
                op_id=asked.op_id,
                outbox_id=outbox_id,
                seq=asked.seq,
                member_id=who.member_id,
                kind=asked.kind,
                status=status,
                code=code,
                received=outcomes.day_of(now) if asked.kind == OpKind.OUTCOME else now,
            )
        )
    return OpResult(seq=asked.seq, op_id=asked.op_id, status=status, code=code)


def _duplicate(asked: Op, row: dict[str, Any]) -> OpResult:
    status = Status.REJECTED if row["status"] == Status.REJECTED else Status.DUPLICATE
    return OpResult(seq=asked.seq, op_id=asked.op_id, status=status, code=row["code"])


def _effect(db: Connection, who: Standing, asked: Op, now: float) -> str:
    """Do what is asked, or nothing of it and return why not."""
    do = _EFFECTS.get(asked.kind)
    if do is None:
        return "invalid_op"
    try:
        with db.begin_nested():
            do(db, who, asked.body, now)
    except HubError as error:
        return error.code
    except msgspec.MsgspecError:
        return "invalid_op"
    return ""


def _create_report(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=CreateReport)
    payload = bytes(body)
    check_id(asked.id)
    _length(asked.title, TITLE_MAX)
    _length(asked.text, TEXT_MAX, least=0)
    new = insert_once(
        db,
        report,
        id=asked.id,
        member_id=who.member_id,
        state=HubState.RECEIVED,
        kind=asked.kind,
        title=asked.title,
        text=asked.text,
        device=asked.device[:64],
        facts=msgspec.json.encode(asked.facts).decode(),
        made=asked.made,
        received=now,
        payload=payload,
        payload_sha256=hashlib.sha256(payload).hexdigest(),
        seen_by="",
        fix_week="",
        fix_version="",
        reason="",
        version=0,
    )
    if not new:
        raise HubError("id_taken")
    changes.tell_report(db, asked.id)


def _create_reply(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=CreateReply)
    _own(db, who, asked.report)
    check_id(asked.id)
    _length(asked.text, TEXT_MAX)
    new = insert_once(
        db,
        reply,
        id=asked.id,
        report_id=asked.report,
        author=who.name,
        staff=False,
        at=now,
        text=asked.text,
    )
    if not new:
        raise HubError("id_taken")
    changes.tell_report(db, asked.report)


def _confirm(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """The tester says whether the fix of that week works on the device.

    Points need a device that runs another version than the one the report was about.
    """
    asked = msgspec.json.decode(body, type=ConfirmFix)
    row = _own(db, who, asked.report)
    if not row["fix_week"]:
        raise HubError("no_fix")
    if row["fix_week"] != asked.week:
        raise HubError("fix_changed")
    state = HubState.CONFIRMED if asked.fixed else HubState.NOT_FIXED
    db.execute(sa.update(report).where(report.c.id == asked.report).values(state=state))
    facts = msgspec.json.decode(row["facts"], type=DeviceFacts)
    if asked.fixed and row["device"] and asked.version not in {"", facts.version}:
        paid = ledger.pay(db, "fix_confirmed_on_device", asked.report, who.member_id, now=now)
        if row["kind"] == Kind.PROBLEM:
            paid += ledger.pay(db, "bug_confirmed", asked.report, who.member_id, now=now)
        if paid:
            changes.tell_member(db, who.member_id)
    changes.tell_report(db, asked.report)


def _void(_db: Connection, _who: Standing, _body: msgspec.Raw, _now: float) -> None:
    """Only its number is taken."""


_EFFECTS: Final[dict[str, Callable[[Connection, Standing, msgspec.Raw, float], None]]] = {
    OpKind.REPORT: _create_report,
    OpKind.REPLY: _create_reply,
    OpKind.CONFIRM: _confirm,
    OpKind.OUTCOME: outcomes.take,
    OpKind.VOID: _void,
}


def _own(db: Connection, who: Standing, report_id: str) -> dict[str, Any]:
    query = sa.select(report).where(report.c.id == report_id, report.c.member_id == who.member_id)
    row = one(db, query)
    if row is None:
        raise HubError("report_unknown")
    return row


def _length(text: str, most: int, *, least: int = 1) -> None:
    if not least <= len(text.strip()) or len(text) > most:
        raise HubError("invalid_op")
