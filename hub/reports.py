"""Reports as houses send and hear them: created, talked about, confirmed; and their documents.

What is wrong stands once, in the report's cluster; a report's state is derived from both each time.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import (
    TITLE_MAX,
    ClusterState,
    ConfirmFix,
    CreateReply,
    CreateReport,
    DeviceFacts,
    HubError,
    HubState,
    Kind,
    MemberDoc,
    OpKind,
    ReplyDoc,
    ReportDoc,
)
from hub import changes, ledger
from hub.effect import Effect
from hub.members import Standing
from hub.store import insert_once, one
from hub.tables import cluster, member, reply, report
from hub.valid import check_id, check_text


def create(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep a report, in a cluster of its own until somebody knows better. HubError: id_taken."""
    asked = msgspec.json.decode(body, type=CreateReport)
    payload = bytes(body)
    check_id(asked.id)
    check_text(asked.title, "title", most=TITLE_MAX)
    check_text(asked.text, least=0)
    if one(db, sa.select(report.c.id).where(report.c.id == asked.id)):
        raise HubError("id_taken")
    db.execute(
        sa.insert(report).values(
            id=asked.id,
            member_id=who.member_id,
            cluster_id=_cluster_for(db, asked, now),
            kind=asked.kind,
            title=asked.title,
            text=asked.text,
            device=asked.device[:64],
            facts=msgspec.json.encode(asked.facts).decode(),
            signature="",
            me_too=False,
            made=asked.made,
            received=now,
            payload=payload,
            payload_sha256=hashlib.sha256(payload).hexdigest(),
            fixed_week="",
        )
    )
    changes.tell_report(db, asked.id)


