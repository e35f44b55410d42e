"""What the hub tidies up by itself, whatever its rooms do: spent nonces, the order of outcomes."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.app import Hub
from hub.jobs import Job
from hub.members import NONCE_S
from hub.tables import nonce, outcome

_DAY_S: Final = 86_400.0
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


def _mix(db: Connection, since: int) -> None:
    lately = sa.select(outcome).where(outcome.c.day >= since).order_by(outcome.c.attempt)
    rows = [dict(row) for row in db.execute(lately).mappings()]
    if rows:
        db.execute(sa.delete(outcome).where(outcome.c.day >= since))
        db.execute(sa.insert(outcome), rows)


JOBS: Final = (
    Job(name="nonces", every_s=60.0, run=forget_nonces),
    Job(name="mix outcomes", every_s=_DAY_S, run=mix_outcomes),
)
