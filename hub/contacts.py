"""What happened between a household and the makers, as stored: events, waits and contacts.

A wait begins with a household's word that nobody has answered and ends with the next word of a
person to it, alone or with all of its cluster, or when the matter is settled. A contact is a
report, a word while one waits, or "not fixed": each time somebody had to turn to the makers. What
is answered by the household because it was asked is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import ClockName, ClusterState, Kind, Result
from feedback.wire_signals import Cause
from hub import clocks, promises
from hub.tables import cluster, outcome, reply, report
from hub.thermometer_rule import Contact, Event, Waited
from hub.trend_rule import DAY_S

_BAD: Final = (Result.FAILED, Result.ROLLED_BACK, Result.SILENT, Result.UNWELL)
_SETTLED: Final = (ClusterState.DECLINED, ClusterState.CLOSED)
_WAIT_FOR: Final = (Kind.PROBLEM, Kind.QUESTION)
_IN_TIME_S: Final = 3 * 3600.0
"""Who joins an old cluster is answered in time within three hours of joining, too."""


@dataclass(slots=True)
class Story:
    """All that counts of one household."""

    events: list[Event] = field(default_factory=list)
    waits: list[Waited] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What was promised for a cluster: a first solution by `due`; `ended`: its end was told."""

    due: float | None = None
    ended: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word about a report, in the order of time."""

    at: float
    staff: bool


def stories(db: Connection, members: Sequence[str]) -> dict[str, Story]:
    """Return the story of each of these households."""
    rows = _reports(db, members)
    words = _words(db, rows)
    promised = _promised(db, {row["cluster_id"] for row in rows})
    found = {name: Story() for name in members}
    for row in rows:
        _tell(
            found[row["member_id"]],
            row,
            words[row["id"]],
            promised.get(row["cluster_id"], Promised()),
        )
    for name, event in _failures(db, rows):
        found[name].events.append(event)
    return found


def _reports(db: Connection, members: Sequence[str]) -> list[dict[str, Any]]:
    names = ("id", "member_id", "cluster_id", "kind", "device", "received", "answered", "asked")
    query = (
        sa.select(
            *(report.c[name] for name in (*names, "fixed", "fixed_at")),
            cluster.c.state,
            cluster.c.answered.label("cluster_answered"),
        )
        .join(cluster, cluster.c.id == report.c.cluster_id)
        .where(report.c.member_id.in_(members))
        .order_by(report.c.received, report.c.id)
    )
    return [dict(row) for row in db.execute(query).mappings()]


def _words(db: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Word]]:
    """What was said about each report, with its own first word, oldest first."""
    of_cluster: dict[str, list[str]] = defaultdict(list)
    said = {row["id"]: [Word(at=row["received"], staff=False)] for row in rows}
    for row in rows:
        of_cluster[row["cluster_id"]].append(row["id"])
    query = sa.select(reply.c.report_id, reply.c.cluster_id, reply.c.at, reply.c.staff).where(
        reply.c.report_id.in_(list(said)) | reply.c.cluster_id.in_(list(of_cluster))
    )
    for each in db.execute(query).mappings():
        for name in [each["report_id"]] if each["report_id"] else of_cluster[each["cluster_id"]]:
            said[name].append(Word(at=each["at"], staff=each["staff"]))
    for words in said.values():
        words.sort(key=lambda word: (word.at, word.staff))
    return said


def _tell(story: Story, row: Mapping[str, Any], words: Sequence[Word], promised: Promised) -> None:
    """Add what one report tells."""
    about = row["id"]
    answered = [at for at in (row["answered"], row["cluster_answered"]) if at is not None]
    if answered and row["kind"] in _WAIT_FOR:
        first = max(min(answered), row["received"])
        due = max(promised.due or 0.0, row["received"] + _IN_TIME_S)
        cause = Cause.ANSWERED if first <= due else Cause.ANSWERED_LATE
        story.events.append(Event(at=first, cause=cause, about=about))
    if row["fixed"] is not None and row["fixed_at"] is not None:
        cause = Cause.FIX_DELIVERED if row["fixed"] else Cause.REOPENED
        story.events.append(Event(at=row["fixed_at"], cause=cause, about=about))
    if row["kind"] not in _WAIT_FOR:
        return
    unasked = _unasked(words)
    if not (row["state"] in _SETTLED or row["fixed"]):
        times = [word.at for word in unasked]
        times += [row["fixed_at"]] if row["fixed"] is False and row["fixed_at"] else []
        story.contacts += [
            Contact(at=at, report=about, device=row["device"], cluster=row["cluster_id"])
            for at in times
        ]
    story.waits += _waits(row, words, promised.ended)


def _unasked(words: Sequence[Word]) -> list[Word]:
    """The household's words that came while nobody had answered the one before."""
    return [
        word
        for place, word in enumerate(words)
        if not word.staff and (place == 0 or not words[place - 1].staff)
    ]


def _waits(row: Mapping[str, Any], words: Sequence[Word], ended: float | None) -> list[Waited]:
    waits, since = [], None
    for word in words:
        if word.staff and since is not None:
            waits.append(Waited(report=row["id"], since=since, until=word.at))
            since = None
        elif not word.staff and since is None:
            since = word.at
    if since is not None:
        until = ended if ended is not None and ended >= since else None
        if row["fixed"] and row["fixed_at"] is not None:
            until = row["fixed_at"] if until is None else min(until, row["fixed_at"])
        if row["state"] in _SETTLED and until is None:
            until = since  # settled at a time that nobody noted: it counts as no silence
        waits.append(Waited(report=row["id"], since=since, until=until))
    return waits


def _promised(db: Connection, ids: set[str]) -> Mapping[str, Promised]:
    """When the first solution of each cluster was due, and when its end was told."""
    found = {}
    for name, runs in promises.runs(db, ids).items():
        first = [run for run in runs if run.name is ClockName.SOLUTION]
        ends = [run.met for run in runs if run.name is ClockName.CLOSED and run.met is not None]
        found[name] = Promised(
            due=clocks.read(min(first, key=lambda run: run.round)).due if first else None,
            ended=max(ends, default=None),
        )
    return found


def _failures(db: Connection, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Event]]:
    """Updates that did badly on devices of these reports, where a house lets both be joined.

    Other outcomes have names that no report has (docs/adr/0023): they are nobody's, and stay so.
    """
    owners: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row["device"]:
            owners[row["device"]] = (row["member_id"], row["id"])
    query = sa.select(outcome.c.device, outcome.c.day, outcome.c.sha256).where(
        outcome.c.device.in_(list(owners)), outcome.c.result.in_(_BAD)
    )
    found = sorted({(device, day, sha256) for device, day, sha256 in db.execute(query)})
    return [
        (
            owners[device][0],
            Event(at=day * DAY_S, cause=Cause.UPDATE_FAILED, about=owners[device][1]),
        )
        for device, day, _ in found
    ]
