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
    Entity,
    HubError,
    HubState,
    MemberDoc,
    OpKind,
    ReplyDoc,
    ReportDoc,
)
from hub import awards, changes, clusters, joining, ledger, moves, promises, published
from hub.effect import Effect
from hub.members import Standing
from hub.store import insert_once, one
from hub.tables import cluster, member, reply, report
from hub.valid import check_id, check_text

_EVER: Final = float("-inf")
_EVER_ON: Final = float("inf")


# Made once: to put a statement together takes longer than SQLite takes to do it.
_KNOWN: Final = sa.select(report.c.id).where(report.c.id == sa.bindparam("asked"))
_KEEP: Final = sa.insert(report)


def create(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep a report in the cluster where it belongs. HubError: id_taken."""
    asked = msgspec.json.decode(body, type=CreateReport)
    payload = bytes(body)
    check_id(asked.id)
    check_text(asked.title, "title", most=TITLE_MAX)
    check_text(asked.text, least=0)
    if db.execute(_KNOWN, {"asked": asked.id}).first() is not None:
        raise HubError("id_taken")
    place = joining.place(db, asked, now=now)
    values = {
        "id": asked.id,
        "member_id": who.member_id,
        "cluster_id": place.cluster_id,
        "kind": asked.kind,
        "title": asked.title,
        "text": asked.text,
        "device": asked.device[:64],
        "facts": msgspec.json.encode(asked.facts).decode(),
        "signature": place.signature,
        "me_too": place.me_too,
        "made": asked.made,
        "received": now,
        "payload": payload,
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "fixed_week": "",
    }
    db.execute(_KEEP, values)
    joining.joined(db, place, asked, now=now)
    changes.tell(db, Entity.REPORT, asked.id, who.member_id)


def talk(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep what a tester says more. HubError: report_unknown, id_taken."""
    asked = msgspec.json.decode(body, type=CreateReply)
    row = _own(db, who, asked.report)
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
    promises.wait_or_go_on(db, row["cluster_id"], now=now)
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
    values = {"fixed": asked.fixed, "fixed_week": asked.week, "fixed_at": now}
    db.execute(sa.update(report).where(report.c.id == asked.report).values(**values))
    facts = msgspec.json.decode(row["facts"], type=DeviceFacts)
    if asked.fixed and row["device"] and asked.version not in {"", facts.version}:
        awards.fixed(db, row, now=now)
    if not asked.fixed:
        clusters.not_fixed(db, row["cluster_id"], now=now)
    changes.tell_report(db, asked.report)


EFFECTS: Final[Mapping[str, Effect]] = {
    OpKind.REPORT: create,
    OpKind.REPLY: talk,
    OpKind.CONFIRM: confirm,
}


def whole(db: Connection, report_id: str) -> dict[str, Any]:
    """A report's row, its payload too, with its cluster's beside it; HubError("report_unknown")."""
    row = one(db, joined().add_columns(report.c.payload).where(report.c.id == report_id))
    if row is None:
        raise HubError("report_unknown")
    return row


def joined() -> sa.Select[Any]:
    """The query of reports, without their payloads, with what their clusters and members say.

    Columns of a report keep their names; the cluster's `state`, `answered` and `title` are called
    cluster_state, cluster_answered and cluster_title.
    """
    shared = ("seen", "seen_by", "owner", "owned", "solved", "closed", "fix_week", "fix_version")
    return (
        sa.select(
            *(column for column in report.columns if column.name != "payload"),
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
    if row["asked"] is not None:
        return HubState.NEED_INFO
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
    """The talk about each of these reports, oldest first, with what was said to all.

    A report that was moved keeps what was said to the clusters it was in, as long as it was there.
    """
    heard = {row["id"]: [(row["cluster_id"], _EVER, _EVER_ON)] for row in rows}
    for stay, name in moves.stays(db, list(heard)):
        heard[name].append(stay)
    places = {place for stays in heard.values() for place, _, _ in stays}
    query = sa.select(reply).where(
        reply.c.report_id.in_(list(heard)) | reply.c.cluster_id.in_(places)
    )
    to_one: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    to_all: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in (dict(row) for row in db.execute(query).mappings()):
        if each["report_id"]:
            to_one[each["report_id"]].append(each)
        else:
            to_all[each["cluster_id"]].append(each)
    return {
        name: _talk(
            [
                *to_one[name],
                *(
                    said
                    for place, since, until in stays
                    for said in to_all[place]
                    if since < said["at"] <= until
                ),
            ]
        )
        for name, stays in heard.items()
    }


def _talk(found: Iterable[Mapping[str, Any]]) -> list[ReplyDoc]:
    names = ("id", "author", "staff", "at", "text")
    by_id = {each["id"]: ReplyDoc(**{name: each[name] for name in names}) for each in found}
    return sorted(by_id.values(), key=lambda said: (said.at, said.id))


def documents(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """Reports as their author hears of them."""
    query = joined().where(report.c.id.in_(ids), report.c.member_id == member_id)
    rows = [dict(row) for row in db.execute(query).mappings()]
    replies, points = replies_of(db, rows), ledger.paid_for(db, [row["id"] for row in rows])
    places = sorted({row["cluster_id"] for row in rows})
    clocks = promises.clocks_of(db, places)
    homes, out = published.households(db, places), published.released(db, places)
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
            clocks=clocks.get(row["cluster_id"], ()),
            asked=row["asked"],
            cluster=row["cluster_id"],
            households=homes.get(row["cluster_id"], 0),
            released=out.get(row["cluster_id"]),
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


def _own(db: Connection, who: Standing, report_id: str) -> dict[str, Any]:
    row = one(db, joined().where(report.c.id == report_id, report.c.member_id == who.member_id))
    if row is None:
        raise HubError("report_unknown")
    return row
