"""How long a hub on PostgreSQL stands still for the copy before its tables change.

The reference is pg_dump, which a hub cannot count on: it has to fit the server's version, and is
neither in the container nor in the package. Reports have 2 KB that do not compress well.
"""

from __future__ import annotations

import random
import resource
import subprocess
import time
from pathlib import Path

import sqlalchemy as sa

from benchmarks.measure import Figure
from hub import before, revisions
from hub.store import Store
from hub.tables import cluster, member, op, outbox, report
from tests.postgres import programs

GOAL = 3.0  # times pg_dump: row by row in Python, and each row digested on both sides
_BYTES = 2_000


def run(folder: Path, url: str, *, short: bool) -> list[Figure]:
    """Copy a hub with so many reports, each with its operation."""
    reports = 200 if short else 20_000
    store = Store(folder, url)
    store.migrate()
    with store.write() as db:
        _fill(db, reports)
    dumped = folder / "hub.dump"
    begin = time.perf_counter()
    address = url.replace("+psycopg", "")
    subprocess.run([programs() / "pg_dump", "-Fc", "-f", dumped, address], check=True)
    theirs = time.perf_counter() - begin
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    with store.write() as db:
        made = before.of_postgresql(db, folder, revisions.newest())
    ours = time.perf_counter() - begin
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most) / 1024
    store.close()
    note = f"{made.stat().st_size >> 20} MB (pg_dump {dumped.stat().st_size >> 20}), "
    return [
        Figure(
            what=f"copy before a change, {2 * reports} rows",
            unit="s",
            ours=ours,
            reference="pg_dump",
            theirs=theirs,
            goal=GOAL,
            more_is_better=False,
            note=note + f"needs {more:.0f} MB of memory more",
        )
    ]


def _fill(db: sa.Connection, reports: int) -> None:
    at, payload = 1_795_000_000.0, random.Random(1)
    db.execute(sa.insert(member).values(id="anna", name="anna", account="of anna", enrolled=at))
    db.execute(sa.insert(outbox).values(id="box", member_id="anna", acked=reports))
    named = {"id": "c", "title": "It drains", "kind": "problem", "state": "open", "made": at}
    empty = ("severity", "team", "seen_by", "owner", "fix_week", "fix_version", "reason", "words")
    texts = dict.fromkeys((*empty, "rule", "vendor", "model", "component", "signature"), "")
    db.execute(
        sa.insert(cluster).values(**named, **texts, safety=False, public=False, invalid=False)
    )
    for begin in range(0, reports, 500):
        numbers = range(begin, min(begin + 500, reports))
        rows = [
            {"id": f"r{n}", "payload": payload.randbytes(_BYTES), "made": at + n} for n in numbers
        ]
        same = {
            "member_id": "anna",
            "cluster_id": "c",
            "kind": "problem",
            "title": "It drains",
            "text": "when it is dim",
            "device": "d" * 32,
            "facts": "{}",
            "signature": "",
            "me_too": False,
            "received": at,
            "payload_sha256": "0" * 64,
            "fixed_week": "",
        }
        db.execute(sa.insert(report), [{**same, **row} for row in rows])
        said = {"outbox_id": "box", "member_id": "anna", "kind": "report", "status": "applied"}
        ops = [
            {**said, "op_id": f"o{n}", "seq": n + 1, "code": "", "received": at} for n in numbers
        ]
        db.execute(sa.insert(op), ops)
