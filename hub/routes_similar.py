"""Endpoints of similar problems: for members what is public, for staff what reports say too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.similar import About, Likeness, Text
from feedback.wire import ClusterState, HubError
from feedback.wire_similar import (
    AskSimilar,
    SimilarCluster,
    SimilarClusters,
    StaffSimilar,
    StaffSimilars,
)
from hub import similar
from hub.http import Call, Endpoint, Who
from hub.jobs import Job
from hub.rights import Right
from hub.store import one
from hub.tables import cluster

if TYPE_CHECKING:
    from hub.app import Hub

_FOR_MEMBERS: Final = 5
_FOR_STAFF: Final = 10


def for_member(call: Call[AskSimilar]) -> SimilarClusters:
    """Find public problems like what a member began to write."""
    call.hub.similar.take(call.member.key_id, now=call.now)
    about = About(model=call.said.model, version=call.said.version, at=call.now)
    asked = Text(id="", title=call.said.title, text=call.said.text, about=about)
    hits = call.hub.finding.find(call.db, similar.PUBLIC, asked, limit=_FOR_MEMBERS, now=call.now)
    found = _rows(call.db, hits)
    return SimilarClusters(
        clusters=tuple(
            SimilarCluster(
                id=hit.id,
                state=ClusterState(found[hit.id]["state"]),
                words=similar.words_of(found[hit.id]),
                score=hit.score,
                model=found[hit.id]["model"],
                fix_week=found[hit.id]["fix_week"],
            )
            for hit in hits
            if hit.id in found and found[hit.id]["public"]  # unless it has just been taken back
        )
    )


def for_staff(call: Call[None]) -> StaffSimilars:
    """Find clusters like this one. HubError("cluster_unknown")."""
    row = one(call.db, sa.select(cluster).where(cluster.c.id == call.path["id"]))
    if row is None:
        raise HubError("cluster_unknown", id=call.path["id"])
    asked = similar.text_of(call.db, row["id"])
    limit = _FOR_STAFF + 1  # it is like itself
    hits = call.hub.finding.find(call.db, similar.STAFF, asked, limit=limit, now=call.now)
    others = [hit for hit in hits if hit.id != row["id"]][:_FOR_STAFF]
    found = _rows(call.db, others)
    return StaffSimilars(
        clusters=tuple(_shown(found[hit.id], hit) for hit in others if hit.id in found)
    )


def keep(hub: Hub, now: float) -> None:
    """Follow the database, and compare a part of all of it."""
    for kind in (similar.PUBLIC, similar.STAFF):
        with hub.store.read() as db:
            hub.finding.follow(db, kind, now=now)
            hub.finding.compare(db, kind, now=now)


def _rows(db: Connection, hits: Iterable[Likeness]) -> dict[str, Mapping[str, Any]]:
    known = sa.and_(
        cluster.c.id.in_([hit.id for hit in hits]), cluster.c.state != ClusterState.MERGED
    )
    return {row["id"]: dict(row) for row in db.execute(sa.select(cluster).where(known)).mappings()}


def _shown(row: Mapping[str, Any], hit: Likeness) -> StaffSimilar:
    return StaffSimilar(
        id=hit.id,
        title=row["title"],
        state=ClusterState(row["state"]),
        vendor=row["vendor"],
        model=row["model"],
        component=row["component"],
        score=hit.score,
    )


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="/v1/similar",
        work=for_member,
        who=Who.MEMBER,
        asks=AskSimilar,
        says=SimilarClusters,
        summary="Public problems like what a member begins to write",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/clusters/{id}/similar",
        work=for_staff,
        who=Right.READ,
        says=StaffSimilars,
        summary="Clusters like this one; nothing is merged by it",
    ),
)
STATUS: Final[Mapping[str, int]] = {}
JOBS: Final = (Job(name="similar", every_s=60.0, run=keep),)
