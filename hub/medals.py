"""Medals: earned by deeds that the hub can see, kept for good, of nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import ledger as books
from feedback.wire import HubError
from feedback.wire_board import MedalDoc, MedalName, MergedPatch
from hub import audit, changes
from hub.app import Hub
from hub.board_rule import DAY_S, Deeds, medals
from hub.jobs import Job
from hub.store import insert_once
from hub.tables import cluster, ledger, member, report
from hub.tables_signals import medal, patch

ENTITY: Final = "medal"
_RECENT_S: Final = 90 * DAY_S
_RIGHT: Final = ("bug_minor", "bug_major", "bug_critical", "bug_security", "bug_confirmed")


def merged(db: Connection, staff: str, said: MergedPatch, *, now: float) -> None:
    """Note that a household's patch was merged; told twice, noted once.

    HubError: report_unknown.
    """
    who = db.execute(sa.select(report.c.member_id).where(report.c.id == said.report)).scalar()
    if who is None:
        raise HubError("report_unknown")
    values = {"report_id": said.report, "link": said.link, "staff": staff, "at": now}
    if insert_once(db, patch, id=said.id, member_id=who, **values):
        audit.note(db, staff, "patch", said.report, detail=said.link, now=now)
        award(db, str(who), now=now)


def award(db: Connection, member_id: str, *, now: float) -> int:
    """Give a member the medals that it has earned by now; returns how many are new."""
    new = 0
    for name, why in medals(deeds(db, member_id, now=now)).items():
        medal_id = str(uuid.uuid4())
        place = {"member_id": member_id, "medal": name.value}
        if insert_once(db, medal, id=medal_id, **place, since=now, why=why):
            changes.tell(db, ENTITY, medal_id, member_id)
            new += 1
    return new


def deeds(db: Connection, member_id: str, *, now: float) -> Deeds:
    """What a member did, from the books and from its reports. HubError("member_unknown")."""
    account = db.execute(sa.select(member.c.account).where(member.c.id == member_id)).scalar()
    if account is None:
        raise HubError("member_unknown")
    vested = sa.select(sa.func.sum(ledger.c.points)).where(
        ledger.c.account == books.member(str(account)), ledger.c.rule.in_(("vest", "release"))
    )
    paid = sa.select(sa.func.count(ledger.c.cause.distinct())).where(
        ledger.c.debit == books.ISSUER, ledger.c.account == books.pending(str(account))
    )
    own = report.c.member_id == member_id
    wrong = (
        sa.select(sa.func.count())
        .select_from(report.join(cluster, cluster.c.id == report.c.cluster_id))
        .where(own, cluster.c.invalid)
    )
    trains = sa.select(sa.func.count(report.c.fixed_week.distinct())).where(own, report.c.fixed)
    patches = sa.select(sa.func.count()).where(patch.c.member_id == member_id)
    return Deeds(
        vested=_number(db, vested.where(ledger.c.at > now - _RECENT_S)),
        lifetime=_number(db, vested),
        confirmed=_number(db, paid.where(ledger.c.rule.in_(_RIGHT))),
        invalid=_number(db, wrong),
        trains=_number(db, trains),
        patches=_number(db, patches),
        halts=_number(db, paid.where(ledger.c.rule == "halt_found")),
    )


def documents(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """A household's own medals, and no others."""
    query = sa.select(medal).where(medal.c.id.in_(ids), medal.c.member_id == member_id)
    return {
        row["id"]: MedalDoc(
            id=row["id"], medal=MedalName(row["medal"]), since=row["since"], why=row["why"]
        )
        for row in db.execute(query).mappings()
    }


DOCS: Final[Mapping[str, changes.Compose]] = {ENTITY: documents}


def _number(db: Connection, query: sa.Select[Any]) -> int:
    return int(db.execute(query).scalar() or 0)


def _work(hub: Hub, now: float) -> None:
    """Look at everybody who has points at all."""
    query = sa.select(member.c.id).where(
        member.c.left.is_(None),
        sa.exists().where(ledger.c.account == sa.literal("member:") + member.c.account),
    )
    with hub.store.read() as db:
        names = list(db.execute(query).scalars())
    for name in names:
        with hub.store.write() as db:
            award(db, name, now=now)


JOBS: Final = (Job(name="medals", every_s=3600.0, run=_work),)
