"""3.27 million ballots opened, sealed and counted again; 2,000 circles listed. One hub process.

The number is that of the largest vote that makers of such devices have told of (S2(19)). The
reference of a recount is the bare sum: the same file read by line and its choices added up, nothing
verified. Times are wall time, beside it the CPU time of this process alone. Ballots are put into
the table directly: one push each would be the bench of the hub.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from benchmarks.measure import Figure
from feedback import ballots
from feedback.wire_voice import BallotDoc
from feedback.wire_voice_staff import AskAll
from hub import voice_ballots, voice_circles, voice_files
from hub.store import Store
from hub.tables import member
from hub.tables_voice import ballot_cast, ballot_roll, circle, circle_member
from tests import postgres

VOTERS = 3_270_000
WITHIN_S = 60.0
CIRCLES = 2_000
CIRCLES_WITHIN_S = 0.2
_OPTIONS = ("keep it", "drop it", "let each home choose")
_BALLOT = "0190f3c4-0000-7000-8000-000000000327"
_MANY = 20_000


def run(*, short: bool = False) -> list[Figure]:
    """Open, seal and recount a ballot of 3.27 million, and list 2,000 circles."""
    figures = _on("SQLite", "", short=short)
    if not short and (shutil.which("initdb") or Path("/usr/lib/postgresql").exists()):
        with postgres.cluster() as server:
            figures += _on("PostgreSQL", server.fresh(), short=short)
    return figures


def _on(database: str, url: str, *, short: bool) -> list[Figure]:
    voters, circles = (VOTERS // 1000, CIRCLES // 10) if short else (VOTERS, CIRCLES)
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        store = Store(Path(folder), url)
        store.migrate()
        with store.write() as db:
            _move_in(db, voters)
        figures = _ballot(store, Path(folder), f"{database}, {voters:,} ballots")
        with store.write() as db:
            _circles(db, circles)
        figures.append(_listing(store, circles, database))
        store.close()
    return figures


def _ballot(store: Store, folder: Path, name: str) -> list[Figure]:
    took = {
        "open, fix the roll": _timed(
            store, lambda db: voice_ballots.put(db, _asked(), by="bench", now=0.0)
        )
    }
    with store.write() as db:
        _cast(db)
    now = ballots.LEAST_OPEN_S
    took["seal at the hub"] = _timed(
        store, lambda db: voice_ballots.settle(db, lambda *_: None, now=now)
    )
    took["count at the hub"] = _timed(store, voice_ballots.faults)
    took["write the public file"] = _timed(
        store, lambda db: voice_files.path_of(db, folder, _BALLOT)
    )
    with store.read() as db:
        file = voice_files.path_of(db, folder, _BALLOT)
    counted = _clocked(lambda: _recount(file))
    took["recount and verify by a client"] = counted
    bare = _clocked(lambda: _bare_sum(file))
    compared = Figure(
        what=f"{name}: recount and verify by a client",
        unit="CPU s",
        ours=counted[1],
        reference="bare sum of the file",
        theirs=bare[1],
        goal=5.0,
        more_is_better=False,
    )
    limit = f"{WITHIN_S:.0f} s"
    figures = [
        _within(f"{name}: {what}", wall, WITHIN_S, limit, f"{cpu:.1f} s CPU here")
        for what, (wall, cpu) in took.items()
    ]
    return [*figures, compared]


def _listing(store: Store, circles: int, database: str) -> Figure:
    times = []
    for _ in range(5):
        with store.read() as db:
            took, _cpu = _clocked(lambda db=db: voice_circles.listed(db))
            times.append(took)
            found = voice_circles.listed(db)
    if len(found) != circles:
        raise RuntimeError(len(found))
    what = f"{database}: list {circles:,} circles with their counts"
    return _within(what, sorted(times)[2], CIRCLES_WITHIN_S, "200 ms")


def _within(what: str, seconds: float, limit: float, said: str, note: str = "") -> Figure:
    return Figure(
        what=what,
        unit="s",
        ours=seconds,
        reference=said,
        theirs=limit,
        goal=1.0,
        more_is_better=False,
        note=note,
    )


def _timed(store: Store, work: Callable[[Connection], object]) -> tuple[float, float]:
    """Wall and CPU seconds of a transaction."""

    def whole() -> None:
        with store.write() as db:
            work(db)

    return _clocked(whole)


def _clocked(work: Callable[[], object]) -> tuple[float, float]:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


def _asked() -> AskAll:
    return AskAll(
        id=_BALLOT,
        title="The switch for tracks",
        text="",
        options=_OPTIONS,
        binding=True,
        open_s=ballots.LEAST_OPEN_S,
    )


def _name(number: int) -> str:
    return hashlib.sha256(b"member %d" % number).hexdigest()[:36]


def _salt(name: str) -> str:
    return f"{name:0>64}"


def _choice(name: str) -> int:
    return int(name[:4], 16) % len(_OPTIONS)


def _move_in(db: Connection, voters: int) -> None:
    """Put members in by their ids, which is quicker than in the order in which they would come."""
    names = sorted(_name(n) for n in range(voters))
    rows = (
        {"id": name, "name": "m", "account": f"{n:036}", "enrolled": -1.0, "lab": False}
        for n, name in enumerate(names)
    )
    _insert(db, member, rows)


def _cast(db: Connection) -> None:
    """Put everybody's vote in, in the order of the tags: how long that takes is not asked here."""
    members = db.execute(sa.select(member.c.id)).scalars()
    tagged = sorted((ballots.tag(_BALLOT, name), name) for name in members)
    rows = (
        {
            "ballot_id": _BALLOT,
            "tag": tag,
            "token": ballots.token(_BALLOT, _choice(name), tag, _salt(name)),
            "choice": _choice(name),
            "salt": _salt(name),
        }
        for tag, name in tagged
    )
    _insert(db, ballot_cast, rows)
    db.execute(sa.update(ballot_roll).values(voted=True))


def _circles(db: Connection, circles: int) -> None:
    """Two hundred members in each."""
    names = [f"model:lamp {n}" for n in range(circles)]
    _insert(db, circle, ({"id": one, "leader": "", "made": 0.0} for one in names))
    rows = (
        {"circle_id": one, "member_id": _name(place * 7 + n)}
        for place, one in enumerate(names)
        for n in range(200)
    )
    _insert(db, circle_member, rows)


def _insert(db: Connection, table: sa.Table, rows: Iterator[dict[str, object]]) -> None:
    while some := list(islice(rows, _MANY)):
        db.execute(sa.insert(table), some)


def _recount(file: Path) -> None:
    own = _name(1)
    with file.open("rb") as lines:
        doc: BallotDoc = ballots.head(lines.readline())
        receipt = ballots.Receipt(
            ballot=_BALLOT, member_id=own, choice=_choice(own), salt=_salt(own)
        )
        names = ballots.asked(_BALLOT, own, receipt)
        said = ballots.count(lines, len(doc.options), names)
    if found := ballots.faults(doc, said, member_id=own, receipt=receipt):
        raise RuntimeError(found)


def _bare_sum(file: Path) -> list[int]:
    totals = [0] * len(_OPTIONS)
    with file.open("rb") as lines:
        lines.readline()
        for line in lines:
            totals[int(line[67:])] += 1
    return totals
