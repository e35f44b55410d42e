"""Into which cluster a report goes when it comes, and what that begins.

By itself it joins only what has exactly its signature, on the same family of models, and waits for
an end; or what its author says it is one more case of. Words, however similar, join nothing. Else
it has a cluster of its own, and the makers' clocks begin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import ClockName, ClusterState, CreateReport, HubError
from hub import awards, promises, teams
from hub.changes import tell
from hub.signatures import family_of, signature_of
from hub.store import insert_once, one
from hub.tables import cluster, report
from hub.tables_triage import proof, stale, week_line
from hub.valid import check_id

ENTITY = "cluster"

# Made once, since every report comes here.
_ALIKE: Final = (
    sa.select(cluster)
    .where(cluster.c.signature == sa.bindparam("signature"), cluster.c.invalid.is_(sa.false()))
    .order_by(cluster.c.made, cluster.c.id)
)
_KNOWN: Final = (
    sa.select(cluster.c.signature, cluster.c.public, proof.c.at)
    .outerjoin(proof, proof.c.cluster_id == cluster.c.id)
    .where(cluster.c.id == sa.bindparam("cluster"))
)
_THIS, _BEFORE = report.alias("this"), report.alias("before")
_OTHER: Final = (
    sa.select(_BEFORE.c.id)
    .join(_THIS, _THIS.c.member_id == _BEFORE.c.member_id)
    .where(_THIS.c.id == sa.bindparam("report"), _BEFORE.c.id != _THIS.c.id)
    .where(_BEFORE.c.cluster_id == _THIS.c.cluster_id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report goes."""

    cluster_id: str
    signature: str
    me_too: bool = False  # its author said so
    new: bool = False


def place(db: Connection, asked: CreateReport, *, now: float) -> Place:
    """Find or make the cluster of a report that is about to be kept."""
    signature = signature_of(asked)
    if asked.cluster and (found := _named(db, asked.cluster)):
        return Place(found, signature, me_too=True)
    if signature and (found := _alike(db, asked, signature)):
        return Place(found, signature)
    _make(db, asked, signature, now)
    return Place(asked.id, signature, new=True)


def joined(db: Connection, where: Place, asked: CreateReport, *, now: float) -> None:
    """Do what follows from a report that was kept."""
    if where.new:
        return
    if asked.safety:
        row = one(db, sa.select(cluster).where(cluster.c.id == where.cluster_id))
        if row is not None and not row["safety"]:
            danger(db, row, now=now)
    promises.go_on(db, where.cluster_id, now=now)
    known = db.execute(_KNOWN, {"cluster": where.cluster_id}).one()
    # Not yet confirmed, and by a household that had not said so before: else nothing follows.
    if known.signature and known.at is None and not _said_before(db, asked.id):
        awards.seen_again(db, where.cluster_id, now=now)
    if known.public:
        insert_once(db, stale, cluster_id=where.cluster_id)


def _said_before(db: Connection, report_id: str) -> bool:
    """Whether its household has another report in the same cluster."""
    return db.execute(_OTHER, {"report": report_id}).first() is not None


def danger(db: Connection, row: dict[str, object], *, now: float) -> None:
    """Treat it as dangerous from now on: around the clock, and the public is to be told."""
    name = str(row["id"])
    db.execute(sa.update(cluster).where(cluster.c.id == name).values(safety=True))
    promises.change_hours(db, name, str(row["team"]), around=True, now=now)
    if not promises.owed(db, name, ClockName.NOTICE):
        promises.begin(db, name, ClockName.NOTICE, now=now)


def tell_moved(db: Connection) -> None:
    """Tell houses of everything whose numbers moved since the last time."""
    for name in db.execute(sa.select(stale.c.cluster_id)).scalars().all():
        tell(db, ENTITY, name)
    db.execute(sa.delete(stale))


def waits(db: Connection, row: Mapping[str, Any]) -> bool:
    """Open, known, or a fix that is not out yet: what comes after it is not mended, or another."""
    if row["state"] == ClusterState.OPEN or (row["state"] == ClusterState.CLOSED and row["rule"]):
        return True
    out = sa.select(week_line.c.week).where(week_line.c.cluster_id == row["id"])
    return row["state"] == ClusterState.PLANNED and db.execute(out).first() is None


def _named(db: Connection, cluster_id: str) -> str:
    """The published cluster of this name, or where it went; "" where there is none."""
    try:
        check_id(cluster_id)
    except HubError:
        return ""
    row = one(db, sa.select(cluster).where(cluster.c.id == cluster_id))
    if row is None:
        return ""
    top = one(db, sa.select(cluster).where(cluster.c.id == promises.root(db, cluster_id)))
    fits = top is not None and (row["public"] or top["public"]) and not top["invalid"]
    return str(top["id"]) if top is not None and fits else ""


def _alike(db: Connection, asked: CreateReport, signature: str) -> str:
    """The oldest cluster with this signature and family that waits for an end; "" for none."""
    family = family_of(asked.facts.vendor, asked.facts.model)
    for row in db.execute(_ALIKE, {"signature": signature}).mappings().all():
        if family_of(row["vendor"], row["model"]) != family:
            continue
        top: Mapping[str, Any] | None = dict(row)
        if row["merged_into"] is not None:
            top = one(db, sa.select(cluster).where(cluster.c.id == promises.root(db, row["id"])))
        if top is not None and waits(db, top):
            return str(top["id"])
    return ""


def _make(db: Connection, asked: CreateReport, signature: str, now: float) -> None:
    vendor, model = asked.facts.vendor[:64], asked.facts.model[:64]
    team = teams.team_for(teams.listed(db), vendor, model)
    safety = bool(asked.safety)
    db.execute(
        sa.insert(cluster).values(
            id=asked.id,
            title=asked.title,
            kind=asked.kind,
            vendor=vendor,
            model=model,
            component=signature.partition(":")[0][:64],
            signature=signature,
            state=ClusterState.OPEN,
            made=now,
            severity="",
            safety=safety,
            team=team.name if team else "",
            seen_by="",
            owner=team.people[0] if team else "",
            fix_week="",
            fix_version="",
            reason="",
            public=False,
            words="",
            rule="",
            invalid=False,
        )
    )
    name = team.name if team else ""
    promises.start(db, asked.id, asked.kind, name, safety=safety, now=now)
