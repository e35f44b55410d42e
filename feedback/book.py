"""What a house keeps of its reports: the tables of reports.sqlite and how rows become values.

A report's row has our own half (words, confirmation) and the hub's half (its last document); where
it stands is derived from both each time, so neither can overwrite the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from feedback.report import Reply, Report, ReportState
from feedback.wire import Details, DeviceFacts, HubState, Kind, Op, OpKind, ReportDoc
from fleet.store import Connection, Store, migrations

MIGRATIONS = migrations("reports")


@MIGRATIONS()
def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database; only fleet/store.py knows it
    """Make the tables of the first day."""
    db["link"].create({"n": int, "doc": str}, pk="n", strict=True)
    words = {"id": str, "title": str, "text": str, "kind": str, "device": str, "facts": str}
    times = {"made": float, "changed": float, "queued": float, "on_device": float}
    said = {"fixed": int, "fixed_week": str, "fixed_at": float}
    hub = {"hub": str, "hub_version": int}
    db["report"].create(
        {**words, "alias": str, "payload": bytes, **times, **said, **hub}, pk="id", strict=True
    )
    db["reply"].create({"id": str, "report": str, "at": float, "text": str}, pk="id", strict=True)
    db["action"].create(
        {
            "n": int, "outbox": str, "seq": int, "op_id": str, "kind": str, "body": bytes,
            "report": str, "made": float, "state": str, "code": str,
        },
        pk="n",
        strict=True,
    )  # fmt: skip
    db["action"].create_index(["op_id"], unique=True)
    db["action"].create_index(["outbox", "seq"], unique=True)
    db["arrival"].create({"device": str, "week": str, "at": float}, pk="device", strict=True)


@MIGRATIONS()
def outcomes(db: Any) -> None:  # noqa: ANN401 - as above
    """Make what outcomes need: a consent and the hub's numbers by name, attempts by device."""
    db["kept"].create({"name": str, "doc": str}, pk="name", strict=True)
    db["attempt"].create({"device": str, "doc": str}, pk="device", strict=True)


@MIGRATIONS()
def documents(db: Any) -> None:  # noqa: ANN401 - as above
    """Make what the hub's stream needs beside reports, and say what an act is about."""
    db["doc"].create(
        {"entity": str, "id": str, "version": int, "doc": str}, pk=("entity", "id"), strict=True
    )
    db["action"].add_column("about", str, not_null_default="")


@MIGRATIONS()
def details(db: Any) -> None:  # noqa: ANN401 - as above
    """Make room for what a tester may say besides title and text."""
    db["report"].add_column("details", str, not_null_default="{}")


@MIGRATIONS()
def attachments(db: Any) -> None:  # noqa: ANN401 - as above
    """Make what files that go along with reports need."""
    about = {"id": str, "report": str, "sha256": str, "size": int, "type": str, "name": str}
    way = {"made": float, "sent": int, "tries": int, "next": float, "code": str, "op_id": str}
    db["attachment"].create({**about, **way}, pk="id", strict=True)
    db["attachment"].create_index(["report"])


