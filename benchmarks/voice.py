"""3.27 million ballots opened, sealed and counted again; 2,000 circles listed. SQLite, one process.

The number is that of the largest vote that makers of such devices have told of (S2(19)).
The reference of a recount is the bare sum: the same file read by line and its choices added up,
nothing verified. Times are wall time; cast ballots are put into the table directly, one push each
would be the bench of the hub.
"""

from __future__ import annotations

import hashlib
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
from hub.tables_voice import ballot_cast, circle, circle_member

VOTERS = 3_270_000
WITHIN_S = 60.0
CIRCLES = 2_000
CIRCLES_WITHIN_S = 0.2
_OPTIONS = ("keep it", "drop it", "let each home choose")
_BALLOT = "0190f3c4-0000-7000-8000-000000000327"
_MANY = 20_000


def run(*, short: bool = False) -> list[Figure]:
    """Open, seal and recount a ballot of 3.27 million, and list 2,000 circles."""
    voters, circles = (VOTERS // 1000, CIRCLES // 10) if short else (VOTERS, CIRCLES)
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        store = Store(Path(folder))
        store.migrate()
        with store.write() as db:
            _move_in(db, voters)
        figures = _ballot(store, Path(folder), voters)
        with store.write() as db:
            _circles(db, circles)
        figures.append(_listing(store, circles))
        store.close()
    return figures


def _ballot(store: Store, folder: Path, voters: int) -> list[Figure]:
    opened = _timed(store, lambda db: voice_ballots.put(db, _asked(), by="bench", now=0.0))
    with store.write() as db:
        _cast(db, voters)
    sealed = _timed(
        store, lambda db: voice_ballots.settle(db, lambda *_: None, now=ballots.LEAST_OPEN_S)
    )
    written = _timed(store, lambda db: voice_files.path_of(db, folder, _BALLOT))
    with store.read() as db:
        file = voice_files.path_of(db, folder, _BALLOT)
    began = time.perf_counter()
    faults = _recount(file)
    counted = time.perf_counter() - began
    if faults:
        raise RuntimeError(faults)
    began = time.perf_counter()
    _bare_sum(file)
    bare = time.perf_counter() - began
    name = f"{voters:,} ballots"
    limit = f"{WITHIN_S:.0f} s"
    return [
        _within(f"{name}: open, fix the roll", opened, WITHIN_S, limit),
        _within(f"{name}: seal and count at the hub", sealed, WITHIN_S, limit),
        _within(f"{name}: write the public file", written, WITHIN_S, limit),
        _within(f"{name}: recount and verify by a client", counted, WITHIN_S, limit),
        Figure(
            what=f"{name}: recount and verify",
            unit="s",
            ours=counted,
            reference="bare sum of the file",
            theirs=bare,
            goal=4.0,
            more_is_better=False,
        ),
    ]


def _listing(store: Store, circles: int) -> Figure:
    times = []
    for _ in range(5):
        with store.read() as db:
            began = time.perf_counter()
            found = voice_circles.listed(db)
            times.append(time.perf_counter() - began)
    if len(found) != circles:
        raise RuntimeError(len(found))
    what = f"list {circles:,} circles with their counts"
    return _within(what, sorted(times)[2], CIRCLES_WITHIN_S, "200 ms")


def _within(what: str, seconds: float, limit: float, said: str) -> Figure:
    return Figure(
        what=what,
        unit="s",
        ours=seconds,
        reference=said,
        theirs=limit,
        goal=1.0,
        more_is_better=False,
    )


def _timed(store: Store, work: Callable[[Connection], object]) -> float:
    began = time.perf_counter()
    with store.write() as db:
        work(db)
    return time.perf_counter() - began


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


def _move_in(db: Connection, voters: int) -> None:
    """Put members in by their ids, which is quicker than in the order in which they would come."""
    names = sorted(_name(n) for n in range(voters))
    rows = (
        {"id": name, "name": "m", "account": f"{n:036}", "enrolled": -1.0, "lab": False}
        for n, name in enumerate(names)
    )
    _insert(db, member, rows)


def _cast(db: Connection, voters: int) -> None:
    """Put everybody's vote in, in the order of the tags: how long that takes is not asked here."""
    tagged = sorted((ballots.tag(_BALLOT, _name(n)), n) for n in range(voters))
    rows = (
        {
            "ballot_id": _BALLOT,
            "tag": tag,
            "token": ballots.token(_BALLOT, n % 3, tag, _name(n)),
            "choice": n % 3,
            "salt": _name(n),
        }
        for tag, n in tagged
    )
    _insert(db, ballot_cast, rows)


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


def _recount(file: Path) -> list[ballots.Fault]:
    with file.open("rb") as lines:
        doc: BallotDoc = ballots.head(lines.readline())
        receipt = ballots.Receipt(ballot=_BALLOT, member_id=_name(1), choice=1, salt=_name(1))
        names = ballots.asked(_BALLOT, _name(1), receipt)
        said = ballots.count(lines, len(doc.options), names)
    return ballots.faults(doc, said, member_id=_name(1), receipt=receipt)


def _bare_sum(file: Path) -> list[int]:
    totals = [0] * len(_OPTIONS)
    with file.open("rb") as lines:
        lines.readline()
        for line in lines:
            totals[int(line[67:])] += 1
    return totals
