"""The way of a report, tried again and again while everything goes wrong: no wrong outcome.

Real are: the houses' outboxes and files, the sync, the hub's process (killed and started again at
random), its database. Faults come at five points, each up to 40 of 100 times; disks and hubs are
put back to older copies; a house is away for weeks. When all is calm benchmarks/sync_model.py,
which knows nothing of how any of it works, says what is wrong.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.sync_model import Found, Shown, Story, counted
from benchmarks.sync_road import Rates, Road
from feedback import book, sync
from feedback.commands import Confirm, Enrol, Say, SendReply, Synced, TakeOutbox
from feedback.report import ReportState
from feedback.wire import HubError
from feedback.wire_voice import CreateIdea, VoiceOp, Vote
from fleet.model import Version
from hub import backup, doctor, ledger, reports
from hub.app import Hub, Settings
from hub.store import Store
from hub.tables import ledger as ledger_rows
from hub.tables import reply, report
from hub.tables_voice import vote
from tests.feedback.desk import LAMP, Desk
from tests.hub.running import RunningHub
from tests.postgres import Cluster, cluster

RUNS: Final = 200
HOMES: Final = 3
STEPS: Final = 30
WEEKS_S: Final = 21 * 86_400.0
WEEK: Final = "2026-W50"
_CALM: Final = 40  # exchanges of a home until all must be through
_KILL: Final = 0.02  # of requests
_PER_DATABASE: Final = 50  # runs at one hub, then a new one


@dataclass(slots=True)
class Tally:
    """What happened, and what was wrong."""

    runs: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def lines(self) -> Iterator[str]:
        """The table, as it is printed."""
        yield f"{'runs':<28}" + ", ".join(f"{n} on {name}" for name, n in sorted(self.runs.items()))
        for title, counts in (("said", self.said), ("went wrong on the way", self.seen)):
            yield f"{title:<28}" + ", ".join(f"{n} {name}" for name, n in sorted(counts.items()))
        yield f"{'wrong outcomes':<28}{len(self.wrong)}"
        yield from self.wrong[:50]
        yield f"{'seconds':<28}{self.seconds:.0f}"


class Makers:
    """A hub that is killed and put back, on either database."""

    def __init__(self, folder: Path, server: Cluster | None, seen: Counter[str]) -> None:
        self._server = server
        self._seen = seen
        self._killer: threading.Thread | None = None
        self._copy = folder / "hub.backup"
        self.hub = RunningHub(folder / "hub", server.fresh() if server else "")
        self.staff = self.hub.start().staff()

    def ready(self) -> None:
        """Start it again where it was killed."""
        if self._killer is not None:
            self._killer.join()
            self._killer = None
            self.hub.start()

    def kill_within(self, seconds: float) -> None:
        """Kill it while it may be at work on something."""
        self._seen["hub killed"] += 1

        def later() -> None:
            time.sleep(seconds)  # the point of it: at no known moment
            self.hub.kill()

        self._killer = threading.Thread(target=later)
        self._killer.start()

    def save(self) -> None:
        """Make a backup while it serves."""
        backup.backup(self.hub.store, self._copy)

    def put_back(self) -> None:
        """Put the backup back, as an operator does."""
        self.ready()
        self._seen["hub set back"] += 1
        self.hub.kill()
        self.hub.store.close()
        if self._server is not None:
            self.hub.database = self._server.fresh()
        backup.restore(self._copy, self.hub.folder, self.hub.database, replace=True)
        self.hub.store = Store(self.hub.folder, self.hub.database)
        self.hub.start()

    def faults(self) -> list[str]:
        """What the doctor says."""
        own = Hub(Settings(data=self.hub.folder, database=self.hub.database))
        try:
            return doctor.examine(own, time.time()).faults
        finally:
            own.store.close()

    def close(self) -> None:
        """End it."""
        self.ready()
        self.staff.close()
        self.hub.close()


class Home:
    """A house: what its people say is done at the desk and written into the story."""

    def __init__(self, folder: Path, name: str, makers: Makers, road: Road) -> None:
        self.name = name
        self.story = Story()
        self.road = road
        self._folder = folder
        self._key = Ed25519PrivateKey.generate()
        self._skew = 0.0
        self._copies: list[tuple[Path, int]] = []
        self.path = folder / f"{name}.sqlite"
        self.desk = self._open()
        self.desk.send(Enrol(code=makers.hub.invite(), hub_url=makers.hub.url, name=name))

    def exchange(self, road: sync.Transport | None = None) -> bool:
        """One loop with the hub; True where it went through. The house may die after it."""
        box = self.desk.send(TakeOutbox())
        result = sync.run(
            box, clock=self._now, transport=road or self.road, find_key=lambda _name: self._key
        )
        if road is None and self.road.crashes():
            self._reopen(self.path)
            return False
        try:
            self.desk.send(Synced(result))
        except HubError:
            return False
        return True

    def away(self) -> None:
        """Weeks go by without the hub."""
        self._skew += WEEKS_S

    def save(self) -> None:
        """Make a copy of the disk."""
        copy = self._folder / f"{self.name}-{len(self._copies)}.sqlite"
        self.desk.store.backup(copy)
        self._copies.append((copy, len(self.story.said)))

    def set_back(self) -> None:
        """The newest copy takes the place of the disk."""
        if self._copies:
            path, place = self._copies.pop()
            self._copies.clear()
            self.story.set_back(place)
            self.road.seen["house set back"] += 1
            self._reopen(path)

    def report(self, number: int) -> None:
        """Say that something is wrong."""
        title = f"{self.name} report {number}"
        self.desk.report(title)
        self.story.say("report", title)

    def reply(self, number: int, dice: random.Random) -> None:
        """Say more about something."""
        if self.desk.reports:
            one = self.desk.reports[dice.choice(sorted(self.desk.reports))]
            text = f"{self.name} word {number}"
            self.desk.send(SendReply(report=one.id, text=text))
            self.story.say("reply", text)

    def vote(self, idea: str, *, on: bool) -> None:
        """Vote for an idea, or take the vote back."""
        said = Vote(idea=idea, on=on, made=self._now())
        self.desk.send(Say(kind=VoiceOp.VOTE, body=msgspec.json.encode(said), about=idea))
        self.story.say("vote", idea, on)

    def nonsense(self) -> None:
        """Ask for what no hub knows: it is refused and stops nothing."""
        self.desk.send(Say(kind="nonsense", body=b"{}"))

    def confirm(self) -> None:
        """Say of each fix that has come that it works."""
        for one in list(self.desk.reports.values()):
            if one.state is ReportState.ON_DEVICE:
                self.desk.send(Confirm(report=one.id, fixed=True))
                self.story.say("confirm", one.title)

    def updated(self) -> None:
        """The week with the fix has come to the lamp."""
        lamp = msgspec.structs.replace(LAMP, version=Version("1.1"))
        self.desk.devices = {LAMP.key: lamp}
        self.desk.feedback.arrived(LAMP.key, WEEK)
        self.desk.turn()

    def calm(self) -> None:
        """Let everything through, on a good road."""
        for _ in range(_CALM):
            self.road.bring_late()
            if self.exchange(sync.request) and not book.waiting(self.desk.store):
                break
        self.exchange(sync.request)

    def shown(self) -> Shown:
        """What its people see."""
        whole = self.desk.reports.values()
        return Shown(
            states={one.title: _plain(one.state) for one in whole},
            talks={one.title: tuple(sorted(said.text for said in one.replies)) for one in whole},
            points=self.desk.member.points,
            waiting=book.waiting(self.desk.store),
        )

    def close(self) -> None:
        """Close its files."""
        self.desk.close()

    def _now(self) -> float:
        return time.time() + self._skew

    def _open(self) -> Desk:
        return Desk(self.path, self._now)

    def _reopen(self, path: Path) -> None:
        self.desk.close()
        self.path = path
        self.desk = self._open()


def run(
    runs: int = RUNS,
    seed: int = 1,
    *,
    seconds: float = 0.0,
    databases: tuple[str, ...] = ("sqlite", "postgres"),
    told: Callable[[str], None] = lambda _line: None,
) -> Tally:
    """Half of the runs on each database; `seconds` > 0: no more begin after so long."""
    tally = Tally()
    begun = time.monotonic()
    until = begun + seconds if seconds else float("inf")
    with ExitStack() as stack:
        server = stack.enter_context(cluster()) if "postgres" in databases else None
        for kind in databases:
            own = until if kind == databases[-1] else (begun + seconds / 2 if seconds else until)
            share = runs // len(databases)
            for first in range(0, share, _PER_DATABASE):
                many = min(_PER_DATABASE, share - first)
                seeds = range(seed + first, seed + first + many)
                _runs(kind, server if kind == "postgres" else None, seeds, own, tally, told)
    tally.seconds = time.monotonic() - begun
    return tally


def _runs(  # noqa: PLR0917 - one caller
    kind: str,
    server: Cluster | None,
    seeds: range,
    until: float,
    tally: Tally,
    told: Callable[[str], None],
) -> None:
    with _makers(server, tally.seen) as makers:
        for seed in seeds:
            if time.monotonic() >= until:
                break
            before = len(tally.wrong)
            _story(f"{kind} {seed}", random.Random(f"{kind} {seed}"), makers, tally)
            tally.runs[kind] += 1
            told(f"{kind} {seed}: {len(tally.wrong) - before} wrong")
        makers.ready()
        tally.wrong += [f"doctor, {kind}: {words}" for words in makers.faults()]


@contextmanager
def _makers(server: Cluster | None, seen: Counter[str]) -> Iterator[Makers]:
    with tempfile.TemporaryDirectory(prefix="orangery-sync-") as folder:
        makers = Makers(Path(folder), server, seen)
        try:
            yield makers
        finally:
            makers.close()


def _story(name: str, dice: random.Random, makers: Makers, tally: Tally) -> None:
    """One run: houses speak, staff answer, everything breaks; then it is calm, and judged."""

    def before() -> None:
        makers.ready()
        if dice.random() < _KILL:
            makers.kill_within(dice.uniform(0.0, 0.02))

    with tempfile.TemporaryDirectory(prefix="orangery-homes-") as folder:
        roads = [Road(dice, Rates.drawn(dice), before) for _ in range(HOMES)]
        homes = [Home(Path(folder), f"{name}-{n}", makers, road) for n, road in enumerate(roads)]
        try:
            ideas = _ideas(homes[0], dice)
            _live(homes, ideas, dice, makers)
            makers.ready()
            for home in homes:
                home.calm()
            for home in homes:
                found = _found(makers.hub.store, home)
                tally.wrong += [f"{home.name}: {w}" for w in home.story.wrong(found, home.shown())]
                tally.said.update(one.what for one in home.story.said)
        finally:
            for home in homes:
                home.close()
        for road in roads:
            tally.seen.update(road.seen)


def _ideas(home: Home, dice: random.Random) -> list[str]:
    """Three ideas to vote on, there before anything breaks."""
    made = []
    for n in range(3):
        idea = CreateIdea(
            id=_uuid(dice), title=f"{home.name} idea {n}", text="better so", made=time.time()
        )
        home.desk.send(Say(kind=VoiceOp.IDEA, body=msgspec.json.encode(idea), about=idea.id))
        made.append(idea.id)
    home.calm()
    return made


def _live(homes: list[Home], ideas: list[str], dice: random.Random, makers: Makers) -> None:
    away = dice.choice(homes)
    saved = False
    for step in range(STEPS):
        home = dice.choice(homes)
        _say(home, step, ideas, dice)
        if dice.random() < 0.08:
            home.save()
        if dice.random() < 0.04:
            home.set_back()
        if step == STEPS // 3:
            away.away()
        offline = home is away and STEPS // 3 <= step < 2 * STEPS // 3
        if not offline and dice.random() < 0.7:
            home.exchange()
        if dice.random() < 0.3:
            makers.ready()
            _answer(makers, homes, step, dice)
        if not saved and dice.random() < 0.06:
            makers.ready()
            makers.save()
            saved = True
        elif saved and dice.random() < 0.04:
            makers.put_back()
            saved = False


def _say(home: Home, step: int, ideas: list[str], dice: random.Random) -> None:
    chance = dice.random()
    if chance < 0.35:
        home.report(step)
    elif chance < 0.6:
        home.reply(step, dice)
    elif chance < 0.78:
        home.vote(dice.choice(ideas), on=dice.random() < 0.7)
    elif chance < 0.82:
        home.nonsense()
    else:
        home.updated()
        home.confirm()


def _answer(makers: Makers, homes: list[Home], step: int, dice: random.Random) -> None:
    """Staff say something about one of these houses' reports."""
    mine = sa.select(report.c.id).where(
        sa.or_(*(report.c.title.like(f"{home.name} report %") for home in homes))
    )
    with makers.hub.store.read() as db:
        ids = sorted(db.execute(mine).scalars())
    if not ids:
        return
    one = dice.choice(ids)
    try:
        if dice.random() < 0.5:
            makers.staff.answer(one, f"an answer at step {step}")
        else:
            makers.staff.fix(one, WEEK, "1.1")
    except HubError as error:
        if error.code not in {"hub_unreachable", "report_closed"}:
            raise


