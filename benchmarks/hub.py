"""What a hub takes: reports one by one and in batches, over HTTP with signatures, and a storm.

"one by one" is a push of one report in a transaction of its own, "by 50" one push of fifty; the
reference are rows of the same bytes put bare into the same database, in transactions of the same
size. SQLite syncs each commit to the disk, the PostgreSQL of the tests does not (it is thrown away
after), so the two are held against their own bare rows and not against each other. "served" is the
hub's own process behind uvicorn, each request signed and checked; its reference is the same process
asked who it is. The storm is benchmarks/storm.py: there it is counted, not timed alone.
"""

from __future__ import annotations

import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import sqlalchemy as sa

from benchmarks import hub_copy, hub_served, storm
from benchmarks.measure import Figure, Sample, in_turn
from feedback.wire import Op, OpKind, Push
from hub import intake
from hub.members import Standing
from hub.store import Store
from hub.tables import member
from tests.postgres import cluster

GOAL_ONE = 0.15  # of bare rows: a report is some fourteen statements, a bare row is one
GOAL_BATCH = 0.01
GOAL_INGEST = 180.0  # seconds for 200,000 reports
GOAL_DELAY = 900.0  # seconds from the fifth household to the incident
_BATCH = 50
_BARE = sa.Table(
    "bench_bare",
    sa.MetaData(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("payload", sa.LargeBinary, nullable=False),
)


def run(*, short: bool = False) -> list[Figure]:
    """Reports into both databases, a copy, requests to a served hub, a storm of 200,000 reports."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder, _databases() as urls:
        copied = urls.pop("copied")
        for name, url in urls.items():
            figures += ingest(Path(folder) / name, name, url, short=short)
        figures += hub_copy.run(Path(folder) / "copied", copied, short=short)
        figures += hub_served.run(Path(folder) / "served", short=short)
        figures += replay(Path(folder) / "storm", short=short)
    return figures


def ingest(folder: Path, name: str, url: str, *, short: bool) -> list[Figure]:
    """Put reports into one database in both ways, beside bare rows."""
    store = Store(folder, url)
    store.migrate()
    _BARE.create(store.engine)
    home = _House(store)
    count = 50 if short else 500
    sides: dict[str, Callable[[], Sample]] = {
        "one": lambda: {"rate": _rate(count, lambda: home.push(1))},
        "bare one": lambda: {"rate": _rate(count, lambda: home.bare(1))},
        "batch": lambda: {"rate": _rate(count // _BATCH, lambda: home.push(_BATCH)) * _BATCH},
        "bare batch": lambda: {"rate": _rate(count // _BATCH, lambda: home.bare(_BATCH)) * _BATCH},
    }
    try:
        rates = {side: found["rate"] for side, found in in_turn(sides, 1 if short else 3).items()}
    finally:
        store.close()
    return [
        _figure(f"{name}, one by one", rates["one"], rates["bare one"], GOAL_ONE),
        _figure(f"{name}, by {_BATCH}", rates["batch"], rates["bare batch"], GOAL_BATCH),
    ]


def replay(folder: Path, *, short: bool) -> list[Figure]:
    """Let a hub hear a storm, and say how many incidents it raised and when."""
    store = Store(folder)
    store.migrate()
    try:
        reports, every_s = (3_000, 300.0) if short else (200_000, 60.0)
        found = storm.replay(store, reports, every_s=every_s)
    finally:
        store.close()
    whole = GOAL_INGEST * found.reports / 200_000
    note = f"{found.homes} homes; looking after trends took {found.looked_s:.0f} s more"
    return [
        Figure(
            what=f"incidents of {found.reports} reports in 72 h",
            unit="",
            ours=found.incidents,
            reference="exactly",
            theirs=1,
            goal=1.0,
            more_is_better=found.incidents < 1,
        ),
        Figure(
            what="from the fifth household to the incident",
            unit="s",
            ours=found.delay_s,
            reference="at most",
            theirs=GOAL_DELAY,
            goal=1.0,
            more_is_better=False,
        ),
        Figure(
            what=f"taking {found.reports} reports, SQLite",
            unit="s",
            ours=found.taken_s,
            reference="wished",
            theirs=whole,
            goal=1.0,
            more_is_better=False,
            note=note,
        ),
    ]


class _House:
    """One member that pushes reports of its own, a little after each other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._who = Standing(member_id="anna", key_id="k", name="anna")
        self._box, self._seq = str(uuid.uuid4()), 0
        with store.write() as db:
            row = {"id": "anna", "name": "anna", "account": "of anna", "enrolled": storm.START}
            db.execute(sa.insert(member), row)

    def push(self, count: int) -> None:
        """Push so many reports in one transaction."""
        ops = []
        for _ in range(count):
            self._seq += 1
            made = storm.START + self._seq
            body = msgspec.Raw(storm.report(_meeting(made)))
            op_id = str(uuid.uuid4())
            ops.append(Op(seq=self._seq, op_id=op_id, kind=OpKind.REPORT, made=made, body=body))
        asked = Push(v=1, outbox_id=self._box, ops=tuple(ops))
        with self._store.write() as db:
            _, answers = intake.take(db, self._who, asked, now=storm.START + self._seq)
        if refused := [one.code for one in answers if one.code]:
            raise RuntimeError(f"reports were refused: {refused}")

    def bare(self, count: int) -> None:
        """Put so many rows of the same bytes into a table without anything."""
        rows = [
            {"id": str(uuid.uuid4()), "payload": storm.report(_meeting(storm.START))}
            for _ in range(count)
        ]
        with self._store.write() as db:
            db.execute(sa.insert(_BARE), rows)


def _meeting(at: float) -> storm.Meeting:
    return storm.Meeting(at, "anna", "lamp", random.choice(("battery_drain", "")), "1.2.0")


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with cluster() as running:
        yield {"SQLite": "", "PostgreSQL": running.fresh(), "copied": running.fresh()}


def _rate(times: int, action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        action()
    return times / (time.perf_counter() - begin)


def _figure(what: str, ours: float, theirs: float, goal: float) -> Figure:
    return Figure(
        what=f"reports into {what}",
        unit="/s",
        ours=ours,
        reference="bare rows",
        theirs=theirs,
        goal=goal,
        more_is_better=True,
    )
