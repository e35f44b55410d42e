"""Attachments: announced by houses, looked at when their bytes are there, kept for a while.

Bytes are collected in the hub's folder (hub/uploads.py). What is whole waits there until the job
`attachments` has looked at it and put it into the store; only then staff see it. Rows and objects
are never changed in one step, so a row comes first and an object goes last: after a kill at most an
object too many is left, which `sweep` takes away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import wire_blobs
from feedback.wire import ClusterState, HubError
from feedback.wire_blobs import AddAttachment, BlobDoc, BlobOp, BlobState, DropAttachment
from hub import changes, objects, pictures
from hub.app import Hub
from hub.effect import Effect
from hub.jobs import Job
from hub.members import Standing
from hub.store import insert_once, one
from hub.tables import cluster, report
from hub.tables_objects import attachment, object_drop
from hub.valid import check_id

KEPT_S: Final = 30 * 86_400.0
"""How long after a report is closed its attachments are kept."""

_TRIES: Final = 3  # whole uploads that are not what they said, then it is refused
_AT_ONCE: Final = 20
_HEX: Final = re.compile(r"[0-9a-f]{64}")


def add(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Note that a file will come. HubError: report_unknown, invalid_op, id_taken."""
    asked = msgspec.json.decode(body, type=AddAttachment)
    check_id(asked.id)
    _check(asked)
    of_member = sa.and_(report.c.id == asked.report, report.c.member_id == who.member_id)
    if one(db, sa.select(report.c.id).where(of_member)) is None:
        raise HubError("report_unknown")
    there = sa.and_(attachment.c.report_id == asked.report, attachment.c.state != BlobState.GONE)
    count = db.execute(sa.select(sa.func.count()).select_from(attachment).where(there)).scalar()
    if int(count or 0) >= wire_blobs.REPORT_MAX:
        raise HubError("invalid_op", field="attachments")
    new = insert_once(
        db,
        attachment,
        id=asked.id,
        member_id=who.member_id,
        report_id=asked.report,
        sha256=asked.sha256,
        size=asked.size,
        type=asked.type,
        name=asked.name,
        state=BlobState.WAITING,
        code="",
        made=now,
        offset=0,
        tries=0,
        object="",
        object_size=0,
    )
    if not new:
        raise HubError("id_taken")
    changes.tell(db, wire_blobs.ENTITY, asked.id, who.member_id)


