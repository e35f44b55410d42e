"""Keeps every household's thermometer, and lets a named person take over after three contacts.

Both follow from what is stored (hub/contacts.py) by the rules of hub/thermometer_rule.py. A job
looks at households to which something happened, and at each once a day, because what is long ago
counts no more and silence grows. Only its household ever sees a thermometer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire_signals import TakenOver, ThermometerDoc
from hub import changes, contacts, takeovers
from hub.app import Hub
from hub.jobs import Job
from hub.store import insert_once
from hub.tables import cluster, member, meta, reply, report
from hub.tables_signals import takeover, thermometer
from hub.tables_triage import promise
from hub.thermometer_rule import degrees, formula, moved, silences, taken_over
from hub.trend_rule import DAY_S

ENTITY: Final = "thermometer"
_EVERY_S: Final = 30.0
_OVERLAP_S: Final = 120.0
_AT_ONCE: Final = 50
"""Households in one transaction: others write in between."""

_CURSOR: Final = "thermometer_looked"


def work(hub: Hub, now: float) -> None:
    """Look at the households that spoke, then at some of the others, a few at a time.

    A word of staff to all of a cluster may move a hundred thousand thermometers: these are marked
    in one statement and brought up to date little by little, so that who spoke never waits.
    """
    with hub.store.write() as db:
        since = _since(db)
        _mark(db, since)
        wanted = list(dict.fromkeys(_spoke(db, since) + _stale(db, now)))
    for first in range(0, len(wanted), _AT_ONCE):
        with hub.store.write() as db:
            look(db, wanted[first : first + _AT_ONCE], now=now)
    with hub.store.write() as db:
        _looked(db, now)


def look(db: Connection, members: Sequence[str], *, now: float) -> None:
    """Bring the thermometers of these households up to date, and take over what waited too long."""
    for name, story in contacts.stories(db, members).items():
        for contact, _thing in taken_over(story.contacts):
            takeovers.take(db, name, contact, now=now)
        events = [*story.events]
        for waited in story.waits:
            events += silences(waited, now)
        listed = moved(events, now)
        _keep(
            db,
            ThermometerDoc(
                id=name,
                degrees=degrees(listed),
                at=listed[0].at if listed else 0.0,
                moved=listed,
                formula=formula(),
                taken_over=_taken_over(db, name),
            ),
            now,
        )


def documents(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """A household's own thermometer, and no other."""
    query = sa.select(thermometer.c.member_id, thermometer.c.doc).where(
        thermometer.c.member_id.in_(ids), thermometer.c.member_id == member_id
    )
    return {name: msgspec.json.decode(doc, type=ThermometerDoc) for name, doc in db.execute(query)}


JOBS: Final = (Job(name="thermometer", every_s=_EVERY_S, run=work),)
DOCS: Final[Mapping[str, changes.Compose]] = {ENTITY: documents}


def _keep(db: Connection, doc: ThermometerDoc, now: float) -> None:
    text = msgspec.json.encode(doc).decode()
    values = {"degrees": doc.degrees, "looked": now, "doc": text}
    if insert_once(db, thermometer, member_id=doc.id, **values):
        changes.tell(db, ENTITY, doc.id, doc.id)
        return
    mine = thermometer.c.member_id == doc.id
    before = db.execute(sa.select(thermometer.c.doc).where(mine)).scalar()
    db.execute(sa.update(thermometer).where(mine).values(**values))
    if before != text:
        changes.tell(db, ENTITY, doc.id, doc.id)


def _taken_over(db: Connection, name: str) -> tuple[TakenOver, ...]:
    query = (
        sa.select(takeover.c.at, takeover.c.report_id, takeover.c.person)
        .where(takeover.c.member_id == name)
        .order_by(takeover.c.at.desc())
    )
    return tuple(
        TakenOver(at=at, report=about, person=person) for at, about, person in db.execute(query)
    )


def _spoke(db: Connection, since: float) -> list[str]:
    """Households with a report, a word or a word on a fix of their own."""
    own = sa.select(report.c.member_id).where(
        (report.c.received > since) | (report.c.fixed_at > since)
    )
    talked = (
        sa.select(report.c.member_id)
        .join(reply, reply.c.report_id == report.c.id)
        .where(reply.c.at > since, reply.c.staff.is_(False))
    )
    return _names(db, (own, talked))


def _mark(db: Connection, since: float) -> None:
    """Mark the thermometers of those to whom staff said something, or told an end."""
    answered = sa.select(report.c.member_id).where(report.c.answered > since)
    all_of_it = (
        sa.select(report.c.member_id)
        .join(cluster, cluster.c.id == report.c.cluster_id)
        .join(reply, reply.c.cluster_id == cluster.c.id)
        .where(reply.c.at > since)
    )
    ended = (
        sa.select(report.c.member_id)
        .join(promise, promise.c.cluster_id == report.c.cluster_id)
        .where(promise.c.met > since)
    )
    whose = sa.union_all(answered, all_of_it, ended).subquery().c.member_id
    moved_by_staff = thermometer.c.member_id.in_(sa.select(whose))
    db.execute(sa.update(thermometer).where(moved_by_staff).values(looked=0.0))


def _stale(db: Connection, now: float) -> list[str]:
    """Households that have no thermometer yet, or one of yesterday."""
    query = (
        sa.select(member.c.id)
        .outerjoin(thermometer, thermometer.c.member_id == member.c.id)
        .where(member.c.left.is_(None))
        .where(thermometer.c.looked.is_(None) | (thermometer.c.looked < now - DAY_S))
        .order_by(thermometer.c.looked)
        .limit(10 * _AT_ONCE)
    )
    return [str(name) for name in db.execute(query).scalars()]  # each is there once


def _names(db: Connection, queries: Iterable[sa.Select[tuple[str]]]) -> list[str]:
    return [str(name) for query in queries for name in db.execute(query.distinct()).scalars()]


def _since(db: Connection) -> float:
    said = db.execute(sa.select(meta.c.value).where(meta.c.name == _CURSOR)).scalar()
    return float(said) - _OVERLAP_S if said else 0.0


def _looked(db: Connection, now: float) -> None:
    if not insert_once(db, meta, name=_CURSOR, value=repr(now)):
        db.execute(sa.update(meta).where(meta.c.name == _CURSOR).values(value=repr(now)))
