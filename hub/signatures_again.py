"""Works signatures out anew after their rules were changed, and joins what is one by them.

Page by page, so that nobody waits long for the database. Last come the clusters: each has the
signature of its first report, and what nobody has touched yet goes into the oldest that waits for
an end and has the same; such a merge has its history and can be undone like any other.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import ClusterState, CreateReport
from feedback.wire_triage import Merge, Rerun
from hub import audit, joining, moves
from hub.signatures import family_of, rules, signature_of
from hub.tables import cluster, reply, report

_PAGE: Final = 500


def page(db: Connection, staff: str, after: str, *, now: float) -> Rerun:
    """Do one page of reports behind the one called `after`; behind the last, the clusters."""
    query = sa.select(report.c.id, report.c.payload, report.c.signature)
    query = query.where(report.c.id > after).order_by(report.c.id).limit(_PAGE)
    rows = db.execute(query).mappings().all()
    changed = sum(_one(db, dict(row)) for row in rows)
    if len(rows) == _PAGE:
        return Rerun(
            version=rules().version, reports=_PAGE, changed=changed, merged=0, after=rows[-1]["id"]
        )
    _name(db)
    merged = _join(db, staff, now)
    audit.note(db, staff, "signatures", str(rules().version), detail=f"{merged} merged", now=now)
    return Rerun(version=rules().version, reports=len(rows), changed=changed, merged=merged)


def _one(db: Connection, row: dict[str, Any]) -> bool:
    try:
        found = signature_of(msgspec.json.decode(row["payload"], type=CreateReport))
    except msgspec.MsgspecError:
        return False  # of a former protocol
    if found == row["signature"]:
        return False
    db.execute(sa.update(report).where(report.c.id == row["id"]).values(signature=found))
    return True


def _name(db: Connection) -> None:
    """Give each cluster the signature of its first report, unless the reports do not agree."""
    query = sa.select(report.c.cluster_id, report.c.signature, report.c.me_too)
    found: dict[str, set[str]] = defaultdict(set)
    for name, signature, me_too in db.execute(query).all():
        if not me_too:
            found[name].add(signature)
    for name, every in found.items():
        if len(every) == 1:
            values = {"signature": next(iter(every))}
            which = (cluster.c.id == name, cluster.c.signature != values["signature"])
            db.execute(sa.update(cluster).where(*which).values(**values))


def _join(db: Connection, staff: str, now: float) -> int:
    """Merge what nobody has touched into what has the same signature and family."""
    query = (
        sa.select(cluster)
        .where(cluster.c.signature != "", cluster.c.state != ClusterState.MERGED)
        .where(cluster.c.invalid.is_(sa.false()))
        .order_by(cluster.c.made, cluster.c.id)
    )
    alike: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for found in db.execute(query).mappings():
        family = family_of(found["vendor"], found["model"])
        alike[found["signature"], family].append(dict(found))
    spoken = set(db.execute(sa.select(reply.c.cluster_id, reply.c.report_id)).scalars())
    merged = 0
    for rows in alike.values():
        kept = next((row for row in rows if joining.waits(db, row)), None)
        for row in rows:
            if kept is not None and row["id"] != kept["id"] and _untouched(row, spoken):
                said = Merge(id=str(uuid.uuid4()), into=kept["id"])
                moves.merge(db, staff, row["id"], said, by_rule=True, now=now)
                merged += 1
    return merged


def _untouched(row: dict[str, Any], spoken: set[str]) -> bool:
    """Nobody has taken it on, said anything to it, or published it."""
    quiet = row["owned"] is None and row["answered"] is None and not row["public"]
    return row["state"] == ClusterState.OPEN and quiet and row["id"] not in spoken
