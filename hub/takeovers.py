"""A named person takes over what a household had to come back for three times."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import changes, triage
from hub.store import insert_once, one
from hub.tables import cluster
from hub.tables_signals import takeover
from hub.thermometer_rule import Contact

HIGHEST: Final = "critical"
"""The severity from which on clocks run around the clock."""

_SEVERE: Final = (HIGHEST, "security")


def take(db: Connection, member_id: str, contact: Contact, *, now: float) -> bool:
    """Give the cluster of a third contact to a person and start its second clock anew; once."""
    row = one(db, sa.select(cluster).where(cluster.c.id == contact.cluster))
    if row is None:
        return False
    person = person_for(db, row)
    new = insert_once(
        db,
        takeover,
        member_id=member_id,
        cluster_id=contact.cluster,
        report_id=contact.report,
        at=contact.at,
        noticed=now,
        person=person,
    )
    if not new:
        return False
    severity = row["severity"] if row["severity"] in _SEVERE else HIGHEST
    db.execute(
        sa.update(cluster)
        .where(cluster.c.id == contact.cluster)
        .values(owner=person or row["owner"], owned=now, solved=None, severity=severity)
    )
    detail = f"three contacts of one household; {person or 'nobody'} takes over"
    triage.note(db, "", "takeover", contact.cluster, detail=detail, now=now)
    changes.tell_report(db, contact.report)
    return True


def person_for(_db: Connection, row: dict[str, object]) -> str:
    """Who takes over: the next of the team after whoever had it."""
    return str(row["owner"])
