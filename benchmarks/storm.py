"""200,000 battery reports of one fault within 72 hours, among the noise of every day.

The storm: three models of a vendor, two versions, two signatures, and some reports without any;
nearly every report from another household. The noise: other models and components, some of them
loud, for four weeks before and all along. Time is simulated; the job that looks after trends runs
once a simulated minute, as at a hub.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from feedback.wire import CreateReport, DeviceFacts, Kind, Op, OpKind, Push
from hub import incidents, intake, watching
from hub.members import Standing
from hub.store import Store
from hub.tables import member

DAY = 86_400.0
START = 1_795_000_000.0
_HOURS = 72
_MODELS = ("lamp", "lock", "sensor")
_ERRORS = ("battery_drain", "battery_low_early", "")
_NOISE = (("plug", "relay_stuck", 6.0), ("lamp", "radio_lost", 2.0), ("hub", "", 12.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of a storm. `delay_s`: from the fifth household to when the incident stood."""

    reports: int
    taken_s: float  # of this machine's time, for all reports
    looked_s: float  # likewise, for the job
    incidents: int
    delay_s: float
    homes: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """A household meets something."""

    at: float
    home: str
    model: str
    error: str
    version: str


def replay(store: Store, reports: int, *, every_s: float = 60.0, seed: int = 1) -> Replayed:
    """Let a hub with this store hear a storm of so many reports; its job runs every so often."""
    dice = random.Random(seed)
    meetings = sorted(
        [*_noise(dice, days=31), *_storm(dice, reports)], key=lambda one: (one.at, one.home)
    )
    _members(store, {one.home for one in meetings})
    place, taken, looked = 0, 0.0, 0.0
    now = meetings[0].at
    while place < len(meetings):
        # In the weeks before nothing is to be seen in time: there an hour is enough.
        now = now + every_s if now >= START else min(now + 3600.0, START)
        begin = time.perf_counter()
        with store.write() as db:
            while place < len(meetings) and meetings[place].at <= now:
                _take(db, meetings[place])
                place += 1
        taken += time.perf_counter() - begin
        begin = time.perf_counter()
        while _looked(store, now):
            pass
        looked += time.perf_counter() - begin
    return _result(store, meetings, reports, taken, looked)


def report(meeting: Meeting) -> bytes:
    """The body of a report as a house of this storm sends it."""
    payload = {"battery": 12, "error": meeting.error}
    message = {"at": meeting.at - 30, "topic": "t", "payload": payload}
    parts = {"messages": [message]} if meeting.error else {}
    said = CreateReport(
        id=str(uuid.UUID(int=random.getrandbits(128), version=4)),
        kind=Kind.PROBLEM,
        title="The battery is empty after two days",
        text="It lasted for months before.",
        made=meeting.at,
        device="",
        facts=DeviceFacts(vendor="acme", model=meeting.model, version=meeting.version),
        evidence=msgspec.Raw(json.dumps({"parts": parts}).encode()),
    )
    return msgspec.json.encode(said)


def _storm(dice: random.Random, reports: int) -> Iterator[Meeting]:
    for n in range(reports):
        yield Meeting(
            START + _HOURS * 3600.0 * n / reports,
            f"home {n}" if dice.random() < 0.9 else f"home {dice.randrange(n + 1)}",
            dice.choices(_MODELS, (6, 3, 1))[0],
            dice.choices(_ERRORS, (6, 3, 1))[0],
            "1.2.0" if dice.random() < 0.9 else "1.1.0",
        )


def _noise(dice: random.Random, days: int) -> Iterator[Meeting]:
    for model, error, a_day in _NOISE:
        at = START - (days - 3) * DAY
        while (at := at + dice.expovariate(a_day / DAY)) < START + 3 * DAY:
            yield Meeting(at, f"other {dice.randrange(5000)}", model, error, "1.1.0")


def _members(store: Store, homes: set[str]) -> None:
    rows = [
        {"id": home, "name": home, "account": f"of {home}", "enrolled": START - 90 * DAY}
        for home in sorted(homes)
    ]
    with store.write() as db:
        for first in range(0, len(rows), 5000):
            db.execute(sa.insert(member), rows[first : first + 5000])


def _take(db: sa.Connection, meeting: Meeting) -> None:
    who = Standing(member_id=meeting.home, key_id="k", name=meeting.home)
    op_id = str(uuid.UUID(int=random.getrandbits(128), version=4))
    box = str(uuid.UUID(bytes=hashlib.sha256(op_id.encode()).digest()[:16], version=4))
    body = msgspec.Raw(report(meeting))
    asked = Op(seq=1, op_id=op_id, kind=OpKind.REPORT, made=meeting.at, body=body)
    _, (answer,) = intake.take(db, who, Push(v=1, outbox_id=box, ops=(asked,)), now=meeting.at)
    if answer.code:
        raise RuntimeError(f"a report was refused: {answer.code}")


def _looked(store: Store, now: float) -> bool:
    with store.write() as db:
        return watching.look(db, now=now)


def _result(
    store: Store, meetings: list[Meeting], reports: int, taken: float, looked: float
) -> Replayed:
    with store.read() as db:
        found = incidents.rows(db)
        told = incidents.homes_of(db, found[0]) if found else 0
    storm = dict.fromkeys(one.home for one in meetings if one.home.startswith("home"))
    fifth_home = list(storm)[4]
    fifth = next(one.at for one in meetings if one.home == fifth_home)
    noticed = min((row["noticed"] for row in found), default=float("inf"))
    return Replayed(
        reports=reports,
        taken_s=taken,
        looked_s=looked,
        incidents=len(found),
        delay_s=noticed - fifth,
        homes=told,
    )
