"""What the hub tidies up by itself: spent nonces, the order of outcomes, copies that are old."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import before
from hub.app import Hub
from hub.jobs import Job
from hub.members import NONCE_S
from hub.tables import nonce, outcome

_DAY_S: Final = 86_400.0
_ERASED_DAYS: Final = 30  # what a member is promised
_MIXED_DAYS: Final = 3  # older ones were mixed before


def forget_nonces(hub: Hub, now: float) -> None:
    """Forget those that are refused by their time; not at each request, where all would meet."""
    hub.store.run(lambda db: db.execute(sa.delete(nonce).where(nonce.c.at < now - NONCE_S)))


def mix_outcomes(hub: Hub, now: float) -> None:
    """Lay the outcomes of the last days down anew, in the order of their random names.

    PostgreSQL appends rows, and each says which transaction it came with: side by side with the
    operations, that would tell whose they are. SQLite keeps this table by its key alone
    (docs/adr/0023).
    """
    if hub.store.engine.dialect.name == "postgresql":
        hub.store.run(lambda db: _mix(db, int(now // _DAY_S) - _MIXED_DAYS))


def forget_copies(hub: Hub, now: float) -> None:
    """Take away copies of before a change in time: an erased member may be in them.

    They were made before the rows were erased, so what is left of the thirty days is theirs.
    """
    days = max(1, _ERASED_DAYS - hub.config.rights.erase_after_days)
    before.forget(hub.settings.data, now - days * _DAY_S)


def _mix(db: Connection, since: int) -> None:
    lately = sa.select(outcome).where(outcome.c.day >= since).order_by(outcome.c.attempt)
    rows = [dict(row) for row in db.execute(lately).mappings()]
    if rows:
        db.execute(sa.delete(outcome).where(outcome.c.day >= since))
        db.execute(sa.insert(outcome), rows)


JOBS: Final = (
    Job(name="nonces", every_s=60.0, run=forget_nonces),
    Job(name="old copies", every_s=_DAY_S, run=forget_copies),
    Job(name="mix outcomes", every_s=_DAY_S, run=mix_outcomes),
)
