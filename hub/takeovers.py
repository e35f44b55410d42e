"""A named person takes over what a household had to come back for three times.

The next of the team after whoever had it is asked, and a first solution is promised anew, around
the clock: what ran out before stays a breach.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection

from feedback.wire import ClockName
from feedback.wire_triage import Severity
from hub import audit, changes, clusters, persons, promises
from hub.store import insert_once
from hub.tables_signals import takeover
from hub.thermometer_rule import Contact

_SEVERE: Final = (Severity.CRITICAL, Severity.SECURITY)


def take(db: Connection, member_id: str, contact: Contact, *, now: float) -> bool:
    """Give the cluster of a third contact to a person and start its second clock anew; once."""
    row = clusters.row_of(db, contact.cluster)
    person = persons.after(db, row["team"], row["owner"])
    new = insert_once(
        db,
        takeover,
        member_id=member_id,
        cluster_id=row["id"],
        report_id=contact.report,
        at=contact.at,
        noticed=now,
        person=person,
    )
    if not new:
        return False
    if not promises.always(row["severity"], safety=row["safety"]):
        promises.change_hours(db, row["id"], row["team"], around=True, now=now)
    promises.drop(db, row["id"], (ClockName.SOLUTION,), now=now)
    promises.begin(db, row["id"], ClockName.SOLUTION, now=now, around=True)
    severity = row["severity"] if row["severity"] in _SEVERE else Severity.CRITICAL
    clusters.put(db, row, owner=person, owned=None, severity=severity)
    detail = f"three contacts of one household; {person or 'nobody'} takes over"
    audit.note(db, "", "takeover", row["id"], detail=detail, now=now)
    changes.tell_report(db, contact.report)
    return True
