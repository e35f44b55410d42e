"""What testers get for a cluster, by the rules of hub/rules/points.json; nobody sets an amount.

A problem is confirmed once a person reproduced it, once three households that have nothing to do
with each other brought the same signature, or once its fix worked on a device. Then the first
reporter gets what its severity is worth, half as much again where its steps worked, and the next
four households with evidence of their own a fifth each, as far as they came before that. Whoever
sees the fix work on the device that had the fault gets the same for each cluster, five at most.
Households of one tree of invitations count as one here: they confirm nothing to each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import ledger as books
from feedback.wire import HubError, Kind
from feedback.wire_triage import Award, Awards, Severity
from hub import ledger
from hub.store import insert_once, one
from hub.tables import cluster, member, report
from hub.tables import ledger as rows_of_ledger
from hub.tables_triage import proof

_ENOUGH: Final = 3  # households that brought the same signature
_NEXT: Final = 4
_SHARE: Final = 0.2
_LOOKS: Final = 5  # confirmations of a fix that are paid, of one cluster
_FIRST: Final = {
    Severity.UNKNOWN: "bug_confirmed",
    Severity.MINOR: "bug_minor",
    Severity.MAJOR: "bug_major",
    Severity.CRITICAL: "bug_critical",
    Severity.SECURITY: "bug_security",
}
_LOOK: Final = "fix_confirmed_on_device"

Row = Mapping[str, Any]


def confirm(
    db: Connection, cluster_id: str, how: str, *, by: str = "", steps: bool = False, now: float
) -> None:
    """Note that it is true, and pay what follows from that; the first word counts."""
    new = insert_once(db, proof, cluster_id=cluster_id, at=now, by=by, how=how, steps=steps)
    if not new and steps:
        db.execute(sa.update(proof).where(proof.c.cluster_id == cluster_id).values(steps=True))
    pay(db, cluster_id, now=now)


def seen_again(db: Connection, cluster_id: str, *, now: float) -> None:
    """One more household has it: enough of them with one signature confirm it."""
    row = _cluster(db, cluster_id)
    if not row["signature"] or _proof(db, cluster_id) is not None:
        return
    same = [one for one in _reports(db, cluster_id) if one["signature"] == row["signature"]]
    if len({one["tree"] for one in same}) >= _ENOUGH:
        confirm(db, cluster_id, "households", now=now)


def fixed(db: Connection, report_row: Row, *, now: float) -> None:
    """A tester saw the fix work on the device that had the fault, in another version."""
    cluster_id, kind = report_row["cluster_id"], report_row["kind"]
    ids = [one["id"] for one in _reports(db, cluster_id)]
    if _paid_looks(db, ids) < _LOOKS:
        ledger.pay(db, _LOOK, report_row["id"], report_row["member_id"], now=now)
    if kind == Kind.PROBLEM:
        confirm(db, cluster_id, "fixed", now=now)


def pay(db: Connection, cluster_id: str, *, now: float) -> None:
    """Pay what is due and not paid yet; nothing where it is not confirmed or is invalid."""
    if _proof(db, cluster_id) is None or _cluster(db, cluster_id)["invalid"]:
        return
    for award, row, times in _due(db, cluster_id):
        if not award.paid:
            ledger.pay(db, award.rule, award.report, row["member_id"], now=now, times=times)


def take_back(db: Connection, cluster_id: str, *, by: str, why: str, now: float) -> None:
    """It was none: what was paid for it goes back, with the reason."""
    for row in _reports(db, cluster_id):
        ledger.reverse(db, row["id"], by=by, why=why, now=now)


def preview(db: Connection, cluster_id: str) -> Awards:
    """What is paid, and what would be once it is confirmed or its fix seen to work."""
    confirmed = _proof(db, cluster_id) is not None
    found = [award for award, _, _ in _due(db, cluster_id)]
    rows = _reports(db, cluster_id)
    paid = _paid(db, [row["id"] for row in rows])
    looks = [
        Award(
            member=row["name"],
            rule=_LOOK,
            points=ledger.rules().rules[_LOOK].points,
            report=row["id"],
            paid=(_LOOK, row["id"]) in paid,
            waits="" if (_LOOK, row["id"]) in paid else "fixed_for_me",
        )
        for row in rows
        if row["device"]
    ]
    looks.sort(key=lambda look: not look.paid)
    return Awards(awards=(*found, *looks[:_LOOKS]), confirmed=confirmed)


def _due(db: Connection, cluster_id: str) -> list[tuple[Award, Row, float]]:
    """Everybody who gets something for the problem itself: (award, report, times its rule)."""
    top, said = _cluster(db, cluster_id), _proof(db, cluster_id)
    rows = [row for row in _reports(db, cluster_id) if row["kind"] == Kind.PROBLEM]
    if said is not None:
        rows = [row for row in rows if row["received"] <= said["at"]]
    if not rows:
        return []
    paid = _paid(db, [row["id"] for row in rows])
    first = _paid_first(rows, paid) or rows[0]
    rule = next((rule for rule in _FIRST.values() if (rule, first["id"]) in paid), None)
    rule = rule or _FIRST[Severity(top["severity"])]
    whole = ledger.rules().rules[rule].points
    found = [(rule, first, 1.0)]
    if said is not None and said["steps"]:
        found.append(("steps_worked", first, _times("steps_worked", whole / 2)))
    trees = {first["tree"]}
    for row in rows:
        if row["tree"] not in trees and row["device"] and len(trees) <= _NEXT:
            trees.add(row["tree"])
            found.append(("bug_seen_too", row, _times("bug_seen_too", whole * _SHARE)))
    waits = "" if said is not None else "confirmed"
    return [(_award(name, row, times, paid, waits), row, times) for name, row, times in found]


def _award(rule: str, row: Row, times: float, paid: set[tuple[str, str]], waits: str) -> Award:
    is_paid = (rule, row["id"]) in paid
    return Award(
        member=row["name"],
        rule=rule,
        points=round(ledger.rules().rules[rule].points * times),
        report=row["id"],
        paid=is_paid,
        waits="" if is_paid else waits,
    )


def _paid_first(rows: Sequence[Row], paid: set[tuple[str, str]]) -> Row | None:
    """Whoever was paid as the first stays it, whatever was merged into the cluster since."""
    return next(
        (row for row in rows if any((rule, row["id"]) in paid for rule in _FIRST.values())), None
    )


def _times(rule: str, points: float) -> float:
    return round(points) / ledger.rules().rules[rule].points


def _paid(db: Connection, causes: Sequence[str]) -> set[tuple[str, str]]:
    table = rows_of_ledger
    query = sa.select(table.c.rule, table.c.cause).where(
        table.c.cause.in_(causes), table.c.debit == books.ISSUER
    )
    return {(rule, cause) for rule, cause in db.execute(query).all()}


def _paid_looks(db: Connection, causes: Sequence[str]) -> int:
    return sum(rule == _LOOK for rule, _ in _paid(db, causes))


def _cluster(db: Connection, cluster_id: str) -> Row:
    row = one(db, sa.select(cluster).where(cluster.c.id == cluster_id))
    if row is None:
        raise HubError("cluster_unknown")
    return row


def _proof(db: Connection, cluster_id: str) -> Row | None:
    return one(db, sa.select(proof).where(proof.c.cluster_id == cluster_id))


def _reports(db: Connection, cluster_id: str) -> list[dict[str, Any]]:
    """Its reports, the first first, with their member's name and tree of invitations."""
    names = ("id", "member_id", "kind", "device", "signature", "received")
    query = (
        sa.select(*(report.c[name] for name in names), member.c.name)
        .join(member, member.c.id == report.c.member_id)
        .where(report.c.cluster_id == cluster_id)
        .order_by(report.c.received, report.c.id)
    )
    rows = [dict(row) for row in db.execute(query).mappings()]
    trees = {name: _tree(db, name) for name in {row["member_id"] for row in rows}}
    return [row | {"tree": trees[row["member_id"]]} for row in rows]


def _tree(db: Connection, member_id: str) -> str:
    """The member at the top of this one's invitations."""
    seen = {member_id}
    query = sa.select(member.c.invited_by).where(member.c.id == member_id)
    while (above := db.execute(query).scalar()) is not None and above not in seen:
        seen.add(above)
        member_id = above
        query = sa.select(member.c.invited_by).where(member.c.id == member_id)
    return member_id
