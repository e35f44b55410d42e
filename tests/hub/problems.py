"""Households that meet problems, for tests of the hub: members, clusters and reports by hand."""

from __future__ import annotations

import hashlib
import uuid

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import ClusterState, DeviceFacts, Kind
from hub import changes
from hub.store import Store, insert_once, one
from hub.tables import cluster, member, report

NOW = 1_795_000_000.0
DAY = 86_400.0
HOUR = 3600.0


def home(db: Connection, name: str, *, lab: bool = False, seen: float | None = NOW) -> str:
    """A member; the same again where it is there."""
    insert_once(
        db,
        member,
        id=name,
        name=name,
        account=f"account of {name}",
        enrolled=NOW - 100 * DAY,
        lab=lab,
        last_seen=seen,
    )
    return name


def a_cluster(db: Connection, **more: object) -> str:
    """A cluster, one for each set of words."""
    words: dict[str, object] = {
        "vendor": "acme",
        "model": "lamp",
        "component": "battery",
        "signature": "",
        **more,
    }
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, repr(sorted(words.items()))))
    values: dict[str, object] = {
        "title": "It drains",
        "kind": Kind.PROBLEM,
        "state": ClusterState.OPEN,
        "made": NOW,
        "severity": "",
        "safety": False,
        "team": "",
        "seen_by": "",
        "owner": "",
        "fix_week": "",
        "fix_version": "",
        "reason": "",
        "public": False,
        "words": "",
        "rule": "",
        "invalid": False,
    }
    if one(db, sa.select(cluster.c.id).where(cluster.c.id == name)) is None:
        db.execute(sa.insert(cluster).values(id=name, **{**values, **words}))
    return name


def meets(
    db: Connection,
    who: str,
    at: float,
    *,
    version: str = "1.2.0",
    kind: Kind = Kind.PROBLEM,
    device: str = "",
    lab: bool = False,
    cluster_id: str = "",
    **words: object,
) -> str:
    """This household reports it; returns the report's id."""
    home(db, who, lab=lab)
    report_id = str(uuid.uuid4())
    facts = DeviceFacts(vendor="acme", model=str(words.get("model", "lamp")), version=version)
    db.execute(
        sa.insert(report).values(
            id=report_id,
            member_id=who,
            cluster_id=cluster_id or a_cluster(db, **words),
            kind=kind,
            title="It drains",
            text="",
            device=device,
            facts=msgspec.json.encode(facts).decode(),
            signature=words.get("signature", ""),
            me_too=False,
            made=at,
            received=at,
            payload=b"{}",
            payload_sha256=hashlib.sha256(b"{}").hexdigest(),
            fixed_week="",
        )
    )
    return report_id


def grown(db: Connection) -> None:
    """Let the hub have been there for long: somebody said something forty days ago."""
    meets(db, "the first", NOW - 40 * DAY, kind=Kind.PRAISE)


def heard(store: Store, who: str, cursor: str = "") -> tuple[list[tuple[str, str]], str]:
    """What a household hears after `cursor`, (entity, id), and its next cursor.

    In a transaction of its own: PostgreSQL tells only of those that have ended.
    """
    with store.read() as db:
        page = changes.since(db, who, cursor)
    return [(one.entity, one.id) for one in page.changes], page.cursor
