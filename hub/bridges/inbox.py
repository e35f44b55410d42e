"""What is heard from trackers: proposals for staff, and answers that engineers give there.

Nothing that is done there is done here by itself. Our own acts are told by the login of our token,
and what we wrote ourselves by its state; an event that is heard twice counts once.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import TEXT_MAX, ClusterState, HubError, Solution
from feedback.wire_bridges import Decide, Proposal, ProposalKind
from feedback.wire_triage import Plan, Refuse, Say
from hub import audit, clusters
from hub.bridges import outbox
from hub.bridges.base import Event, Heard
from hub.bridges.settings import Settings
from hub.rights import Right, may
from hub.store import insert_once, one
from hub.tables import cluster, staff
from hub.tables_bridges import bridge_heard, bridge_proposal, bridged

logger = logging.getLogger(__name__)

ANSWER: Final = "/answer"
_WEEK: Final = re.compile(r"\b\d{4}-W(0[1-9]|[1-4]\d|5[0-3])\b")
_NOT_PLANNED: Final = "not_planned"  # GitHub's word
_OURS: Final = uuid.UUID("7a9a2b1e-8f0c-5d3a-9c41-2f6a1f0c6b1d")  # of ids made of theirs
_LIST_MAX: Final = 200


def take(db: Connection, bridge: Settings, bot: str, events: Iterable[Event], *, now: float) -> int:
    """Hear these; returns how many were new and about a cluster."""
    return sum(_heard(db, bridge, bot, event, now=now) for event in events)


def proposals(db: Connection, *, decided: bool = False) -> tuple[Proposal, ...]:
    """Those that nobody has decided, oldest first; `decided`: the newest that somebody has."""
    of = sa.and_(
        bridged.c.bridge == bridge_proposal.c.bridge,
        bridged.c.cluster_id == bridge_proposal.c.cluster_id,
    )
    query = (
        sa.select(bridge_proposal, cluster.c.title, bridged.c.url)
        .join(cluster, cluster.c.id == bridge_proposal.c.cluster_id)
        .join(bridged, of, isouter=True)
    )
    if decided:
        query = query.where(bridge_proposal.c.decided.is_not(None))
        query = query.order_by(bridge_proposal.c.decided.desc(), bridge_proposal.c.id)
    else:
        query = query.where(bridge_proposal.c.decided.is_(None))
        query = query.order_by(bridge_proposal.c.at, bridge_proposal.c.id)
    return tuple(_shown(dict(row)) for row in db.execute(query.limit(_LIST_MAX)).mappings())


def decide(db: Connection, person: str, proposal: str, said: Decide, *, now: float) -> None:
    """Take a proposal over, or leave it: then the tracker is brought back to how it is here.

    HubError: proposal_unknown, proposal_decided, proposal_needs_week, proposal_needs_reason.
    """
    row = one(db, sa.select(bridge_proposal).where(bridge_proposal.c.id == proposal))
    if row is None:
        raise HubError("proposal_unknown")
    if row["decided"] is not None:
        raise HubError("proposal_decided", by=row["decided_by"])
    values: dict[str, Any] = {"hash": ""}  # written anew, whatever stands there
    if said.accept:
        _accept(db, person, row, said, now=now)
        values |= {"done": row["kind"] == ProposalKind.DONE}
    place = {"bridge": row["bridge"], "cluster_id": row["cluster_id"]}
    db.execute(sa.update(bridged).filter_by(**place).values(**values))
    db.execute(
        sa.update(bridge_proposal)
        .where(bridge_proposal.c.id == proposal)
        .values(decided=now, decided_by=person, accepted=said.accept)
    )
    outbox.want(db, row["bridge"], row["cluster_id"], now=now)
    detail = f"{row['bridge']} {row['kind']} {'accepted' if said.accept else 'rejected'}"
    audit.note(db, person, "proposal", row["cluster_id"], detail=detail, now=now)


def _heard(db: Connection, bridge: Settings, bot: str, event: Event, *, now: float) -> bool:
    there = one(db, sa.select(bridged).filter_by(bridge=bridge.name, number=event.number))
    if there is None or (event.by and event.by == bot):
        return False
    name = event.id
    if event.what is Heard.REOPENED:
        name = f"reopened-{event.number}-{there['hash']}"  # once for each time that we closed it
        if not there["closed"]:
            return False
    if event.what is Heard.CLOSED and there["closed"]:
        return False
    if not insert_once(db, bridge_heard, bridge=bridge.name, event=name[:200], at=now):
        return False
    if event.what is Heard.COMMENT:
        return _relay(db, bridge, there, event, now=now)
    return _propose(db, bridge, there, event, now=now)


def _propose(
    db: Connection, bridge: Settings, there: Mapping[str, Any], event: Event, *, now: float
) -> bool:
    row = one(db, sa.select(cluster).where(cluster.c.id == there["cluster_id"])) or {}
    kinds = {Heard.CLOSED: ProposalKind.DONE, Heard.REOPENED: ProposalKind.REOPEN}
    kind, detail = kinds.get(event.what, ProposalKind.PLAN), ""
    if event.what is Heard.CLOSED and event.text == _NOT_PLANNED:
        kind = ProposalKind.DECLINE
    if kind is ProposalKind.PLAN:
        found = _WEEK.search(event.text)
        detail = found.group() if found else ""
        if not detail or row.get("fix_week") == detail:
            return False
    said = {"bridge": bridge.name, "cluster_id": there["cluster_id"], "kind": kind}
    waits = sa.select(bridge_proposal.c.id).filter_by(**said, detail=detail, decided=None)
    if one(db, waits) is not None:
        return False
    made = str(uuid.uuid4())
    values = {"id": made, "detail": detail, "by": event.by[:100], "at": now, "decided_by": ""}
    db.execute(sa.insert(bridge_proposal).values(**said, **values))
    return True


def _relay(
    db: Connection, bridge: Settings, there: Mapping[str, Any], event: Event, *, now: float
) -> bool:
    """Give an engineer's comment to all reporters, in the name of that person of the staff."""
    command, _, words = event.text.strip().partition(" ")
    command, newline, rest = command.partition("\n")
    words = f"{rest}{newline and ' '}{words}".strip()
    person = bridge.people.get(event.by, "")
    if command.lower() != ANSWER or not words or not _may_answer(db, person):
        return False
    name = str(uuid.uuid5(_OURS, f"{bridge.name}/{event.id}"))
    said = Say(id=name, text=words[:TEXT_MAX], solution=Solution.WORKAROUND)
    try:
        clusters.answer(db, person, there["cluster_id"], said, now=now)
    except HubError as error:
        logger.warning("an answer from %s was not relayed: %s", bridge.name, error.code)
        return False
    return True