@MIGRATIONS()
def recordings(db: Any) -> None:  # noqa: ANN401 - as above
    """Make what recordings of devices are kept in, one of each."""
    db["recorded"].create({"device": str, "at": float, "doc": str}, pk="device", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How this house stands with its hub, and its counters; one row, written whole."""

    outbox_id: str
    key: str  # name of the key in the keyring
    secret: str  # hex; devices' pseudonyms come from it
    hub_url: str = ""
    hub_name: str = ""
    code: str = ""  # an invitation that waits for the hub
    spent: str = ""  # the one that it took
    name: str = ""
    member_id: str = ""
    enrolled: float | None = None
    points: int = 0
    version: int = 0  # of the hub's word on the member
    cursor: str = ""
    clock_offset: float = 0.0
    last_sync: float | None = None
    next_sync: float | None = None
    tries: int = 0  # failures in a row
    error: str = ""
    fact: str = ""
    root: str = ""  # what the invitation says of the makers: the hub must say the same


class Queue:
    """States of an action; plain strings, as they stand in the table."""

    QUEUED: Final = "queued"
    ACKED: Final = "acked"
    REJECTED: Final = "rejected"


def load_link(store: Store) -> Link | None:
    """The link, or None in a new house."""
    rows = store.rows("SELECT doc FROM link")
    return msgspec.json.decode(rows[0]["doc"], type=Link) if rows else None


def save_link(db: Connection, link: Link) -> None:
    """Write the link whole."""
    doc = msgspec.json.encode(link).decode()
    db.execute("INSERT OR REPLACE INTO link (n, doc) VALUES (1, ?)", (doc,))


def queue(
    db: Connection, link: Link, *, op_id: str, kind: str, body: bytes, report: str, now: float
) -> None:
    """Put an action at the end of the outbox, with the next number."""
    last = db.execute(
        "SELECT COALESCE(MAX(seq), 0) FROM action WHERE outbox = ?", (link.outbox_id,)
    ).fetchone()[0]
    db.execute(
        "INSERT INTO action (outbox, seq, op_id, kind, body, report, made, state, code)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')",
        (link.outbox_id, last + 1, op_id, kind, body, report, now, Queue.QUEUED),
    )


def unsettled(store: Store, link: Link, limit: int = 1000) -> tuple[Op, ...]:
    """What waits to be pushed, in order. A report's body is read from its own row."""
    rows = store.rows(
        "SELECT action.*, report.payload FROM action"
        " LEFT JOIN report ON report.id = action.report"
        " WHERE action.outbox = ? AND action.state = ? ORDER BY action.seq LIMIT ?",
        (link.outbox_id, Queue.QUEUED, limit),
    )
    return tuple(
        Op(
            seq=row["seq"],
            op_id=row["op_id"],
            kind=row["kind"],
            made=row["made"],
            body=msgspec.Raw(row["payload"] if row["kind"] == OpKind.REPORT else row["body"]),
        )
        for row in rows
    )


def oldest(store: Store, link: Link) -> float | None:
    """Since when the oldest action waits; None where none does."""
    query = "SELECT MIN(made) AS at FROM action WHERE outbox = ? AND state = ?"
    at = store.rows(query, (link.outbox_id, Queue.QUEUED))[0]["at"]
    return None if at is None else float(at)


def reports(store: Store, ids: Iterable[str] | None = None) -> dict[str, Report]:
    """Reports as people see them; `ids` None: all."""
    if ids is None:
        rows = store.rows("SELECT * FROM report ORDER BY made")
    else:
        wanted = msgspec.json.encode(sorted(ids)).decode()
        rows = store.rows(
            "SELECT * FROM report WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
        )
    return {row["id"]: _report(store, row) for row in rows}


def waiting(store: Store) -> int:
    """How many actions of whatever kind wait to be sent."""
    query = "SELECT count(*) AS n FROM action WHERE state = ?"
    return int(store.rows(query, (Queue.QUEUED,))[0]["n"])


def _report(store: Store, row: dict[str, Any]) -> Report:
    doc = msgspec.json.decode(row["hub"], type=ReportDoc) if row["hub"] else None
    actions = store.rows(
        "SELECT state, kind, code FROM action WHERE report = ? ORDER BY n", (row["id"],)
    )
    creating = [a for a in actions if a["kind"] in (OpKind.REPORT, OpKind.VOID)]
    refusals = [a["code"] for a in actions if a["code"]]
    payload = row["payload"] or b""
    return Report(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        kind=Kind(row["kind"]),
        details=msgspec.json.decode(row["details"], type=Details),
        device=row["device"],
        facts=msgspec.json.decode(row["facts"], type=DeviceFacts),
        alias=row["alias"],
        state=_state(row, doc, refused=bool(creating and creating[-1]["code"])),
        made=row["made"],
        changed=row["changed"],
        queued=row["queued"],
        sent=doc.received if doc else None,
        seen=doc.seen if doc else None,
        seen_by=doc.seen_by if doc else "",
        answered=doc.answered if doc else None,
        fix_week=doc.fix_week if doc else "",
        fix_version=doc.fix_version if doc else "",
        on_device=row["on_device"],
        confirmed=row["fixed_at"] if row["fixed"] else None,
        reason=doc.reason if doc else "",
        points=doc.points if doc else 0,
        clocks=doc.clocks if doc else (),
        asked=doc.asked if doc else None,
        cluster=doc.cluster if doc else "",
        households=doc.households if doc else 0,
        released=doc.released if doc else None,
        replies=_replies(store, row["id"], doc),
        pending=sum(a["state"] == Queue.QUEUED for a in actions),
        error=refusals[-1] if refusals else "",
        size=len(payload),
        sha256=hashlib.sha256(payload).hexdigest() if payload else "",
    )


_SAID: Final = {
    HubState.RECEIVED: ReportState.SENT,
    HubState.SEEN: ReportState.SEEN,
    HubState.ANSWERED: ReportState.ANSWERED,
    HubState.NEED_INFO: ReportState.NEED_INFO,
    HubState.CONFIRMED: ReportState.CONFIRMED,
    HubState.NOT_FIXED: ReportState.NOT_FIXED,
    HubState.DECLINED: ReportState.DECLINED,
}


def _state(row: dict[str, Any], doc: ReportDoc | None, *, refused: bool) -> ReportState:
    """Where it stands: the hub's word, and on a promised fix what happened here since."""
    if row["queued"] is None:
        return ReportState.DRAFT
    if doc is None:
        return ReportState.REFUSED if refused else ReportState.WAITING
    if doc.state is not HubState.FIX_PLANNED:
        return _SAID[doc.state]
    if row["fixed"] is not None and row["fixed_week"] == doc.fix_week:
        return ReportState.CONFIRMED if row["fixed"] else ReportState.NOT_FIXED
    return ReportState.ON_DEVICE if row["on_device"] is not None else ReportState.FIX_PLANNED


def _replies(store: Store, report: str, doc: ReportDoc | None) -> tuple[Reply, ...]:
    own = {row["id"]: row for row in store.rows("SELECT * FROM reply WHERE report = ?", (report,))}
    said = [
        Reply(
            id=reply.id,
            author=reply.author if reply.id not in own else "",
            at=reply.at,
            text=reply.text,
            staff=reply.staff,
        )
        for reply in (doc.replies if doc else ())
    ]
    known = {reply.id for reply in said}
    said += [
        Reply(id=row["id"], author="", at=row["at"], text=row["text"], waiting=True)
        for row in own.values()
        if row["id"] not in known
    ]
    return tuple(sorted(said, key=lambda reply: (reply.at, reply.id)))
