"""Clusters as every house may hear of them: words of staff, numbers from five households on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import ClusterState, Kind
from feedback.wire_triage import LEAST_HOMES, ClusterDoc, PublicWords, Rule, Severity
from hub.tables import cluster, report
from hub.tables_triage import week, week_line


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, msgspec.Struct]:
    """Published clusters; what was merged, taken back or is none is gone."""
    query = sa.select(cluster).where(
        cluster.c.id.in_(ids),
        cluster.c.public,
        cluster.c.invalid.is_(sa.false()),
        cluster.c.state != ClusterState.MERGED,
    )
    rows = [dict(row) for row in db.execute(query).mappings()]
    homes, out = households(db, ids), released(db, ids)
    return {
        row["id"]: ClusterDoc(
            id=row["id"],
            kind=Kind(row["kind"]),
            state=ClusterState(row["state"]),
            vendor=row["vendor"],
            model=row["model"],
            component=row["component"],
            words=words_of(row),
            made=row["made"],
            severity=Severity(row["severity"]),
            safety=row["safety"],
            rule=rule_of(row),
            fix_week=row["fix_week"],
            fix_version=row["fix_version"],
            released=out.get(row["id"]),
            reason=row["reason"],
            households=homes.get(row["id"], 0),
        )
        for row in rows
    }


def words_of(row: Mapping[str, Any]) -> dict[str, PublicWords]:
    """A cluster's words for the public, by language."""
    return msgspec.json.decode(row["words"] or "{}", type=dict[str, PublicWords])


def rule_of(row: Mapping[str, Any]) -> Rule | None:
    """Whom a known issue concerns; None where it is none."""
    return msgspec.json.decode(row["rule"], type=Rule) if row["rule"] else None


def households(db: Connection, ids: Collection[str], least: int = LEAST_HOMES) -> dict[str, int]:
    """How many households are in each cluster, of those that have at least `least`."""
    count = sa.func.count(sa.distinct(report.c.member_id))
    query = (
        sa.select(report.c.cluster_id, count)
        .where(report.c.cluster_id.in_(ids))
        .group_by(report.c.cluster_id)
        .having(count >= least)
    )
    return {name: int(number) for name, number in db.execute(query).all()}


def released(db: Connection, ids: Collection[str]) -> dict[str, float]:
    """Since when the week that mends a cluster is out, of those for which it is."""
    query = (
        sa.select(week_line.c.cluster_id, sa.func.min(week.c.published))
        .join(week, week.c.week == week_line.c.week)
        .where(week_line.c.cluster_id.in_(ids))
        .group_by(week_line.c.cluster_id)
    )
    return {name: float(at) for name, at in db.execute(query).all()}
