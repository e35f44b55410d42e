"""Testers and staff for tests of clusters: what they say, at times of our own."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import wire
from feedback import wire_triage as triage
from feedback.wire import HubState, OpKind, ReportDoc
from hub import changes, clusters, moves, reports, teams
from hub.documents import DOCS
from hub.tables import change, cluster, member
from tests.hub.told import NOW, House

DAY = 86_400.0
HOUR = 3600.0
FAILED = {"state": "failed", "reason": "device_said_no", "fact": "", "version_to": "1.1"}
WORDS = {
    "en": triage.PublicWords(title="It flickers", workaround="Hold the button"),
    "zh_CN": triage.PublicWords(title="灯闪", workaround="按住按钮"),
}
TEAM = triage.Team(name="lights", zone="UTC", people=("Lin", "Wang"), lead="Zhao")


def new_id() -> str:
    return str(uuid.uuid4())


def evidence(*updates: dict[str, object], now: float = NOW) -> msgspec.Raw:
    parts = {"updates": [{"at": now, **one} for one in updates]}
    return msgspec.Raw(msgspec.json.encode({"format": "orangery-evidence-1", "parts": parts}))


class Household(House):
    """One household; what it reports comes `late` seconds after the time that is said."""

    late = 0.0

    def report(self, title: str = "It flickers", *, now: float = NOW, **more: Any) -> str:
        said: dict[str, Any] = {
            "id": new_id(),
            "kind": wire.Kind.PROBLEM,
            "title": title,
            "text": "when dim",
            "made": now,
            "device": "d" * 32,
            "facts": wire.DeviceFacts(vendor="acme", model="LAMP-1", version="1.0"),
            "evidence": msgspec.Raw(b"{}"),
        }
        asked = wire.CreateReport(**{**said, **more})
        (result,) = self.tell(asked, kind=OpKind.REPORT, now=now + self.late)
        assert result.code == "", result
        return asked.id

    def failed(self, *, now: float = NOW, **more: Any) -> str:
        """Report with the evidence of a failed update: it has a signature."""
        return self.report(
            "It does not update", now=now, evidence=evidence(FAILED, now=now), **more
        )

    def reply(self, report: str, *, now: float = NOW, text: str = "here you are") -> None:
        said = wire.CreateReply(id=new_id(), report=report, text=text, made=now)
        (result,) = self.tell(said, kind=OpKind.REPLY, now=now)
        assert result.code == ""

    def confirm(
        self, report: str, week: str, *, fixed: bool = True, version: str = "1.1", now: float = NOW
    ) -> str:
        said = wire.ConfirmFix(report=report, week=week, version=version, fixed=fixed, made=now)
        return self.tell(said, kind=OpKind.CONFIRM, now=now)[0].code

    def doc(self, report: str) -> ReportDoc:
        found = reports.documents(self.db, [report], self.who.member_id)[report]
        assert isinstance(found, ReportDoc)
        return found

    def state(self, report: str) -> HubState:
        return self.doc(report).state

    def heard(self, entity: str) -> dict[str, Any]:
        """What this house is to hear of `entity`, decoded; None: it is gone."""
        mine = (self.who.member_id, changes.PUBLIC)
        query = sa.select(change.c.entity_id).where(
            change.c.entity == entity, change.c.audience.in_(mine)
        )
        ids = list(self.db.execute(query).scalars())
        found = DOCS[entity](self.db, ids, self.who.member_id)
        return {name: msgspec.to_builtins(found.get(name)) for name in ids}


def row(db: Connection, cluster_id: str) -> dict[str, Any]:
    return dict(db.execute(sa.select(cluster).where(cluster.c.id == cluster_id)).mappings().one())


def set_team(db: Connection, team: triage.Team = TEAM, *, now: float = NOW - DAY) -> None:
    teams.set_team(db, "Zhao", team, now=now)


def say(db, where: str, *, staff: str = "Lin", now: float = NOW, **more: Any) -> None:
    said = triage.Say(**{"id": new_id(), "text": "Thank you", **more})
    clusters.answer(db, staff, where, said, now=now)


def ask(db, where: str, *, staff: str = "Lin", now: float = NOW, **more: Any) -> None:
    clusters.ask(
        db, staff, where, triage.Ask(**{"id": new_id(), "text": "Which?", **more}), now=now
    )


def plan(db, where: str, week: str = "2026-W49", *, staff: str = "Lin", now: float = NOW) -> None:
    clusters.plan(db, staff, where, triage.Plan(week=week), now=now)


def publish(
    db, where: str, *, known: bool = False, staff: str = "Lin", now: float = NOW, **more: Any
) -> None:
    said = triage.Publish(words=WORDS, **more)
    clusters.publish(db, staff, where, said, known=known, now=now)


def merge(db, lost: str, kept: str, *, staff: str = "Lin", now: float = NOW) -> str:
    said = triage.Merge(id=new_id(), into=kept)
    moves.merge(db, staff, lost, said, now=now)
    return said.id


def split(db, where: str, *names: str, staff: str = "Lin", now: float = NOW) -> tuple[str, str]:
    said = triage.Split(id=new_id(), cluster=new_id(), reports=names)
    moves.split(db, staff, where, said, now=now)
    return said.cluster, said.id


def undo(db, move: str, *, staff: str = "Lin", now: float = NOW) -> None:
    moves.undo(db, staff, triage.Undo(move=move), now=now)


def invite(db: Connection, name: str, by: str) -> None:
    db.execute(sa.update(member).where(member.c.id == name).values(invited_by=by))