def _found(store: Store, home: Home) -> Found:
    """What the hub has of this home's member, straight from its tables."""
    link = book.load_link(home.desk.store)
    assert link is not None
    member = link.member_id
    with store.read() as db:
        rows = db.execute(sa.select(report).where(report.c.member_id == member)).mappings().all()
        titles = {row["id"]: row["title"] for row in rows}
        docs = reports.documents(db, list(titles), member)
        own = sa.select(reply.c.text).where(
            reply.c.report_id.in_(list(titles)), reply.c.staff.is_(False)
        )
        paid = sa.select(ledger_rows.c.cause).where(
            ledger_rows.c.rule == "fix_confirmed_on_device", ledger_rows.c.cause.in_(list(titles))
        )
        votes = sa.select(vote.c.idea_id).where(vote.c.member_id == member)
        return Found(
            reports=counted(titles.values()),
            replies=counted(db.execute(own).scalars()),
            votes=counted(db.execute(votes).scalars()),
            paid=counted(titles[cause] for cause in db.execute(paid).scalars()),
            states={titles[name]: str(doc.state) for name, doc in docs.items()},  # type: ignore[attr-defined]
            talks={
                titles[name]: tuple(sorted(said.text for said in doc.replies))  # type: ignore[attr-defined]
                for name, doc in docs.items()
            },
            points=ledger.points_of(db, member),
        )


def _plain(state: ReportState) -> str:
    """The hub's word for it: only a house knows whether a fix has come to its device."""
    same = {ReportState.SENT: "received", ReportState.ON_DEVICE: "fix_planned"}
    return same.get(state, state.value)


def _uuid(dice: random.Random) -> str:
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))
