"""What staff do with a cluster: say, ask, take on, plan, decline, publish; everybody in it hears.

An act of a person meets the promises it keeps, of this cluster and of all that was merged into it;
nothing that runs by itself comes here. What is asked of a cluster that was merged is done with the
one it went into. Every act is audited under the cluster's id.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import wire_triage as wire
from feedback.wire import ClockName, ClusterState, HubError, Kind, Solution
from fleet.model import WeekId
from hub import audit, awards, changes, joining, promises, sessions, teams
from hub.store import insert_once, one
from hub.tables import cluster, reply, report
from hub.tables_triage import breach, excuse
from hub.valid import check_text

NAMED: Final = (ClockName.NAMED,)
SOLVED: Final = (ClockName.SOLUTION,)
CLOSED: Final = (ClockName.SOLUTION, ClockName.CLOSED)

Row = Mapping[str, Any]


def row_of(db: Connection, cluster_id: str) -> dict[str, Any]:
    """The cluster, or the one it was merged into at last. HubError("cluster_unknown")."""
    row = one(db, sa.select(cluster).where(cluster.c.id == promises.root(db, cluster_id)))
    if row is None:
        raise HubError("cluster_unknown")
    return row


def see(db: Connection, staff: str, cluster_id: str, *, now: float) -> None:
    """Somebody reads it: its reporters are told who saw it first."""
    row = row_of(db, cluster_id)
    if row["seen"] is None:
        put(db, row, seen=now, seen_by=staff)


def answer(db: Connection, staff: str, cluster_id: str, said: wire.Say, *, now: float) -> None:
    """Say something to all reporters, or to some. HubError: invalid_op (a report is not in it)."""
    row = row_of(db, cluster_id)
    chosen = _chosen(db, row, said.reports)
    if not _speak(db, staff, row, said, chosen, now=now):
        return
    _take_on(db, staff, row, now=now)
    everybody = chosen is None or len(chosen) == _count(db, row["id"])
    if everybody and said.solution is not Solution.NONE:
        closes = said.solution is Solution.EXPLAINED and row["kind"] == Kind.QUESTION
        promises.meet(db, row["id"], CLOSED if closes else SOLVED, staff, now=now)
        values = {"state": ClusterState.CLOSED} if closes else {}
        put(db, row, **values)
    audit.note(db, staff, "answer", row["id"], detail=said.solution or said.id, now=now)


def ask(db: Connection, staff: str, cluster_id: str, said: wire.Ask, *, now: float) -> None:
    """Ask reporters for more; while everybody is asked the clocks stand still."""
    row = row_of(db, cluster_id)
    chosen = _chosen(db, row, said.reports)
    if not _speak(db, staff, row, said, chosen, now=now):
        return
    _take_on(db, staff, row, now=now)
    which = report.c.cluster_id == row["id"] if chosen is None else report.c.id.in_(chosen)
    db.execute(sa.update(report).where(which).values(asked=now))
    if chosen is None or len(chosen) == _count(db, row["id"]):
        promises.meet(db, row["id"], SOLVED, staff, now=now)
    promises.wait_or_go_on(db, row["id"], now=now)
    put(db, row)
    audit.note(db, staff, "ask", row["id"], detail=f"{len(chosen or ()) or 'all'}", now=now)


def assign(db: Connection, staff: str, cluster_id: str, said: wire.Assign, *, now: float) -> None:
    """Give it to a person, who is to take it on; to oneself is taking it on."""
    row = row_of(db, cluster_id)
    if said.team and teams.named(db, said.team) is None:
        raise HubError("team_unknown", team=said.team)
    values: dict[str, Any] = {"owner": said.owner, "owned": None}
    if said.team and said.team != row["team"]:
        values["team"] = said.team
        around = promises.always(row["severity"], safety=row["safety"])
        promises.change_hours(db, row["id"], said.team, around=around, now=now)
    put(db, row, **values)
    if said.owner == staff:
        _take_on(db, staff, row | values, now=now)
    audit.note(db, staff, "assign", row["id"], detail=f"{said.owner} {said.team}".strip(), now=now)


def acknowledge(db: Connection, staff: str, cluster_id: str, *, now: float) -> None:
    """Take it on. HubError("not_yours") where another person has."""
    row = row_of(db, cluster_id)
    if row["owned"] is not None and row["owner"] != staff:
        raise HubError("not_yours", owner=row["owner"])
    _take_on(db, staff, row, now=now)
    audit.note(db, staff, "acknowledge", row["id"], now=now)


def plan(db: Connection, staff: str, cluster_id: str, said: wire.Plan, *, now: float) -> None:
    """Promise a week that mends it. HubError("invalid_op") where there is no such week."""
    row = row_of(db, cluster_id)
    try:
        week = str(WeekId.parse(said.week))
    except ValueError as error:
        raise HubError("invalid_op", field="week") from error
    if (row["state"], row["fix_week"]) == (ClusterState.PLANNED, week):
        return
    _end(db, staff, row, now=now, state=ClusterState.PLANNED, fix_week=week,
         fix_version=said.version, reason="", invalid=False)  # fmt: skip
    audit.note(db, staff, "plan", row["id"], detail=week, now=now)


def decline(db: Connection, staff: str, cluster_id: str, said: wire.Refuse, *, now: float) -> None:
    """Say no, with the reason that reporters read."""
    _refuse(db, staff, cluster_id, said, invalid=False, now=now)


def invalid(db: Connection, staff: str, cluster_id: str, said: wire.Refuse, *, now: float) -> None:
    """Say that it is none, with the reason; what was paid for it is taken back."""
    row = _refuse(db, staff, cluster_id, said, invalid=True, now=now)
    awards.take_back(db, row["id"], by=staff, why=said.reason, now=now)


def grade(db: Connection, staff: str, cluster_id: str, said: wire.Grade, *, now: float) -> None:
    """Say how bad it is; from now on the clocks run as that asks."""
    row = row_of(db, cluster_id)
    before = promises.always(row["severity"], safety=row["safety"])
    around = promises.always(said.severity, safety=said.safety)
    if said.safety and not row["safety"]:
        joining.danger(db, row, now=now)
    if row["safety"] and not said.safety:
        promises.drop(db, row["id"], (ClockName.NOTICE,), now=now)
    if before != around:
        promises.change_hours(db, row["id"], row["team"], around=around, now=now)
    put(db, row, severity=said.severity, safety=said.safety)
    detail = f"{said.severity} {'safety' if said.safety else ''}".strip()
    audit.note(db, staff, "grade", row["id"], detail=detail, now=now)


def publish(
    db: Connection, staff: str, cluster_id: str, said: wire.Publish, *, known: bool, now: float
) -> None:
    """Give it words for the public, or make it a known issue, which tells everybody at once.

    HubError("invalid_op") where a language is missing.
    """
    row = row_of(db, cluster_id)
    if set(said.words) != set(wire.LANGUAGES):
        raise HubError("invalid_op", field="words")
    values: dict[str, Any] = {"public": said.public or known}
    values["words"] = msgspec.json.encode(said.words).decode()
    values["rule"] = msgspec.json.encode(said.rule or wire.Rule()).decode() if known else ""
    if known and row["state"] == ClusterState.OPEN:
        _end(db, staff, row, now=now, state=ClusterState.CLOSED, **values)
    else:
        _take_on(db, staff, row, now=now)
        put(db, row, **values)
    if values["public"]:
        promises.meet(db, row["id"], (ClockName.NOTICE,), staff, now=now)
    if not values["public"]:
        changes.tell(db, joining.ENTITY, row["id"])  # it is gone
    audit.note(db, staff, "known" if known else "words", row["id"], now=now)


def reproduced(
    db: Connection, staff: str, cluster_id: str, said: wire.Reproduced, *, now: float
) -> None:
    """A person saw it happen: it is confirmed, and paid. HubError("own_household")."""
    row = row_of(db, cluster_id)
    those = sa.select(report.c.member_id).where(report.c.cluster_id == row["id"])
    sessions.refuse_own(db, staff, set(db.execute(those).scalars()))
    _take_on(db, staff, row, now=now)
    awards.confirm(db, row["id"], "reproduced", by=staff, steps=said.steps, now=now)
    changes.tell_reports(db, report.c.cluster_id == row["id"])
    audit.note(db, staff, "reproduced", row["id"], detail="steps" if said.steps else "", now=now)


def add_reason(
    db: Connection, staff: str, cluster_id: str, said: wire.Excuse, *, now: float
) -> float:
    """Say why a promise was not kept; returns when it was due.

    HubError("promise_unknown") where it was kept, or was none.
    """
    place = {"cluster_id": cluster_id, "name": said.clock, "round": said.round}
    row = one(db, sa.select(breach).filter_by(**place))
    if row is None:
        raise HubError("promise_unknown")
    check_text(said.text)
    if insert_once(db, excuse, **place, id=said.id, author=staff, at=now, text=said.text):
        audit.note(db, staff, "breach", cluster_id, detail=f"{said.clock} {said.round}", now=now)
    return float(row["due"])


def not_fixed(db: Connection, cluster_id: str, *, now: float) -> None:
    """A tester says that the fix mends nothing: a solution and an end are promised anew."""
    for name in CLOSED:
        if not promises.owed(db, cluster_id, name):
            promises.begin(db, cluster_id, name, now=now)


def reopen(db: Connection, cluster_id: str, *, now: float) -> None:
    """A no is taken back, as a panel may decide: a solution and an end are promised anew."""
    row = row_of(db, cluster_id)
    if row["state"] != ClusterState.DECLINED:
        return
    put(db, row, state=ClusterState.OPEN, reason="", invalid=False, solved=None, closed=None)
    not_fixed(db, row["id"], now=now)


def release(
    db: Connection, staff: str, cluster_id: str, week: str, version: str, *, now: float
) -> None:
    """The week that mends it is out: everybody is told, whatever was planned before."""
    row = row_of(db, cluster_id)
    if (row["state"], row["fix_week"]) == (ClusterState.PLANNED, week):
        put(db, row, **({"fix_version": version} if version and not row["fix_version"] else {}))
        promises.meet(db, row["id"], CLOSED, staff, now=now)
        return
    plan(db, staff, row["id"], wire.Plan(week=week, version=version), now=now)


def take_back(db: Connection, cluster_id: str, *, now: float) -> None:
    """The week that was to mend it is taken back: an end is promised anew."""
    row = row_of(db, cluster_id)
    put(db, row)
    not_fixed(db, row["id"], now=now)


def put(db: Connection, row: Row, **values: object) -> None:
    """Write what changed of a cluster, and let everybody hear whom it concerns."""
    if values:
        db.execute(sa.update(cluster).where(cluster.c.id == row["id"]).values(**values))
    changes.tell_reports(db, report.c.cluster_id == row["id"])
    if values.get("public", row["public"]):
        changes.tell(db, joining.ENTITY, row["id"])


def _end(db: Connection, staff: str, row: Row, *, now: float, **values: object) -> None:
    """Tell everybody in it what becomes of it."""
    _take_on(db, staff, row, now=now)
    put(db, row, **values)
    promises.meet(db, row["id"], CLOSED, staff, now=now)


def _refuse(
    db: Connection, staff: str, cluster_id: str, said: wire.Refuse, *, invalid: bool, now: float
) -> Row:
    row = row_of(db, cluster_id)
    check_text(said.reason, "reason")
    state = ClusterState.DECLINED
    if (row["state"], row["reason"], row["invalid"]) != (state, said.reason, invalid):
        _end(db, staff, row, now=now, state=state, reason=said.reason, invalid=invalid,
             fix_week="", fix_version="", answered=row["answered"] or now)  # fmt: skip
        action = "invalid" if invalid else "decline"
        audit.note(db, staff, action, row["id"], detail=said.reason, now=now)
    return row


def _take_on(db: Connection, staff: str, row: Row, *, now: float) -> None:
    """Whoever acts on what nobody has taken on yet, has."""
    if row["seen"] is None:
        put(db, row, seen=now, seen_by=staff)
    if row["owned"] is None:
        put(db, row, owner=staff, owned=now)
    promises.meet(db, row["id"], NAMED, staff, now=now)


def _speak(
    db: Connection,
    staff: str,
    row: Row,
    said: wire.Say | wire.Ask,
    chosen: Collection[str] | None,
    *,
    now: float,
) -> bool:
    """Keep what a person says, to all of it or to some reports; False where it was said before."""
    check_text(said.text)
    words = {"author": staff, "staff": True, "at": now, "text": said.text}
    if chosen is None:
        if not insert_once(db, reply, id=said.id, cluster_id=row["id"], **words):
            return False
        put(db, row, answered=row["answered"] or now)
        return True
    # One report alone has the id that was given, so that asked twice it is said once.
    ids = [said.id, *(str(uuid.uuid5(uuid.UUID(said.id), name)) for name in sorted(chosen)[1:])]
    for word_id, name in zip(ids, sorted(chosen), strict=True):
        if not insert_once(db, reply, id=word_id, report_id=name, **words):
            return False
    first = sa.func.coalesce(report.c.answered, now)
    db.execute(sa.update(report).where(report.c.id.in_(chosen)).values(answered=first))
    changes.tell_reports(db, report.c.id.in_(chosen))
    return True


def _chosen(db: Connection, row: Row, ids: Sequence[str]) -> frozenset[str] | None:
    if not ids:
        return None
    query = sa.select(report.c.id).where(report.c.cluster_id == row["id"], report.c.id.in_(ids))
    found = frozenset(db.execute(query).scalars())
    if found != frozenset(ids):
        raise HubError("invalid_op", field="reports")
    return found


def _count(db: Connection, cluster_id: str) -> int:
    query = sa.select(sa.func.count()).where(report.c.cluster_id == cluster_id)
    return int(db.execute(query).scalar_one())