def drop(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Take a file away as its author wishes. HubError: attachment_missing."""
    asked = msgspec.json.decode(body, type=DropAttachment)
    row = own(db, who, asked.id)
    _let_go(db, row, BlobState.GONE, now=now)


def forget(db: Connection, member_id: str, *, now: float) -> None:
    """Take away everything of a member: rows now, bytes at the next turn of the job."""
    mine = sa.select(attachment).where(attachment.c.member_id == member_id)
    for row in db.execute(mine).mappings().all():
        _let_go(db, dict(row), BlobState.GONE, now=now)
    db.execute(sa.delete(attachment).where(attachment.c.member_id == member_id))


def own(db: Connection, who: Standing, attachment_id: str) -> dict[str, Any]:
    """The row of a member's own attachment; HubError("attachment_missing")."""
    query = sa.select(attachment).where(
        attachment.c.id == attachment_id, attachment.c.member_id == who.member_id
    )
    row = one(db, query)
    if row is None:
        raise HubError("attachment_missing")
    return row


def of_report(db: Connection, report_id: str) -> tuple[wire_blobs.StaffAttachment, ...]:
    """Those of a report, as staff see them; what nobody has looked at has no size yet."""
    query = (
        sa.select(attachment)
        .where(attachment.c.report_id == report_id)
        .order_by(attachment.c.made, attachment.c.id)
    )
    return tuple(
        wire_blobs.StaffAttachment(
            id=row["id"],
            name=row["name"],
            type=row["type"],
            size=row["object_size"],
            state=BlobState(row["state"]),
            made=row["made"],
        )
        for row in db.execute(query).mappings()
    )


def kept(db: Connection, attachment_id: str) -> dict[str, Any]:
    """The row of an attachment that may be read. HubError: attachment_missing, object_missing."""
    row = one(db, sa.select(attachment).where(attachment.c.id == attachment_id))
    if row is None:
        raise HubError("attachment_missing")
    if row["state"] != BlobState.KEPT:
        raise HubError("object_missing")
    return row


def documents(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """How attachments stand, for the member whose they are."""
    query = sa.select(attachment).where(
        attachment.c.id.in_(ids), attachment.c.member_id == member_id
    )
    return {
        row["id"]: BlobDoc(
            id=row["id"], report=row["report_id"], state=BlobState(row["state"]), code=row["code"]
        )
        for row in db.execute(query).mappings()
    }


def part_of(folder: Path, attachment_id: str) -> Path:
    """Where the bytes of an upload are collected."""
    return folder / "uploads" / attachment_id


# --- jobs ----------------------------------------------------------------------------------------


def settle(hub: Hub, now: float) -> None:
    """Look at what is whole, put it into the store; take away from there what is to go."""
    with hub.store.read() as db:
        query = sa.select(attachment).where(attachment.c.state == BlobState.RECEIVED)
        rows = [dict(row) for row in db.execute(query.limit(_AT_ONCE)).mappings()]
        names = list(db.execute(sa.select(object_drop.c.name).limit(500)).scalars())
    for row in rows:
        _settle(hub, row, now)
    for name in names:
        hub.objects.drop(name)
        gone = sa.delete(object_drop).where(object_drop.c.name == name)
        hub.store.run(lambda db, gone=gone: db.execute(gone))  # type: ignore[misc]


def sweep(hub: Hub, now: float) -> None:
    """Take away what nobody needs any more: old attachments, unfinished uploads, lost bytes."""
    hub.store.run(lambda db: _retire(db, now))
    hub.store.run(lambda db: _expire(db, now))
    with hub.store.read() as db:
        open_ = set(
            db.execute(
                sa.select(attachment.c.id).where(
                    attachment.c.expires.is_not(None) | (attachment.c.state == BlobState.RECEIVED)
                )
            ).scalars()
        )
    for part in (hub.settings.data / "uploads").glob("*"):
        if part.name not in open_:
            part.unlink(missing_ok=True)


def faults(hub: Hub, db: Connection) -> list[str]:
    """What is wrong between rows and objects, in words for `doctor`."""
    rows = db.execute(sa.select(attachment).where(attachment.c.object != "")).mappings().all()
    wanted = {row["object"]: row for row in rows if row["state"] == BlobState.KEPT}
    going = set(db.execute(sa.select(object_drop.c.name)).scalars())
    there = {found.name: found.size for found in hub.objects.all()}
    said = [
        f"attachment {row['id']}: its object is missing"
        for name, row in sorted(wanted.items())
        if name not in there
    ]
    said += [
        f"attachment {row['id']}: its object has another size"
        for name, row in sorted(wanted.items())
        if name in there and there[name] != row["object_size"]
    ]
    known = wanted.keys() | going
    said += [f"object {name}: belongs to no attachment" for name in sorted(there.keys() - known)]
    return said


def orphans(hub: Hub, db: Connection) -> tuple[str, ...]:
    """Names of objects that no row speaks of."""
    known = set(db.execute(sa.select(attachment.c.object)).scalars())
    known |= set(db.execute(sa.select(object_drop.c.name)).scalars())
    return tuple(found.name for found in hub.objects.all() if found.name not in known)


def _settle(hub: Hub, row: dict[str, Any], now: float) -> None:
    part = part_of(hub.settings.data, row["id"])
    if not part.exists() or objects.digest(part) != row["sha256"]:
        hub.store.run(lambda db: _again(db, row, now))
        part.unlink(missing_ok=True)
        return
    try:
        drawn = pictures.looked_at(part, row["type"])
    except HubError as error:
        code = error.code
        hub.store.run(lambda db: _let_go(db, row, BlobState.REFUSED, now=now, code=code))
        part.unlink(missing_ok=True)
        return
    if drawn is not None:
        bare = part.with_suffix(".bare")
        bare.write_bytes(drawn)
        bare.replace(part)
    name = objects.named(objects.digest(part), row["id"])
    hub.objects.put(name, part)
    size = part.stat().st_size
    hub.store.run(lambda db: _keep(db, row, name, size, now))
    part.unlink(missing_ok=True)


def _keep(db: Connection, row: dict[str, Any], name: str, size: int, now: float) -> None:
    still = sa.and_(attachment.c.id == row["id"], attachment.c.state == BlobState.RECEIVED)
    kept_now = db.execute(
        sa.update(attachment)
        .where(still)
        .values(state=BlobState.KEPT, object=name, object_size=size)
    )
    if kept_now.rowcount:
        changes.tell(db, wire_blobs.ENTITY, row["id"], row["member_id"])
    else:  # its author was quicker
        insert_once(db, object_drop, name=name, at=now)


def _again(db: Connection, row: dict[str, Any], now: float) -> None:
    """It is not what it said: the house may send it anew, but not for ever."""
    if row["tries"] + 1 >= _TRIES:
        _let_go(db, row, BlobState.REFUSED, now=now, code="attachment_refused")
        return
    db.execute(
        sa.update(attachment)
        .where(attachment.c.id == row["id"], attachment.c.state == BlobState.RECEIVED)
        .values(state=BlobState.WAITING, offset=0, expires=None, tries=row["tries"] + 1)
    )
    changes.tell(db, wire_blobs.ENTITY, row["id"], row["member_id"])


def _let_go(
    db: Connection, row: dict[str, Any], state: BlobState, *, now: float, code: str = ""
) -> None:
    if row["object"]:
        insert_once(db, object_drop, name=row["object"], at=now)
    db.execute(
        sa.update(attachment)
        .where(attachment.c.id == row["id"])
        .values(state=state, code=code, expires=None, object="", object_size=0)
    )
    changes.tell(db, wire_blobs.ENTITY, row["id"], row["member_id"])


def _retire(db: Connection, now: float) -> None:
    """Those of reports that have been closed for so long, and those that never came."""
    over = sa.and_(
        cluster.c.state.in_((ClusterState.CLOSED, ClusterState.DECLINED)),
        cluster.c.closed <= now - KEPT_S,
    )
    closed = sa.select(report.c.id).join(cluster, cluster.c.id == report.c.cluster_id).where(over)
    never = sa.and_(attachment.c.state == BlobState.WAITING, attachment.c.made <= now - KEPT_S)
    old = sa.select(attachment).where(
        attachment.c.state != BlobState.GONE, attachment.c.report_id.in_(closed) | never
    )
    for row in db.execute(old.limit(500)).mappings().all():
        _let_go(db, dict(row), BlobState.GONE, now=now)


def _expire(db: Connection, now: float) -> None:
    db.execute(
        sa.update(attachment)
        .where(attachment.c.state == BlobState.WAITING, attachment.c.expires <= now)
        .values(offset=0, expires=None)
    )


def _check(asked: AddAttachment) -> None:
    good = {
        "sha256": _HEX.fullmatch(asked.sha256) is not None,
        "size": 0 < asked.size <= wire_blobs.SIZE_MAX,
        "type": asked.type in wire_blobs.TYPES,
        "name": 0 < len(asked.name.strip()) <= wire_blobs.NAME_MAX
        and asked.name.isprintable()
        and not set(asked.name) & set("/\\"),
    }
    if wrong := [field for field, fine in good.items() if not fine]:
        raise HubError("invalid_op", field=wrong[0])


EFFECTS: Final[Mapping[str, Effect]] = {BlobOp.ADD: add, BlobOp.DROP: drop}
DOCS: Final[Mapping[str, changes.Compose]] = {wire_blobs.ENTITY: documents}
JOBS: Final = (
    Job(name="attachments", every_s=5.0, run=settle),
    Job(name="attachments sweep", every_s=3600.0, run=sweep),
)