def talk(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep what a tester says more. HubError: report_unknown, id_taken."""
    asked = msgspec.json.decode(body, type=CreateReply)
    _own(db, who, asked.report)
    check_id(asked.id)
    check_text(asked.text)
    new = insert_once(
        db,
        reply,
        id=asked.id,
        report_id=asked.report,
        author=who.name,
        staff=False,
        at=now,
        text=asked.text,
    )
    if not new:
        raise HubError("id_taken")
    db.execute(sa.update(report).where(report.c.id == asked.report).values(asked=None))
    changes.tell_report(db, asked.report)


def confirm(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep whether the fix of that week works on the device. HubError: no_fix, fix_changed.

    Points need a device that runs another version than the one the report was about.
    """
    asked = msgspec.json.decode(body, type=ConfirmFix)
    row = _own(db, who, asked.report)
    if not row["fix_week"]:
        raise HubError("no_fix")
    if row["fix_week"] != asked.week:
        raise HubError("fix_changed")
    values = {"fixed": asked.fixed, "fixed_week": asked.week}
    db.execute(sa.update(report).where(report.c.id == asked.report).values(**values))
    facts = msgspec.json.decode(row["facts"], type=DeviceFacts)
    if asked.fixed and row["device"] and asked.version not in {"", facts.version}:
        ledger.pay(db, "fix_confirmed_on_device", asked.report, who.member_id, now=now)
        if row["kind"] == Kind.PROBLEM:
            ledger.pay(db, "bug_confirmed", asked.report, who.member_id, now=now)
    changes.tell_report(db, asked.report)


EFFECTS: Final[Mapping[str, Effect]] = {
    OpKind.REPORT: create,
    OpKind.REPLY: talk,
    OpKind.CONFIRM: confirm,
}


def whole(db: Connection, report_id: str) -> dict[str, Any]:
    """A report's row with its cluster's beside it; HubError("report_unknown")."""
    row = one(db, joined().where(report.c.id == report_id))
    if row is None:
        raise HubError("report_unknown")
    return row


def joined() -> sa.Select[Any]:
    """The query of reports with what their clusters and members say.

    Columns of a report keep their names; the cluster's `state`, `answered` and `title` are called
    cluster_state, cluster_answered and cluster_title.
    """
    shared = ("seen", "seen_by", "owner", "owned", "solved", "closed", "fix_week", "fix_version")
    return (
        sa.select(
            report,
            *(cluster.c[name] for name in (*shared, "reason", "safety", "severity", "team")),
            cluster.c.state.label("cluster_state"),
            cluster.c.answered.label("cluster_answered"),
            cluster.c.title.label("cluster_title"),
            member.c.name.label("member_name"),
        )
        .join(cluster, cluster.c.id == report.c.cluster_id)
        .join(member, member.c.id == report.c.member_id)
    )


def state_of(row: Mapping[str, Any]) -> HubState:
    """Where a report stands: its author's word on the fix, else what became of its cluster."""
    if row["fixed"] is not None and row["fix_week"] and row["fixed_week"] == row["fix_week"]:
        return HubState.CONFIRMED if row["fixed"] else HubState.NOT_FIXED
    if row["cluster_state"] == ClusterState.PLANNED:
        return HubState.FIX_PLANNED
    if row["cluster_state"] == ClusterState.DECLINED:
        return HubState.DECLINED
    if row["answered"] is not None or row["cluster_answered"] is not None:
        return HubState.ANSWERED
    return HubState.RECEIVED if row["seen"] is None else HubState.SEEN


def first_answer(row: Mapping[str, Any]) -> float | None:
    """When a person first said something to the author, alone or with the others."""
    times = [at for at in (row["answered"], row["cluster_answered"]) if at is not None]
    return min(times) if times else None


def replies_of(db: Connection, rows: Iterable[Mapping[str, Any]]) -> dict[str, list[ReplyDoc]]:
    """The talk about each of these reports, oldest first, with what was said to all."""
    of_cluster: dict[str, list[str]] = defaultdict(list)
    found: dict[str, list[ReplyDoc]] = {}
    for row in rows:
        of_cluster[row["cluster_id"]].append(row["id"])
        found[row["id"]] = []
    query = sa.select(reply).where(
        reply.c.report_id.in_(list(found)) | reply.c.cluster_id.in_(list(of_cluster))
    )
    for each in db.execute(query.order_by(reply.c.at, reply.c.id)).mappings():
        names = ("id", "author", "staff", "at", "text")
        said = ReplyDoc(**{name: each[name] for name in names})
        for name in [each["report_id"]] if each["report_id"] else of_cluster[each["cluster_id"]]:
            found[name].append(said)
    return found


def documents(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """Reports as their author hears of them."""
    query = joined().where(report.c.id.in_(ids), report.c.member_id == member_id)
    rows = [dict(row) for row in db.execute(query).mappings()]
    replies, points = replies_of(db, rows), ledger.paid_for(db, [row["id"] for row in rows])
    return {
        row["id"]: ReportDoc(
            id=row["id"],
            state=state_of(row),
            received=row["received"],
            seen=row["seen"],
            seen_by=row["seen_by"],
            answered=first_answer(row),
            fix_week=row["fix_week"],
            fix_version=row["fix_version"],
            reason=row["reason"],
            points=points[row["id"]],
            replies=tuple(replies[row["id"]]),
        )
        for row in rows
    }


def members(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """The member itself."""
    query = sa.select(member).where(member.c.id.in_(ids), member.c.id == member_id)
    return {
        row["id"]: MemberDoc(id=row["id"], name=row["name"], points=ledger.points_of(db, row["id"]))
        for row in db.execute(query).mappings()
    }


def _cluster_for(db: Connection, asked: CreateReport, now: float) -> str:
    """A cluster of its own, under the report's id."""
    new_cluster(db, asked.id, asked, now=now)
    return asked.id


def new_cluster(db: Connection, cluster_id: str, asked: CreateReport, *, now: float) -> None:
    """Open a cluster that begins as this report says it."""
    db.execute(
        sa.insert(cluster).values(
            id=cluster_id,
            title=asked.title,
            kind=asked.kind,
            vendor=asked.facts.vendor[:64],
            model=asked.facts.model[:64],
            component="",
            signature="",
            state=ClusterState.OPEN,
            made=now,
            severity="",
            safety=False,
            team="",
            seen_by="",
            owner="",
            fix_week="",
            fix_version="",
            reason="",
            public=False,
            words="",
            rule="",
            invalid=False,
        )
    )


def _own(db: Connection, who: Standing, report_id: str) -> dict[str, Any]:
    row = one(db, joined().where(report.c.id == report_id, report.c.member_id == who.member_id))
    if row is None:
        raise HubError("report_unknown")
    return row
