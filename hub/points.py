"""Points around the books: what vests by itself, checkpoints, and the words of checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_points import Awarded, Checkpoint, GiveAward
from fleet.model import WeekId
from hub import audit, changes, ledger, sessions
from hub.app import Hub
from hub.jobs import Job
from hub.store import insert_once
from hub.tables_points import checkpoint
from hub.valid import check_text

ENTITY: Final = "checkpoint"
STATEMENT: Final = "statement"


def make_checkpoint(db: Connection, week: str, *, now: float) -> Checkpoint:
    """Note how the books stand for this week's release, once; asked again, the same answer.

    HubError("invalid_op") where there is no such week.
    """
    try:
        week = str(WeekId.parse(week))
    except ValueError as error:
        raise HubError("invalid_op", field="week") from error
    made = ledger.checkpoint(db, week, now=now)
    insert_once(db, checkpoint, **msgspec.structs.asdict(made))
    changes.tell(db, ENTITY, week)
    found = documents(db, [week], changes.PUBLIC)[week]
    assert isinstance(found, Checkpoint)  # noqa: S101 - it was inserted above
    return found


def give(db: Connection, staff: str, said: GiveAward, *, now: float) -> Awarded:
    """Pay what a person says is due, by a rule that is given by hand; never to their own home.

    HubError: invalid_op (no such rule, no cause, no reason), member_unknown, own_household.
    """
    rule = ledger.rules().rules.get(said.rule)
    if rule is None or not rule.by_hand:
        raise HubError("invalid_op", field="rule")
    check_text(said.cause, "cause", most=64)
    check_text(said.why, "why")
    sessions.refuse_own(db, staff, {said.member})
    paid = ledger.pay(db, said.rule, said.cause, said.member, now=now, by=staff)
    if paid:
        audit.note(db, staff, "award", said.member, detail=f"{said.rule}: {said.why}", now=now)
    return Awarded(points=paid)


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, msgspec.Struct]:
    """Checkpoints, as everybody may keep them."""
    rows = db.execute(sa.select(checkpoint).where(checkpoint.c.id.in_(ids))).mappings()
    return {row["id"]: Checkpoint(**row) for row in rows}


def statements(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """A member's own account, under its id."""
    return {member_id: ledger.statement(db, member_id)} if member_id in ids else {}


def _vest(hub: Hub, now: float) -> None:
    with hub.store.write() as db:
        ledger.vest(db, now=now)


JOBS: Final = (Job(name="vest", every_s=600.0, run=_vest),)
DOCS: Final[Mapping[str, changes.Compose]] = {ENTITY: documents, STATEMENT: statements}