def _may_answer(db: Connection, person: str) -> bool:
    """Whether that is one of the staff who may answer, today."""
    query = sa.select(staff.c.roles).where(staff.c.name == person, staff.c.revoked.is_(None))
    row = one(db, query)
    return row is not None and may(row["roles"], Right.ANSWER)


def _accept(
    db: Connection, person: str, row: Mapping[str, Any], said: Decide, *, now: float
) -> None:
    name, kind = row["cluster_id"], row["kind"]
    now_there = clusters.row_of(db, name)
    if kind == ProposalKind.DECLINE:
        if not said.reason.strip():
            raise HubError("proposal_needs_reason")
        clusters.decline(db, person, name, Refuse(reason=said.reason), now=now)
    elif kind == ProposalKind.REOPEN:
        clusters.put(db, now_there, state=ClusterState.OPEN, reason="", fix_week="", fix_version="")
        clusters.not_fixed(db, now_there["id"], now=now)
    else:
        week = said.week or row["detail"] or now_there["fix_week"]
        if not week:
            raise HubError("proposal_needs_week")
        clusters.plan(db, person, name, Plan(week=week), now=now)


def _shown(row: Mapping[str, Any]) -> Proposal:
    return Proposal(
        id=row["id"],
        bridge=row["bridge"],
        cluster=row["cluster_id"],
        title=row["title"],
        kind=ProposalKind(row["kind"]),
        detail=row["detail"],
        by=row["by"],
        at=row["at"],
        url=row["url"] or "",
        accepted=row["accepted"],
        decided_by=row["decided_by"],
    )
